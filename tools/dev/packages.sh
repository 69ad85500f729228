# shellcheck shell=bash disable=SC2034
# What each verb needs, under the package names of Debian 12, and what those packages are
# called elsewhere. Installing them is setup.sh's business.

packages_build=(
    g++ cmake ninja-build pkg-config
    libssl-dev openssl zlib1g-dev libdeflate-dev liburing-dev libboost1.81-dev libsimdjson-dev
    libspdlog-dev libfmt-dev libcli11-dev libtomlplusplus-dev libedit-dev
)
packages_unit=(libgtest-dev libgmock-dev python3)
packages_test=(
    valgrind python3-websockets nodejs npm chromium ca-certificates
    golang-go golang-github-gorilla-websocket-dev php-parser
    zsh fish mandoc groff-base
)
packages_php=(php8.2-dev php8.2-cli)
packages_full=(firefox-esr)
packages_check=(clang-19 clang-tidy-19 clang-format-19 shellcheck git)
packages_fuzz=(clang-19 libclang-rt-19-dev llvm-19)
packages_bench=(
    python3 openssl strace liburing-dev libbenchmark-dev
    nodejs npm libwebsockets-dev libwebsocketpp-dev golang-go golang-github-gorilla-websocket-dev
)

# A package that is there for a command need not be Debian's own: the command counts.
declare -A command_of=(
    [g++]=g++ [cmake]=cmake [ninja-build]=ninja [pkg-config]=pkg-config [git]=git
    [nodejs]=node [npm]=npm [golang-go]=go [strace]=strace [firefox-esr]=firefox-esr [shellcheck]=shellcheck [python3]=/usr/bin/python3
    [openssl]=openssl [valgrind]=valgrind [php8.2-dev]=php-config [php8.2-cli]=php [clang-19]=clang++-19 [clang-tidy-19]=clang-tidy-19 [clang-format-19]=clang-format-19
)

# The system's code name: bookworm, trixie and noble are known.
system_codename() {
    (
        VERSION_CODENAME='' UBUNTU_CODENAME=''
        # shellcheck source=/dev/null
        [[ ! -r /etc/os-release ]] || source /etc/os-release
        printf '%s' "${UBUNTU_CODENAME:-${VERSION_CODENAME:-}}"
    )
}

system_name() {
    (
        PRETTY_NAME='this system'
        # shellcheck source=/dev/null
        [[ ! -r /etc/os-release ]] || source /etc/os-release
        printf '%s' "$PRETTY_NAME"
    )
}

# package_here CODENAME PACKAGE: what a Debian 12 package is called there; nothing if it is not to be had.
package_here() {
    case "$1:$2" in
        # Debian 12's plain libboost-dev is 1.74, without Boost.URL; the others have 1.83.
        trixie:libboost1.81-dev | noble:libboost1.81-dev) printf 'libboost-dev' ;;
        trixie:php8.2-*) printf 'php8.4-%s' "${2#php8.2-}" ;;
        noble:php8.2-*) printf 'php8.3-%s' "${2#php8.2-}" ;;
        # Ubuntu's browsers are snaps, which need a running snapd and cannot read most folders.
        noble:chromium | noble:firefox-esr) ;;
        *) printf '%s' "$2" ;;
    esac
}

# packages_for VERB: the names, one a line; a verb that needs nothing prints nothing.
packages_for() {
    local -a list=()
    case "$1" in
        run | build) list=("${packages_build[@]}") ;;
        asan | tsan | unit | sim) list=("${packages_build[@]}" "${packages_unit[@]}") ;;
        php) list=("${packages_build[@]}" "${packages_php[@]}") ;;
        test) list=("${packages_build[@]}" "${packages_unit[@]}" "${packages_test[@]}" "${packages_php[@]}") ;;
        full) list=("${packages_full[@]}") ;;
        check) list=("${packages_build[@]}" "${packages_unit[@]}" "${packages_check[@]}" "${packages_php[@]}") ;;
        format) list=(clang-format-19 git) ;;
        fuzz) list=("${packages_build[@]}" "${packages_unit[@]}" "${packages_fuzz[@]}") ;;
        bench) list=("${packages_build[@]}" "${packages_bench[@]}") ;;
        setup | help) return 0 ;;
        *) return 1 ;;
    esac
    printf '%s\n' "${list[@]}"
}
