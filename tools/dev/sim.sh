# shellcheck shell=bash
# `./dev sim`: histories of the server on a simulated network (tests/sim/README.md).

build_simulator() {
    configure_and_build_target release pushwire_sim -DPUSHWIRE_TESTS=ON
}

run_faults() { /usr/bin/python3 -B tests/sim/faults/find_faults.py; }

verb_sim() {
    verb_setup sim
    if [[ "${1:-}" == faults ]]; then
        run_faults
        return
    fi
    # What the build says would stand before the transcript; where it fails, it is all there is to say.
    local words
    words="$(build_simulator 2>&1)" || give_up "$words"
    build/release/tests/sim/pushwire_sim "$@"
}
