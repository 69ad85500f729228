# shellcheck shell=bash
# `./dev fuzz`: the targets of tests/fuzz, each a libFuzzer program in build/fuzz. What is found lies in
# build/fuzz/found, what was learnt in build/fuzz/corpus/TARGET; tests/fuzz/README.md says what to do with both.

fuzz_build=build/fuzz
fuzz_seeds="$fuzz_build/tests/fuzz/seeds"

fuzz_targets() { (cd tests/fuzz/targets && printf '%s\n' *.cpp) | sed 's/\.cpp$//'; }

verb_fuzz() {
    case "${1:-}" in
        '' | -h | --help)
            say "usage: ./dev fuzz TARGET|all SECONDS [--jobs N] [--save]"
            say "           fuzz one target, or all, sharing the time; N of them at a time; write a file into bench/results"
            say "       ./dev fuzz merge                  keep in tests/fuzz/corpus the smallest set that covers as much"
            say "       ./dev fuzz coverage               line coverage of src/ by the corpus and the seeds"
            say ""
            say "Targets:"
            fuzz_targets | sed 's/^/  /'
            return 0
            ;;
        merge)
            prepare_fuzzers
            merge_corpus
            return
            ;;
        coverage)
            verb_setup fuzz
            fuzz_coverage
            return
            ;;
    esac
    local command="./dev fuzz $*" target="$1" seconds="${2:-}" targets jobs=1 save=no
    [[ "$seconds" =~ ^[1-9][0-9]*$ ]] || give_up "./dev fuzz: for how many seconds? ./dev fuzz $target 60"
    shift 2
    while [[ $# -gt 0 ]]; do
        case "$1" in
            --jobs) jobs="${2:-1}" && shift 2 ;;
            --save) save=yes && shift ;;
            *) give_up "./dev fuzz: unknown argument '$1'; ./dev fuzz lists what there is." ;;
        esac
    done
    targets="$(fuzz_targets)"
    if [[ "$target" != all ]]; then
        grep -qxF "$target" <<<"$targets" || give_up "./dev fuzz: there is no target '$target'; ./dev fuzz lists them."
        targets="$target"
    fi
    prepare_fuzzers
    local status=0
    run_fuzzers "$seconds" "$jobs" "$targets" || status=1
    if [[ $save == yes ]]; then save_fuzzing "$command"; fi
    return "$status"
}

prepare_fuzzers() {
    verb_setup fuzz
    configure_and_build fuzz
}

# run_fuzzers SECONDS JOBS TARGETS: shares the time over the targets, runs JOBS of them at a time, prints a table, fails if
# anything was found.
run_fuzzers() {
    local seconds="$1" jobs="$2" target findings=0 share running=0
    local -a targets=()
    mapfile -t targets <<<"$3"
    share=$((seconds / ${#targets[@]} > 0 ? seconds / ${#targets[@]} : 1))
    mkdir -p "$fuzz_build/found" "$fuzz_build/logs"
    for target in "${targets[@]}"; do
        if [[ $running -ge $jobs ]]; then
            wait -n || findings=$((findings + 1))
            running=$((running - 1))
        fi
        say "-- $target, $share s"
        run_fuzzer "$target" "$share" &
        running=$((running + 1))
    done
    for (( ; running > 0; running--)); do wait -n || findings=$((findings + 1)); done
    {
        fuzz_row target seconds 'cpu s' executions 'per cpu s' edges features corpus findings
        for target in "${targets[@]}"; do cat "$fuzz_build/logs/$target.row"; done
    } >"$fuzz_build/logs/table"
    say ""
    cat "$fuzz_build/logs/table"
    [[ $findings -eq 0 ]] || say "What was found is in $fuzz_build/found; the logs are in $fuzz_build/logs."
    [[ $findings -eq 0 ]]
}

fuzz_row() { printf '%-16s %8s %8s %12s %10s %7s %9s %7s %9s\n' "$@"; }

# run_fuzzer TARGET SECONDS: leaves its line of the table in logs/TARGET.row.
run_fuzzer() {
    local target="$1" seconds="$2" status=0 log="$fuzz_build/logs/$1.log" cpu_file="$fuzz_build/logs/$1.cpu"
    local -a folders=("$fuzz_build/corpus/$target") options=()
    mkdir -p "${folders[0]}"
    local place
    for place in "tests/fuzz/corpus/$target" "$fuzz_seeds/$target"; do
        if [[ -d "$place" ]]; then folders+=("$place"); fi
    done
    local dictionary
    dictionary="tests/fuzz/$(fuzz_dictionary "$target")"
    if [[ -f "$dictionary" ]]; then options+=("-dict=$dictionary"); fi
    local TIMEFORMAT='%U %S'
    {
        time "$fuzz_build/tests/fuzz/fuzz_$target" "${options[@]}" -max_total_time="$seconds" -max_len=4096 -timeout=60 \
            -rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix="$fuzz_build/found/$target-" "${folders[@]}" \
            >"$log" 2>&1
    } 2>"$cpu_file" || status=$?
    local last executions cpu
    last="$(grep -aE '^#[0-9]+.* cov: ' "$log" | tail -n 1 || true)"
    executions="$(last_number 's/^stat::number_of_executed_units: *([0-9]+)$/\1/p' <"$log")"
    cpu="$(awk '{ printf "%d", $1 + $2 + 0.5 }' "$cpu_file")"
    fuzz_row "$target" "$seconds" "$cpu" "$executions" "$((${executions/\?/0} / (cpu > 0 ? cpu : 1)))" \
        "$(last_number 's/.* cov: ([0-9]+).*/\1/p' <<<"$last")" \
        "$(last_number 's/.* ft: ([0-9]+).*/\1/p' <<<"$last")" \
        "$(last_number 's/.* corp: ([0-9]+).*/\1/p' <<<"$last")" \
        "$([[ $status -eq 0 ]] && printf none || printf FOUND)" >"$fuzz_build/logs/$target.row"
    if [[ $status -ne 0 ]]; then
        grep -aE 'not so:|broken invariant|ERROR:|SUMMARY:|Test unit written' "$log" >&2 || tail -n 20 "$log" >&2
    fi
    return "$status"
}

# save_fuzzing COMMAND: machine, commit, command, table and raw figures, as bench/results wants them.
save_fuzzing() {
    local file changes='' target
    file="bench/results/$(date -u +%F)-fuzzing.md"
    [[ -z "$(git status --porcelain -- src include tests/fuzz tests/transcripts)" ]] || changes=', with changes that are not committed'
    {
        say "# Fuzzing, $(date -u '+%F %H:%M') UTC"
        say ""
        say "- machine: $(sed -nE 's/^model name[^:]*: (.*)/\1/p' /proc/cpuinfo | head -n 1), $(nproc) processors, Linux $(uname -r)," \
            "load average $(cut -d' ' -f1-3 /proc/loadavg) at the end"
        say "- compiler: $(clang++-19 --version | head -n 1), the preset \`fuzz\` (libFuzzer, ASan, UBSan, -O1)"
        say "- commit: $(git rev-parse HEAD)$changes"
        say "- command: \`$1\`"
        say ""
        say '```text'
        cat "$fuzz_build/logs/table"
        say '```'
        say ""
        say "The last line and the statistics of each run, as libFuzzer printed them:"
        say ""
        say '```text'
        while IFS= read -r target; do
            say "$target"
            grep -aE '^#[0-9]+.*DONE|^stat::' "$fuzz_build/logs/$target.log" || true
        done < <(awk 'NR > 1 { print $1 }' "$fuzz_build/logs/table")
        say '```'
    } >"$file"
    say "Written: $file"
}

# What an HTTP parser wants to see; the scripts of the session targets are better off without.
fuzz_dictionary() {
    case "$1" in
        http | opening_* | extensions | negotiation) printf 'http.dict' ;;
        *) printf 'none' ;;
    esac
}

# last_number SED-EXPRESSION
last_number() {
    local found
    found="$(sed -nE "$1" | tail -n 1)"
    printf '%s' "${found:-?}"
}

# The committed corpus: of all inputs there are, beyond the seeds, the fewest that reach as much.
merge_corpus() {
    local target folder merged
    while IFS= read -r target; do
        folder="tests/fuzz/corpus/$target"
        merged="$fuzz_build/merged/$target"
        rm -rf "$merged"
        mkdir -p "$merged" "$folder" "$fuzz_build/corpus/$target"
        local -a from=("$folder" "$fuzz_build/corpus/$target")
        # The seeds go first: what they reach already needs no other input.
        if [[ -d "$fuzz_seeds/$target" ]]; then from=("$fuzz_seeds/$target" "${from[@]}"); fi
        "$fuzz_build/tests/fuzz/fuzz_$target" -merge=1 -max_len=4096 -rss_limit_mb=4096 "$merged" "${from[@]}" \
            >"$fuzz_build/logs/$target.merge.log" 2>&1 || give_up "./dev fuzz merge: see $fuzz_build/logs/$target.merge.log"
        keep_merged "$merged" "$folder" "$fuzz_seeds/$target"
        say "$(printf '%-18s %5d inputs, %s' "$target" "$(find "$folder" -type f | wc -l)" "$(du -sh --apparent-size "$folder" | cut -f1)")"
    done < <(fuzz_targets)
}

# keep_merged MERGED FOLDER SEEDS: FOLDER becomes MERGED without what the seeds are, under the names that libFuzzer gave;
# named inputs (those of findings) stay.
keep_merged() {
    local file name
    find "$2" -type f -regextype posix-extended -regex '.*/[0-9a-f]{40}' -delete
    local seeds=''
    if [[ -d "$3" ]]; then seeds="$(find "$3" -type f -exec sha1sum {} + | cut -d' ' -f1)"; fi
    for file in "$1"/*; do
        [[ -f "$file" ]] || continue
        name="$(basename "$file")"
        grep -qxF "$name" <<<"$seeds" || cp "$file" "$2/$name"
    done
}

# Replays everything in an uninstrumented-for-fuzzing build with clang's source coverage, and reports by file.
fuzz_coverage() {
    local build=build/fuzz-coverage target
    cmake --preset fuzz -B "$build" -DPUSHWIRE_FUZZ=OFF -DPUSHWIRE_TESTS=ON \
        -DCMAKE_CXX_FLAGS='-O1 -fprofile-instr-generate -fcoverage-mapping' >/dev/null
    cmake --build "$build" --target fuzz_replay fuzz_seed_files
    rm -f "$build"/*.profraw
    while IFS= read -r target; do
        local -a folders=()
        local place
        for place in "tests/fuzz/corpus/$target" "$fuzz_build/corpus/$target" "$build/tests/fuzz/seeds/$target"; do
            if [[ -d "$place" ]]; then folders+=("$place"); fi
        done
        LLVM_PROFILE_FILE="$build/$target.profraw" "$build/tests/fuzz/fuzz_replay" "$target" "${folders[@]}" 2>/dev/null
    done < <(fuzz_targets)
    llvm-profdata-19 merge -o "$build/all.profdata" "$build"/*.profraw
    llvm-cov-19 report "$build/tests/fuzz/fuzz_replay" -instr-profile="$build/all.profdata" \
        -ignore-filename-regex='/tests/|/usr/' | sed "s|$PWD/||"
}
