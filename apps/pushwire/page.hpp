#pragma once
// The page: the files of web/, which are a part of the binary.

#include <span>
#include <string_view>

namespace pushwire::cli {

struct page_file {
    std::string_view path;  ///< "/style.css"
    std::string_view bytes;
};

/// All of them; defined by what embed_page.cmake writes.
[[nodiscard]] std::span<const page_file> page_files();

/// The file for a request's path ("/" is the page itself), null if there is none.
[[nodiscard]] const page_file* find_page_file(std::string_view path);

/// What a browser is told that it is.
[[nodiscard]] std::string_view content_type(const page_file& file);

}  // namespace pushwire::cli
