#!/usr/bin/env bash
# Installs, and looks whether the program, its man pages and its completion are where shells and man(1) look for them.
#
#   installed_program.sh BUILD_DIR
set -euo pipefail

folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT

cmake --install "$1" --prefix "$folder" >"$folder/install.log" || {
    cat "$folder/install.log"
    exit 1
}
program="$folder/bin/pushwire"

# same PATH ARGUMENT ...: there is what the program prints, but for the date in a man page.
same() {
    local path="$folder/share/$1"
    shift
    [[ -f "$path" ]] || { echo "not installed: $path" && exit 1; }
    diff <(sed '/^\.Dd /d' "$path") <("$program" "$@" | sed '/^\.Dd /d')
}

same bash-completion/completions/pushwire completion bash
same zsh/site-functions/_pushwire completion zsh
same fish/vendor_completions.d/pushwire.fish completion fish
same man/man1/pushwire.1 --help=man

mapfile -t commands < <("$program" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p')
[[ " ${commands[*]} " == *" serve "* ]]
for command in "${commands[@]}"; do
    same "man/man1/pushwire-$command.1" "$command" --help=man
done
pages=("$folder"/share/man/man1/*)
if [[ ${#pages[@]} -ne $((${#commands[@]} + 1)) ]]; then
    echo "there are pages of no command: ${pages[*]}"
    exit 1
fi

if command -v man >/dev/null; then
    man -M "$folder/share/man" -w pushwire pushwire-serve
fi
