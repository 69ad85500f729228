# shellcheck shell=bash
# `./dev check` and `./dev format`: what a reviewer should not have to say. Needs clang 19:
# earlier ones do not compile std::expected with GCC's library, and format differently.

clang_build=build/clang

# Tracked and new C++ sources, one a line.
cpp_sources() { git ls-files --cached --others --exclude-standard -- '*.hpp' '*.cpp' | existing_files; }

existing_files() {
    local file
    while IFS= read -r file; do
        [[ ! -f "$file" ]] || printf '%s\n' "$file"
    done
}

shell_sources() {
    printf '%s\n' dev .ci/run php/generate_stubs
    git ls-files --cached --others --exclude-standard -- '*.sh' | existing_files
}

verb_format() {
    verb_setup format
    cpp_sources | xargs -r -d '\n' clang-format-19 -i
}

# The page that tests/conformance/README.md is about.
verb_conformance() { /usr/bin/python3 -B tests/conformance/make_page.py .; }

verb_check() {
    if [[ "${1:-}" == mutants ]]; then
        verb_setup asan
        check_mutants "${@:2}"
        return
    fi
    verb_setup check
    run_checks "$@"
}

# Each check runs, whatever became of the others.
run_checks() {
    local which=changed failed=()
    case "${1:-}" in
        --all) which=all ;;
        '') ;;
        *) give_up "./dev check: unknown argument '$1'; there are --all and mutants." ;;
    esac
    check "format" check_format
    check "shell scripts" check_shell
    check "layering" /usr/bin/python3 -B tests/layering/check_layering.py .
    check "public headers by themselves" check_public_headers
    check "build with clang" check_clang_build
    check "clang-tidy ($which files)" check_tidy "$which"
    if [[ ${#failed[@]} -gt 0 ]]; then
        printf 'Failed: %s\n' "${failed[@]}"
        return 1
    fi
    say "Every check passed."
}

# check NAME COMMAND ...: adds NAME to `failed` if it fails. As with `stage`, never in a condition.
check() {
    local name="$1" status
    shift
    say "-- $name"
    set +e
    (
        set -e
        "$@"
    )
    status=$?
    set -e
    if [[ $status -ne 0 ]]; then failed+=("$name"); fi
}

# Each line of src/protocol/ that tests/conformance/mutants.txt breaks must fail a test.
check_mutants() { /usr/bin/python3 -B tests/conformance/mutants.py . "$@"; }

check_format() { cpp_sources | xargs -r -d '\n' clang-format-19 --dry-run -Werror; }

check_shell() { shell_sources | xargs -r -d '\n' shellcheck; }

# Users compile them as C++20 with their own warnings, so each must stand alone without one.
check_public_headers() {
    local compiler header failures=0
    while IFS= read -r header; do
        for compiler in g++ clang++-19; do
            printf '#include <%s>\n' "$header" |
                "$compiler" -std=c++20 -fsyntax-only -Wall -Wextra -Wpedantic -Werror -Iinclude -x c++ - ||
                failures=$((failures + 1))
        done
    done < <(cd include && find pushwire -name '*.hpp' | LC_ALL=C sort)
    [[ $failures -eq 0 ]]
}

check_clang_build() {
    CC=clang-19 CXX=clang++-19 cmake --preset dev -B "$clang_build" -DCMAKE_EXPORT_COMPILE_COMMANDS=ON \
        -DPUSHWIRE_TESTS=ON -DPUSHWIRE_EXAMPLES=ON -DPUSHWIRE_PHP=ON
    cmake --build "$clang_build"
}

check_tidy() {
    local list
    list="$(translation_units "$1")"
    [[ -n "$list" ]] || return 0
    xargs -d '\n' -n 1 -P "$CMAKE_BUILD_PARALLEL_LEVEL" \
        clang-tidy-19 -p "$clang_build" --quiet --warnings-as-errors='*' <<<"$list" 2>&1 |
        sed -E '/^[0-9]+ warnings? generated\.$/d'
}

# The .cpp files that are compiled: all of them, or those that changed since main, themselves or
# by a header that they name.
translation_units() {
    local -a compiled=() changed=()
    mapfile -t compiled < <(sed -nE "s|^ *\"file\": \"$PWD/(.*)\",?\$|\1|p" "$clang_build/compile_commands.json" |
        grep -v '^build/' | LC_ALL=C sort -u)
    if [[ "$1" == all ]]; then
        printf '%s\n' "${compiled[@]}"
        return 0
    fi
    mapfile -t changed < <(changed_files)
    local unit file
    for unit in "${compiled[@]}"; do
        for file in "${changed[@]}"; do
            if [[ "$file" == "$unit" ]] ||
                { [[ "$file" == *.hpp ]] && grep -qE "^#include [<\"](.*/)?${file##*/}[>\"]" "$unit"; }; then
                printf '%s\n' "$unit"
                break
            fi
        done
    done
}

changed_files() {
    local base=HEAD branch
    for branch in origin/main main; do
        if git rev-parse --verify --quiet "$branch^{commit}" >/dev/null; then
            base="$(git merge-base HEAD "$branch")"
            break
        fi
    done
    git diff --name-only "$base"
    git ls-files --others --exclude-standard
}
