#pragma once
// What a server's processes report: to `log_file`, or to standard error. A line is one write, so lines of several
// processes do not mix.

#include <string>
#include <string_view>

namespace pushwire::php {

enum class log_level : unsigned char { debug, trace, info, notice, warning, error, none };

/// Of this process and those that it will fork. Says false, and changes nothing, if the file cannot be opened.
bool open_log(const std::string& path);
void set_log_level(log_level least);
/// "[2026-11-28 12:00:00 worker 0, 4711] WARNING: text"
void log(log_level level, std::string_view text);
/// What this process is called in the log: "master", "worker 0".
void name_process(std::string name);
/// The log's descriptor; standard error where there is none.
int log_descriptor();

}  // namespace pushwire::php
