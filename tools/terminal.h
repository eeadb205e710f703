#pragma once
// What the program says to whoever called it: data on stdout, talk on stderr, one exit code.
//
// Threads: one, except Progress::show.

#include <boost/json/value.hpp>
#include <chrono>
#include <mutex>
#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace stafett::tools {

enum Exit : int {
  kDone = 0,
  kFailed = 1,  // or outcome unknown
  kUsage = 2,
  kVerificationFailed = 3,
  kNotFound = 4,
  kRefused = 5,  // by a rule, or a conflict
};
int exit_code(const Error& error);

// One line of JSON; or, for people, indented. Not flushed: see flush_output().
void print_line(const boost::json::value& json);
void print_indented(const boost::json::value& json);
void print_text(std::string_view text);
// False: stdout is closed or full.
bool flush_output();

// Foreign text for a terminal: control characters, and bytes that are no UTF-8, as "\xNN".
std::string shown(std::string_view foreign);

void talk(std::string_view line);
// Says what went wrong and returns the exit code for it.
int fail(const Error& error);
int fail_usage(std::string_view why);

// A bar on stderr while it is a terminal and NO_COLOR is not set; else silence.
class Progress final {
 public:
  explicit Progress(std::string_view what);
  ~Progress();  // clears the line
  void show(std::uint64_t done, std::uint64_t total);

 private:
  const std::string_view what_;
  const bool on_;
  bool shown_ = false;                            // Guarded by mutex_.
  std::chrono::steady_clock::time_point next_{};  // Guarded by mutex_.
  std::mutex mutex_;
};

}  // namespace stafett::tools
