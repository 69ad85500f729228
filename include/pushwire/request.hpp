#pragma once
// What a client came with: the HTTP request that opens a connection, or a plain one.

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pushwire/fd.hpp>
#include <pushwire/tls.hpp>

namespace pushwire {

/// A header field as it came, the value without white space around it.
struct header_field {
    std::string_view name;
    std::string_view value;
};

/// Whether two ASCII strings are equal but for the case of letters.
[[nodiscard]] bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept;

/// The header fields of a request, in the order in which they came. A view.
class header_fields {
  public:
    header_fields() = default;
    explicit header_fields(std::span<const header_field> fields) : fields_{fields} {}

    /// The value of the first field of that name (in any case), or nullopt.
    [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const noexcept;
    /// The same, or an empty view.
    [[nodiscard]] std::string_view operator[](std::string_view name) const noexcept;

    [[nodiscard]] auto begin() const noexcept { return fields_.begin(); }
    [[nodiscard]] auto end() const noexcept { return fields_.end(); }
    [[nodiscard]] std::size_t size() const noexcept { return fields_.size(); }

  private:
    std::span<const header_field> fields_;
};

/// Header fields to send.
using header_list = std::vector<std::pair<std::string, std::string>>;

/// All views are valid during the call in which the request is handed out; what is needed later, copy
/// (address and times stay available through `server::info`).
struct request {
    /// Names the connection from `on_open` on; in `on_handshake` it is the number that it will have. None for plain HTTP.
    pushwire::fd fd;
    std::string_view method;
    std::string_view path;   ///< of the target, as it came (not percent-decoded), without the query
    std::string_view query;  ///< what follows the `?`, as it came
    header_fields headers;
    std::string_view body;         ///< of a plain HTTP request
    std::string_view subprotocol;  ///< chosen, in `on_open`
    /// "192.0.2.7", "2001:db8::7", or "unix". Behind one of `options::trusted_proxies` it is the client's.
    std::string_view remote_address;
    std::uint16_t remote_port = 0;
    std::chrono::system_clock::time_point connected_at;
    const tls_facts* tls = nullptr;  ///< what was agreed on; null where TLS is not spoken
    void* user_object = nullptr;     ///< see user()

    /// The value of the cookie of that name, or nullopt.
    [[nodiscard]] std::optional<std::string_view> cookie(std::string_view name) const noexcept;

    /// In `on_open`: the connection's user data (`server::user_data<T>`). T must be the type named there.
    template <class T>
    [[nodiscard]] T& user() const {
        return *static_cast<T*>(user_object);
    }
};

/// The answer to a plain HTTP request. Content-Length and Connection are added by the server.
struct response {
    std::uint16_t status = 200;
    header_list headers;
    std::string body;
};

}  // namespace pushwire
