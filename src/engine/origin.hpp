#pragma once
// Which pages may open a connection: a browser says in Origin (RFC 6454) where the script comes from, and sends the
// user's cookies whoever that is.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pushwire::engine {

class origin_rules {
  public:
    origin_rules() = default;
    /// Of "https://example.org", "https://example.org:8443", "https://*.example.org", "*.example.org" (any scheme and
    /// port), "null", or "*" (any). A wildcard stands for one or more labels, not for none. Throws std::invalid_argument
    /// with a text that says what is wrong and how it is written.
    explicit origin_rules(std::span<const std::string> written);

    /// Without rules everything is allowed.
    [[nodiscard]] bool empty() const { return rules_.empty(); }
    /// Whether one of the rules names it; what is not well-formed is not allowed.
    [[nodiscard]] bool allow(std::string_view origin) const;

  private:
    struct rule {
        enum class kind : std::uint8_t { any, null, origin, any_port } what;
        std::string scheme;  // lower case
        std::string host;    // lower case; of a wildcard, from its dot on
        std::uint16_t port = 0;
        bool wildcard = false;
    };
    static rule parse(std::string_view written);

    std::vector<rule> rules_;
};

/// Whether a page of `origin` is another site's than `host`, as the field Host says it. What is not well-formed is.
[[nodiscard]] bool is_foreign(std::string_view origin, std::string_view host);

}  // namespace pushwire::engine
