#pragma once
// Certificates for tests in C++, made on the spot: self-signed, in a folder that goes with the object.

#include <filesystem>
#include <string>
#include <vector>

#include <pushwire/tls.hpp>

namespace pushwire::support {

class tls_files {
  public:
    tls_files();
    ~tls_files();
    tls_files(const tls_files&) = delete;
    tls_files& operator=(const tls_files&) = delete;

    /// Files `name`.pem and `name`.key, for those DNS names. Again under the same name: other files in their place.
    tls_certificate make(const std::string& name, const std::vector<std::string>& dns_names,
                         bool expired = false);
    /// Options with one certificate, for localhost.
    [[nodiscard]] tls_options options();

    [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

  private:
    std::filesystem::path folder_;
};

}  // namespace pushwire::support
