#pragma once
// Which handlers serve which path: exact paths, and prefixes written "/topic/*".

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/handlers.hpp"

namespace pushwire::engine {

class router {
  public:
    /// The place for a pattern's handlers, made when first named. Throws setup_error for a pattern that does not begin
    /// with '/', or has a '*' other than at its end after a '/'. The pointer stays where it is.
    std::shared_ptr<handlers> at(std::string_view pattern);

    /// Before the first `find`: an event for which a pattern has no handler goes to those for all paths.
    void complete_from(const handlers& for_all);

    /// The longest pattern that matches `path`, or null.
    [[nodiscard]] const handlers* find(std::string_view path) const;

  private:
    struct entry {
        std::string path;  // without the '*'
        bool is_prefix;
        std::shared_ptr<handlers> served_by;
    };
    std::vector<entry> entries_;
};

}  // namespace pushwire::engine
