// Takes files of any size, and gives them back, in little memory: they pass through in parts.
//
//   files [PORT [DIRECTORY]]        9502 and the current one unless others are named; port 0 takes a free one
//
// A page connects to ws://localhost:9502/put/NAME, sends a file as one message (`socket.send(file)`), and hears "stored".
// From /get/NAME it comes back as one message. The disk is waited for: do not take a slow one.

#include <array>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>
#include <string_view>

#include <pushwire/pushwire.hpp>

namespace fs = std::filesystem;

struct transfer {
    std::fstream file;
    fs::path unfinished;  // what is being stored, under a name that nobody can ask for
    fs::path finished;
};

/// What a path ends with, if that is a name made of letters, digits and `-_.`, not beginning with a dot; empty otherwise.
std::string_view name_in(std::string_view path) {
    constexpr std::string_view harmless = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
    const auto name = path.substr(path.rfind('/') + 1);
    const bool safe = name.size() <= 100 && !name.starts_with('.') &&
                      name.find_first_not_of(harmless) == std::string_view::npos;
    return safe ? name : std::string_view{};
}

/// Sends as much of the file as there is room for; `on_drain` calls it again.
void send_on(pushwire::server& server, pushwire::fd fd) {
    auto& file = server.user<transfer>(fd)->file;
    std::array<char, 64 * 1024> some;
    while (file.read(some.data(), some.size()), file.gcount() != 0) {
        const auto result = server.part(fd, {some.data(), static_cast<std::size_t>(file.gcount())});
        if (result != pushwire::part_result::accepted) return;
    }
    server.end(fd);
    server.disconnect(fd);
}

int main(int argc, char** argv) try {
    const auto port = static_cast<std::uint16_t>(argc > 1 ? std::atoi(argv[1]) : 9502);
    const fs::path directory{argc > 2 ? argv[2] : "."};
    pushwire::server server{"0.0.0.0", port};
    server.user_data<transfer>();

    server.path("/put/*")
        .on_open([&](pushwire::server& server, const pushwire::request& request) {
            const std::string name{name_in(request.path)};
            if (name.empty()) return server.disconnect(request.fd, 4000, "this is no name for a file");
            auto& put = *server.user<transfer>(request.fd);
            put.finished = directory / name;
            put.unfinished = directory / ("." + name + "." + to_string(request.fd));
            put.file.open(put.unfinished, std::ios::out | std::ios::binary);
        })
        .on_message_part([](pushwire::server& server, const pushwire::message_part& part) {
            auto& put = part.user<transfer>();
            put.file.write(part.data.data(), static_cast<std::streamsize>(part.data.size()));
            if (part.last) put.file.close();
            if (!put.file) return server.disconnect(part.fd, 4001, "the file cannot be written");
            if (!part.last) return;
            fs::rename(put.unfinished, put.finished);
            server.push(part.fd, "stored");
            server.disconnect(part.fd);
        })
        .on_close([](pushwire::server& server, pushwire::fd fd) {
            std::error_code it_was_finished;
            fs::remove(server.user<transfer>(fd)->unfinished, it_was_finished);
        });

    server.path("/get/*")
        .on_open([&](pushwire::server& server, const pushwire::request& request) {
            const fs::path path = directory / name_in(request.path);
            auto& file = server.user<transfer>(request.fd)->file;
            if (fs::is_regular_file(path)) file.open(path, std::ios::in | std::ios::binary);
            if (!file.is_open()) return server.disconnect(request.fd, 4004, "there is no such file");
            server.begin(request.fd, pushwire::message_type::binary);
            send_on(server, request.fd);
        })
        .on_drain(send_on);

    server.listen();
    std::cout << "listening on " << server.addresses().front() << std::endl;
    server.start();
} catch (const std::exception& failure) {
    std::cerr << "files: " << failure.what() << '\n';
    return 2;
}
