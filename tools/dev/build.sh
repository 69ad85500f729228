# shellcheck shell=bash
# The verbs that build and start things: build, run, bench.

# configure_and_build PRESET [-DOPTION=VALUE ...]
configure_and_build() {
    local preset="$1"
    shift
    cmake --preset "$preset" "$@"
    cmake --build --preset "$preset"
}

# configure_and_build_target PRESET TARGET [-DOPTION=VALUE ...]
configure_and_build_target() {
    local preset="$1" target="$2"
    shift 2
    cmake --preset "$preset" "$@"
    cmake --build --preset "$preset" --target "$target"
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

# The PHP extension, build/release/pushwire.so, and no more than it needs.
build_extension() {
    local -a options=(-DPUSHWIRE_PHP=ON)
    [[ -f build/release/CMakeCache.txt ]] || options+=(-DPUSHWIRE_TESTS=OFF -DPUSHWIRE_EXAMPLES=OFF)
    configure_and_build_target release pushwire_php "${options[@]}"
    say "The extension: php -d extension=$PWD/build/release/pushwire.so SCRIPT.php"
}

verb_build() {
    local preset="${1:-release}"
    case "$preset" in
        release)
            verb_setup build
            build_release
            ;;
        php)
            verb_setup php
            build_extension
            ;;
        dev | asan | tsan | coverage)
            verb_setup unit
            configure_and_build "$preset"
            ;;
        *) give_up "./dev build: there is no preset '$preset'; there are release, php, dev, asan, tsan, coverage." ;;
    esac
}

verb_run() {
    verb_setup run
    build_release
    # Where the user says where to listen, our defaults stay out of the way.
    local argument listen='' host=(--host 0.0.0.0) port=(--port 9502) given=()
    for argument in "$@"; do
        case "$argument" in
            --tls)
                make_certificate
                given+=(--tls-cert "$try_certificate" --tls-key "$try_key")
                continue
                ;;
            --host | --host=*) host=() ;;
            --port | --port=*) port=() ;;
            --listen | --listen=* | --config | --config=*) listen=given ;;
        esac
        given+=("$argument")
    done
    if [[ -n "$listen" ]]; then host=() port=(); fi
    exec build/release/pushwire serve "${host[@]}" "${port[@]}" "${given[@]}"
}

try_certificate=build/tls/localhost.pem
try_key=build/tls/localhost.key

# A certificate for trying out, signed by itself; the one that is there, while it is good for another day.
make_certificate() {
    if [[ ! -f "$try_key" ]] || ! openssl x509 -in "$try_certificate" -noout -checkend 86400 >/dev/null 2>&1; then
        mkdir -p build/tls
        (umask 077 && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 90 \
            -subj '/CN=Pushwire, for trying out' -addext 'subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1' \
            -keyout "$try_key" -out "$try_certificate" 2>/dev/null) ||
            give_up "./dev run --tls: openssl could not make a certificate in build/tls."
        say "Made a certificate for localhost, 127.0.0.1 and ::1, good for 90 days: $try_certificate"
    fi
    say "It is signed by nobody but itself, so a browser warns of it: choose Advanced, then Proceed to localhost."
    say "Other clients need to be told of it: curl --cacert $try_certificate https://localhost:…"
}

verb_bench() {
    [[ -x bench/peers/run ]] || give_up "./dev bench: bench/peers/run is not there."
    verb_setup bench
    build_release -DPUSHWIRE_BENCH=ON
    exec bench/peers/run --build build/release --rivals all "$@"
}
