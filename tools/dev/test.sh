# shellcheck shell=bash
# `./dev test`, and the sanitizer verbs. Every stage runs, whatever became of the others, unless
# what it needs was not built; the table at the end names the ones that failed. The last line,
# `N passed, N failed[, N skipped]`, adds up what CTest ran.

stages=()
stages_failed=0
tests_passed=0
tests_failed=0
tests_skipped=0
failed_names=()

# stage NAME COMMAND ...: runs it, times it, notes what became of it in `stage_result`. Never call
# it in a condition: bash would then ignore `set -e` in all that the stage runs.
stage() {
    local name="$1" begin=$SECONDS status
    shift
    say ""
    say "== $name"
    stage_tests_failed=0
    set +e
    (
        set -e
        "$@"
    )
    status=$?
    set -e
    collect_results
    stage_result=passed
    if [[ $status -ne 0 ]]; then
        stage_result=FAILED
        stages_failed=$((stages_failed + 1))
        # A stage that failed without a failed test (it did not compile, say) counts as one.
        if [[ $stage_tests_failed -eq 0 ]]; then tests_failed=$((tests_failed + 1)); fi
    fi
    stages+=("$(printf '%-42s %-8s %7d s' "$name" "$stage_result" $((SECONDS - begin)))")
}

stage_left_out() { stages+=("$(printf '%-42s %s' "$1" "not run: $2")"); }

# stage_on_io_uring NAME PRESET COMMAND ...: where the kernel grants an io_uring. The unit tests of PRESET are built.
stage_on_io_uring() {
    local name="$1" preset="$2" refused
    shift 2
    refused="$(io_uring_refused "$preset")"
    if [[ -n "$refused" ]]; then
        stage_left_out "$name" "$refused"
    else
        stage "$name" "$@"
    fi
}

# What the loop says that cannot be made here; nothing if it can.
io_uring_refused() {
    PUSHWIRE_TEST_LOOP=io_uring "build/$1/tests/unit/unit_net" --gtest_filter=loop_wake.leaves_errno_alone 2>&1 |
        sed -nE 's/.*exception with description "(.*)" thrown.*/\1/p'
}

# run_tests PRESET LABELS [ARGUMENTS FOR CTEST]: LABELS is a regular expression.
run_tests() {
    local preset="$1" labels="$2"
    shift 2
    ctest --preset "$preset" --label-regex "^($labels)\$" --no-tests=error --output-on-failure \
        --output-junit "$results_folder/results.xml" "$@"
}

# Adds the counts of the last CTest run, if the stage made one, to the totals.
collect_results() {
    local file="$results_folder/results.xml" head
    [[ -f "$file" ]] || return 0
    head="$(tr '\n\t' '  ' <"$file" | grep -o '<testsuite [^>]*>' || true)"
    mapfile -t -O "${#failed_names[@]}" failed_names < <(sed -nE 's/.*<testcase name="([^"]*)".* status="fail".*/\1/p' "$file")
    python3 -B tools/dev/failed_tests.py "$file" >>"$results_folder/failures" || true
    rm -f "$file"
    local total failed skipped disabled
    total="$(attribute tests "$head")"
    failed="$(attribute failures "$head")"
    skipped="$(attribute skipped "$head")"
    disabled="$(attribute disabled "$head")"
    stage_tests_failed=$failed
    tests_failed=$((tests_failed + failed))
    tests_skipped=$((tests_skipped + skipped + disabled))
    tests_passed=$((tests_passed + total - failed - skipped - disabled))
}

attribute() {
    local value
    value="$(sed -nE "s/.* $1=\"([0-9]+)\".*/\1/p" <<<"$2")"
    printf '%s' "${value:-0}"
}

begin_stages() {
    results_folder="$(mktemp -d)"
    : >"$results_folder/failures"
    trap 'rm -rf "$results_folder"' EXIT
}

close_stages() {
    say ""
    cat "$results_folder/failures" # again, since what comes last is what is looked at
    printf '%s\n' "${stages[@]}"
    say ""
    if [[ ${#failed_names[@]} -gt 0 ]]; then say "failed: ${failed_names[*]}"; fi
    if [[ $tests_skipped -gt 0 ]]; then
        say "$tests_passed passed, $tests_failed failed, $tests_skipped skipped"
    else
        say "$tests_passed passed, $tests_failed failed"
    fi
    [[ $stages_failed -eq 0 && $tests_failed -eq 0 ]]
}

# A browser the tests can drive: Debian's, or what PUSHWIRE_CHROMIUM names. A snap cannot read
# the tests' files.
find_browser() {
    local candidate path
    for candidate in "${PUSHWIRE_CHROMIUM:-}" chromium google-chrome; do
        path="$(command -v "$candidate" || true)"
        if [[ -z "$path" || "$(readlink -f "$path")" == */snap* ]]; then continue; fi
        printf '%s' "$path"
        return 0
    done
    return 1
}

# Tests in a real browser carry the label `browser` beside their own; without a browser they are left out.
run_with_browser() {
    local -a leave_out=()
    if [[ -n "$PUSHWIRE_CHROMIUM" ]]; then
        export PUSHWIRE_CHROMIUM
    else
        unset PUSHWIRE_CHROMIUM
        leave_out=(--label-exclude '^browser$')
    fi
    run_tests release "$1" "${leave_out[@]}"
}

run_e2e_on_epoll() {
    export PUSHWIRE_TEST_LOOP=epoll
    run_with_browser e2e
}

run_soak_on_epoll() {
    export PUSHWIRE_TEST_LOOP=epoll
    run_tests release soak
}

run_soak_on_io_uring() {
    export PUSHWIRE_TEST_LOOP=io_uring
    run_tests release soak
}

# sanitizer_stages PRESET NAME [LABELS [ON_IO_URING]]: the latter is yes, or no to leave that out.
sanitizer_stages() {
    local labels="${3:-unit|transcripts}" on_io_uring="${4:-yes}"
    stage "$2: build" configure_and_build "$1" -DPUSHWIRE_TESTS=ON -DPUSHWIRE_APPS=OFF -DPUSHWIRE_EXAMPLES=OFF
    if [[ $stage_result == passed ]]; then
        stage "$2: ${labels//|/, }" run_tests "$1" "$labels"
        if [[ "$on_io_uring" == yes ]]; then
            stage_on_io_uring "$2: unit tests on io_uring" "$1" run_tests "$1" io_uring
        fi
    else
        stage_left_out "$2: ${labels//|/, }" "it did not build"
    fi
}

full_fuzz_seconds=300

run_all_fuzzers() {
    configure_and_build fuzz
    run_fuzzers "$full_fuzz_seconds" "$CMAKE_BUILD_PARALLEL_LEVEL" "$(fuzz_targets)"
}

verb_asan() {
    verb_setup asan
    begin_stages
    sanitizer_stages asan "ASan and UBSan" 'unit|transcripts|sim'
    close_stages
}

verb_tsan() {
    verb_setup tsan
    begin_stages
    sanitizer_stages tsan "TSan"
    close_stages
}

verb_test() {
    local full=no argument
    for argument in "$@"; do
        case "$argument" in
            --full) full=yes ;;
            *) give_up "./dev test: unknown argument '$argument'; there is --full." ;;
        esac
    done
    verb_setup test
    if [[ $full == yes ]]; then
        verb_setup check
        verb_setup fuzz
        verb_setup full
    fi
    begin_stages
    PUSHWIRE_FULL="$full" # much data in tests/e2e/much_data_test.py
    export PUSHWIRE_FULL

    stage "release: build" configure_and_build release -DPUSHWIRE_TESTS=ON -DPUSHWIRE_EXAMPLES=ON -DPUSHWIRE_PHP=ON
    if [[ $stage_result == passed ]]; then
        stage "release: unit tests, transcripts" run_tests release 'unit|transcripts'
        stage_on_io_uring "release: unit tests on io_uring" release run_tests release io_uring
        stage "release: simulation" run_tests release sim
        PUSHWIRE_CHROMIUM="$(find_browser || true)"
        stage "release: end to end" run_with_browser e2e
        if [[ -z "$PUSHWIRE_CHROMIUM" ]]; then
            stage_left_out "release: end to end in a browser" "no chromium that is not a snap (PUSHWIRE_CHROMIUM=PATH names one)"
        fi
        if [[ $full == yes ]]; then
            stage "release: end to end on epoll" run_e2e_on_epoll
            stage "release: soak on epoll" run_soak_on_epoll
            stage_on_io_uring "release: soak on io_uring" release run_soak_on_io_uring
            if has_command firefox-esr; then
                stage "release: end to end in Firefox" run_tests release firefox
            else
                stage_left_out "release: end to end in Firefox" "no firefox-esr here"
            fi
        fi
        stage "release: examples" run_tests release examples
        if has_command php-config; then
            stage "release: PHP extension" run_with_browser php
            if [[ $full == yes ]]; then stage "release: soak in PHP" run_tests release php_soak; fi
        else
            stage_left_out "release: PHP extension" "no php-config here"
        fi
        stage "release: packaging" run_tests release packaging
        if [[ $full == yes ]]; then stage "release: packaging as sources" run_tests release packaging_sources; fi
        stage "release: texts and layering" run_tests release docs
        if has_command valgrind; then
            stage "release: instruction counts" run_tests release count
        else
            stage_left_out "release: instruction counts" "no valgrind here"
        fi
    else
        stage_left_out "release: every test" "it did not build"
    fi
    sanitizer_stages asan "ASan and UBSan" 'unit|transcripts|sim' "$full"

    if [[ $full == yes ]]; then
        sanitizer_stages tsan "TSan"
        stage "fuzzing, $full_fuzz_seconds s" run_all_fuzzers
        stage "simulation: deliberate faults" run_faults
        stage "check" run_checks --all
        stage "check: mutants" check_mutants
    fi
    close_stages
}
