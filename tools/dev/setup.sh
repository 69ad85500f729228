# shellcheck shell=bash
# `./dev setup [verb]`: installs what a verb needs. Silent and quick when nothing is missing;
# otherwise it says what and how much before it starts. Only root installs: anyone else is
# shown the command, since this script never asks for a password and never uses sudo by itself.

verb_setup() {
    local verb="${1:-run}" known
    known="$(packages_for "$verb")" || give_up "./dev setup: there is no verb '$verb'; see ./dev help."
    local -a wanted=()
    [[ -z "$known" ]] || mapfile -t wanted <<<"$known"

    local codename
    codename="$(system_codename)"
    case "$codename" in
        bookworm | trixie | noble) install_missing "$verb" "$codename" "${wanted[@]}" ;;
        *) judge_unknown_system "$verb" "${wanted[@]}" ;;
    esac
    case "$verb" in
        test) install_node_modules tests/e2e || give_up "./dev setup test: npm ci failed in tests/e2e." ;;
        # A server that is not there is left out of the measurement.
        bench) install_node_modules bench/peers/rivals || complain "npm ci failed: going on without bun and ws." ;;
    esac
}

# Sets `missing` to the names, as this system has them, of what is not installed.
find_missing() {
    local codename="$1" package here
    shift
    local -a ask=()
    for package in "$@"; do
        here="$(package_here "$codename" "$package")"
        if [[ -z "$here" ]] || { [[ -v command_of["$package"] ]] && has_command "${command_of[$package]}"; }; then
            continue
        fi
        ask+=("$here")
    done
    missing=()
    [[ ${#ask[@]} -gt 0 ]] || return 0
    local installed
    # shellcheck disable=SC2016 # the dollars are dpkg-query's
    installed="$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "${ask[@]}" 2>/dev/null || true)"
    for package in "${ask[@]}"; do
        grep -qxF "installed $package" <<<"$installed" || missing+=("$package")
    done
}

install_missing() {
    local verb="$1" codename="$2" missing=() update=no
    shift 2
    [[ $# -gt 0 ]] || return 0
    find_missing "$codename" "$@"
    [[ ${#missing[@]} -gt 0 ]] || return 0

    if ! plan_install "${missing[@]}"; then
        update=yes
        if [[ $EUID -eq 0 ]]; then
            say "Reading the package lists (apt-get update) ..."
            update_lists
            plan_install "${missing[@]}" || give_up "$plan"$'\n'"./dev setup $verb: apt-get cannot install: ${missing[*]}"
        fi
    fi

    say "./dev $verb needs packages that are not installed: ${missing[*]}"
    [[ -z "$plan_size" ]] || say "With what they depend on: $plan_size"
    if [[ $EUID -ne 0 ]]; then
        complain "Only root may install them. Run this, then ./dev $verb again:"
        [[ $update == no ]] || complain "  sudo apt-get update"
        complain "  sudo apt-get install -y --no-install-recommends ${missing[*]}"
        exit 2
    fi
    say "Installing ..."
    local words
    if ! words="$(apt_install "${missing[@]}")"; then
        say "apt-get failed; once more, with fresh package lists ..."
        update_lists
        words="$(apt_install "${missing[@]}")" ||
            give_up "$words"$'\n'"./dev setup $verb: apt-get could not install: ${missing[*]}"
    fi
    say "Installed."
}

# Asks apt-get what it would do. Sets `plan` (its words) and `plan_size`; fails if it could not install.
plan_install() {
    plan="$(LC_ALL=C apt-get install --assume-no --no-install-recommends -o Debug::NoLocking=1 "$@" 2>&1 || true)"
    local count download disk
    count="$(sed -nE 's/.*[ ,]([0-9]+) newly installed.*/\1/p' <<<"$plan")"
    download="$(sed -nE 's/^Need to get (.*) of archives\.$/\1/p' <<<"$plan")"
    disk="$(sed -nE 's/^After this operation, (.*) of additional disk space will be used\.$/\1/p' <<<"$plan")"
    plan_size=''
    [[ -n "$count" ]] || return 1
    plan_size="$count new packages, ${download:-nothing} to download, ${disk:-nothing more} on disk."
}

update_lists() {
    apt-get update -qq -o DPkg::Lock::Timeout=300 || complain "apt-get update failed; going on with the old lists."
}

apt_install() {
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@" 2>&1 </dev/null
}

# Elsewhere the names are not known: say what is needed, and go on if the tools at least are there.
judge_unknown_system() {
    local verb="$1" package
    shift
    [[ $# -gt 0 ]] || return 0
    complain "$(system_name): its package names are not known here. ./dev $verb needs what Debian 12 calls:"
    complain "  $*"
    local -a absent=()
    for package in "$@"; do
        if [[ -v command_of["$package"] ]] && ! has_command "${command_of[$package]}"; then
            absent+=("${command_of[$package]}")
        fi
    done
    [[ ${#absent[@]} -eq 0 ]] || give_up "Not found: ${absent[*]}. Install them, then run ./dev $verb again."
    complain "The tools are there; going on."
}

# install_node_modules FOLDER: its npm packages, as the lock file names them; again only when that file changed.
install_node_modules() {
    local folder="$1"
    local done_file="$folder/node_modules/.package-lock.json"
    [[ -f "$folder/package-lock.json" ]] || return 0
    if [[ -f "$done_file" && ! "$folder/package-lock.json" -nt "$done_file" ]]; then return 0; fi
    say "Installing npm packages (npm ci in $folder) ..."
    (cd "$folder" && npm ci --no-audit --no-fund --loglevel=error) && touch "$done_file"
}
