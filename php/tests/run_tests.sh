#!/usr/bin/env bash
# Runs the .phpt tests of this folder, or those named, with PHP's run-tests.php, which php8.2-dev brings. It needs no
# terminal, asks nothing, sends nothing anywhere, and writes its files into WORK, not here.
#
# usage: run_tests.sh PHP EXTENSION WORK plain|opcache [TEST.phpt ...]
# Exit status 1 if a test failed, or if none passed.
set -euo pipefail

php="$(command -v "$1")" extension="$(realpath "$2")" work="$3" way="$4"
shift 4
here="$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"
tests=("$here")
[[ $# -eq 0 ]] || mapfile -t tests < <(realpath -- "$@")

run_tests="$(php-config --extension-dir)/build/run-tests.php"
[[ -f "$run_tests" ]] || { printf 'No run-tests.php where php-config points: %s\n' "$run_tests" >&2 && exit 1; }
rm -rf "$work"
mkdir -p "$work"
cd "$work"

# Nothing of this machine's php.ini, but for the extensions that a test asks for.
settings=(-n -d "extension_dir=$(php-config --extension-dir)" -d "extension=$extension" -d zend.assertions=1)
if [[ "$way" == opcache ]]; then
    settings+=(-d zend_extension=opcache -d opcache.enable=1 -d opcache.enable_cli=1 -d opcache.jit=tracing
        -d opcache.jit_buffer_size=16M)
fi

export TEST_PHP_EXECUTABLE="$php" NO_INTERACTION=1 TEST_PHP_ARGS='' PUSHWIRE_PHP_EXTENSION="$extension"
status=0
"$php" -n "$run_tests" -q -n -j3 --no-color --no-progress --show-diff --temp-source "$here" --temp-target "$work" \
    "${settings[@]}" "${tests[@]}" >log 2>&1 </dev/null || status=$?
cat log
grep -qE '^Tests passed *: *[1-9]' log || { printf 'No test passed.\n' && exit 1; }
exit "$status"
