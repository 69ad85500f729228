# shellcheck shell=bash
# The verbs that build and start things: build, run, bench.

# configure_and_build PRESET [-DOPTION=VALUE ...]
configure_and_build() {
    local preset="$1"
    shift
    cmake --preset "$preset" "$@"
    cmake --build --preset "$preset"
}

# The release binary without the tests, which would need GoogleTest. A tree that has been
# configured keeps its choice: changing it would throw the tests' objects away.
build_release() {
    if [[ -f build/release/CMakeCache.txt ]]; then
        configure_and_build release "$@"
    else
        configure_and_build release -DPUSHWIRE_TESTS=OFF -DPUSHWIRE_EXAMPLES=OFF "$@"
    fi
}

verb_build() {
    local preset="${1:-release}"
    case "$preset" in
        release)
            verb_setup build
            build_release
            ;;
        dev | asan | tsan | coverage)
            verb_setup unit
            configure_and_build "$preset"
            ;;
        *) give_up "./dev build: there is no preset '$preset'; there are release, dev, asan, tsan, coverage." ;;
    esac
}

verb_run() {
    verb_setup run
    build_release
    # Where the user says where to listen, our defaults stay out of the way.
    local argument listen='' host=(--host 0.0.0.0) port=(--port 9502)
    for argument in "$@"; do
        case "$argument" in
            --host | --host=*) host=() ;;
            --port | --port=*) port=() ;;
            --listen | --listen=* | --config | --config=*) listen=given ;;
        esac
    done
    if [[ -n "$listen" ]]; then host=() port=(); fi
    exec build/release/pushwire serve "${host[@]}" "${port[@]}" "$@"
}

verb_bench() {
    [[ -x bench/peers/run ]] || give_up "./dev bench: bench/peers/run is not there."
    verb_setup bench
    build_release -DPUSHWIRE_BENCH=ON
    exec bench/peers/run --build build/release "$@"
}
