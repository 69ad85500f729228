#include "transcripts/file_tests.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <utility>

#include <gtest/gtest.h>

namespace pushwire::transcripts {
namespace {

namespace fs = std::filesystem;

class file_test : public testing::Test {
  public:
    explicit file_test(std::function<void()> body) : body_{std::move(body)} {}
    void TestBody() override { body_(); }

  private:
    std::function<void()> body_;
};

}  // namespace

const fs::path home{PUSHWIRE_TRANSCRIPTS};

std::string read(const fs::path& file) {
    std::ifstream stream{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{stream}, {}};
}

std::string shown(const fs::path& file) {
    const auto relative = fs::proximate(file, home.parent_path().parent_path());
    return relative.native().starts_with("..") ? file.string() : relative.string();
}

std::vector<fs::path> transcripts_in(const fs::path& folder) {
    std::vector<fs::path> result;
    for (const auto& entry : fs::directory_iterator{folder})
        if (entry.path().extension() == ".wire") result.push_back(entry.path());
    std::ranges::sort(result);
    return result;
}

void add_test(const char* suite, const fs::path& file, std::function<void(const fs::path&)> body) {
    auto name = file.stem().string();
    std::ranges::replace(name, '-', '_');  // which a filter of test names takes for "all but"
    testing::RegisterTest(suite, name.c_str(), nullptr, nullptr, __FILE__, __LINE__,
                          [=] { return new file_test{[=] { body(file); }}; });
}

}  // namespace pushwire::transcripts
