#pragma once
// What compresses and inflates the messages of all sessions of one thread (RFC 7692): none of them owns a compressor or
// an inflater while it waits. An inflater is lent for the time that one message takes to come; a compressor is used within
// one call.

#include <memory>

namespace pushwire::protocol {

/// Belongs to one thread, as its sessions do, and outlives them. It allocates nothing before the first compressed message;
/// then a compressor for each window size in use (at most 270 KiB each), one of libdeflate's (at most 1 MiB), buffers
/// (384 KiB together), and a few inflaters (40 KiB each).
class codec_pool {
  public:
    codec_pool();
    ~codec_pool();
    codec_pool(const codec_pool&) = delete;
    codec_pool& operator=(const codec_pool&) = delete;

    struct content;
    [[nodiscard]] content& operator*() { return *content_; }
    [[nodiscard]] content* operator->() { return content_.get(); }

  private:
    std::unique_ptr<content> content_;
};

}  // namespace pushwire::protocol
