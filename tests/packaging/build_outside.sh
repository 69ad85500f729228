#!/usr/bin/env bash
# Builds an outside project in a folder of its own, away from the source tree, and runs it.
#
#   build_outside.sh find_package|fetch_content SOURCE_DIR BUILD_DIR CXX_COMPILER
#
# Both projects compile main.cpp, which runs for a moment, and the README's first program.
set -euo pipefail

way="$1" source_dir="$2" build_dir="$3" compiler="$4"
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"

folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT

mkdir "$folder/project"
cp "$here/$way/CMakeLists.txt" "$here/main.cpp" "$source_dir/examples/greet.cpp" "$folder/project/"

case "$way" in
    find_package)
        cmake --install "$build_dir" --prefix "$folder/installed" >"$folder/install.log" || {
            cat "$folder/install.log"
            exit 1
        }
        # What is installed may be packed and unpacked elsewhere: so move it, and let it name neither tree.
        mv "$folder/installed" "$folder/moved"
        if grep -rIlF -e "$source_dir" -e "$build_dir" -e "$folder/installed" "$folder/moved"; then
            echo "these installed files name the folder they were built in"
            exit 1
        fi
        find_it=("-DCMAKE_PREFIX_PATH=$folder/moved")
        ;;
    fetch_content)
        find_it=("-DFETCHCONTENT_SOURCE_DIR_PUSHWIRE=$source_dir")
        ;;
esac

cmake -S "$folder/project" -B "$folder/build" -G Ninja -DCMAKE_BUILD_TYPE=Release \
    "-DCMAKE_CXX_COMPILER=$compiler" "${find_it[@]}"
cmake --build "$folder/build"
timeout 20 "$folder/build/main"
