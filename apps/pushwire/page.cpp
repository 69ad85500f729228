#include "page.hpp"

#include <algorithm>
#include <utility>

namespace pushwire::cli {

const page_file* find_page_file(std::string_view path) {
    if (path == "/") path = "/index.html";
    const auto files = page_files();
    const auto found = std::ranges::find(files, path, &page_file::path);
    return found == files.end() ? nullptr : &*found;
}

std::string_view content_type(const page_file& file) {
    static constexpr std::pair<std::string_view, std::string_view> types[]{
        {".html", "text/html; charset=utf-8"},
        {".css", "text/css; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"},
        {".json", "application/json"},
        {".svg", "image/svg+xml; charset=utf-8"},
        {".png", "image/png"},
        {".ico", "image/x-icon"},
        {".txt", "text/plain; charset=utf-8"},
        {".webmanifest", "application/manifest+json"}};
    for (const auto& [ending, type] : types) {
        if (file.path.ends_with(ending)) return type;
    }
    return "application/octet-stream";
}

}  // namespace pushwire::cli
