# Writes each of FILES (paths, separated by |) into OUTPUT, a C++ source that defines what page.hpp declares. Plain CMake,
# so that no tool has to be there, and no assembler's ways of the target have to be known.
string(REPLACE "|" ";" files "${FILES}")
set(arrays "")
set(rows "")
set(count 0)
foreach(file IN LISTS files)
    get_filename_component(name "${file}" NAME)
    file(READ "${file}" bytes HEX)
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${bytes}")
    # The last byte is not a part of the file: an array must not be empty.
    string(APPEND arrays "// ${name}\nconstexpr char file_${count}[] = {\n${bytes}    '\\0'};\n\n")
    string(APPEND rows "    page_file{\"/${name}\", {file_${count}, sizeof file_${count} - 1}},\n")
    math(EXPR count "${count} + 1")
endforeach()

file(WRITE "${OUTPUT}" "// Written by embed_page.cmake from the files of web/.
#include <array>

#include \"page.hpp\"

namespace pushwire::cli {
namespace {

${arrays}constexpr std::array<page_file, ${count}> files{
${rows}};

}  // namespace

std::span<const page_file> page_files() { return files; }

}  // namespace pushwire::cli
")
