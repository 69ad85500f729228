// A chat with rooms, nicknames, the last lines for those who come later, and a page of its own.
//
//   chat [PORT]        then open http://localhost:9502/ in two windows
//
// A client opens /room/NAME, sends its nickname, and from then on whatever it has to say. All of it is plain text.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <exception>
#include <iostream>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include <pushwire/pushwire.hpp>

#include "chat_page.hpp"

constexpr std::size_t max_history = 20;  // lines of a room
constexpr std::size_t max_name = 32;     // bytes, of a nickname and of a room

struct room {
    std::set<std::string> names;      // who is in; a room without anybody does not exist
    std::deque<std::string> history;  // at most max_history lines
};

struct visitor {
    std::string room;
    std::string name;  // empty until the nickname has come
};

// No spaces or colons, so that nobody can write a line that looks like another's.
bool is_nickname(std::string_view name) {
    const auto is_fine = [](unsigned char c) { return c > ' ' && c != ':' && c != 0x7f; };
    return !name.empty() && name.size() <= max_name && std::ranges::all_of(name, is_fine);
}

int main(int argc, char** argv) try {
    const auto port = static_cast<std::uint16_t>(argc > 1 ? std::atoi(argv[1]) : 9502);
    pushwire::options options;
    options.limits.max_message = 4096;
    options.limits.when_backlog_full = pushwire::backlog_policy::drop_oldest;  // for a slow reader
    pushwire::server server{"0.0.0.0", port, options};
    server.user_data<visitor>();
    std::map<std::string, room> rooms;  // one worker: all handlers run on one thread, and need no lock

    const auto tell = [&rooms](pushwire::server& server, const std::string& where, const std::string& line) {
        server.publish(where, line);
        auto& history = rooms[where].history;
        history.push_back(line);
        if (history.size() > max_history) history.pop_front();
    };

    server.path("/").on_request(
        [](pushwire::server&, const pushwire::request&, pushwire::response& response) {
            response = {302, {{"Location", "/room/lobby"}}, ""};
        });
    server.on_handshake([](pushwire::server&, pushwire::handshake& handshake) { handshake.refuse(404); });

    pushwire::route chat = server.path("/room/*");
    chat.on_request([](pushwire::server&, const pushwire::request&, pushwire::response& response) {
        response = {200, {{"Content-Type", "text/html; charset=utf-8"}}, chat_page};
    });
    chat.on_handshake([](pushwire::server&, pushwire::handshake& handshake) {
        // A browser's script sees a close code and its reason, but no HTTP status.
        const auto length = handshake.request().path.size() - std::string_view{"/room/"}.size();
        if (length == 0 || length > max_name)
            handshake.accept_and_close(4000, "a room's name has 1 to 32 bytes");
        else
            handshake.accept();
    });
    chat.on_open([](pushwire::server&, const pushwire::request& request) {
        request.user<visitor>().room = request.path.substr(std::string_view{"/room/"}.size());
    });
    chat.on_message([&](pushwire::server& server, const pushwire::message& message) {
        auto& [where, name] = message.user<visitor>();
        const std::string text{message.data};
        if (message.type != pushwire::message_type::text) {
            server.disconnect(message.fd, pushwire::close_code::unsupported_data,
                              "this chat takes text only");
        } else if (!name.empty()) {
            tell(server, where, name + ": " + text);
        } else if (!is_nickname(text)) {
            server.disconnect(message.fd, 4001, "a nickname has 1 to 32 bytes, no space and no colon");
        } else if (!rooms[where].names.insert(text).second) {
            server.disconnect(message.fd, 4002, "somebody here has that nickname");
        } else {
            for (const auto& line : rooms[where].history) server.push(message.fd, line);
            server.subscribe(message.fd, where);
            name = text;
            tell(server, where, "* " + name + " came in");
        }
    });
    chat.on_close([&](pushwire::server& server, pushwire::fd fd) {
        const auto& [where, name] = *server.user<visitor>(fd);
        if (name.empty()) return;
        tell(server, where, "* " + name + " left");
        rooms[where].names.erase(name);
        if (rooms[where].names.empty()) rooms.erase(where);
    });

    server.listen();
    std::cout << "listening on " << server.addresses().front() << std::endl;
    server.start();
} catch (const std::exception& failure) {
    std::cerr << "chat: " << failure.what() << '\n';
    return 2;
}
