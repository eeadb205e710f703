#include "tools/terminal.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <cstdio>
#include <cstdlib>

namespace stafett::tools {
namespace {

void print_value(const boost::json::value& json, std::string& out, std::size_t depth);

void indent(std::string& out, std::size_t depth) {
  out.append(2 * depth, ' ');
}

// Lists and objects without anything nested stay on one line when they are short.
constexpr std::size_t kLineMax = 88;

template <class Container, class Print>
void print_members(const Container& members, char open, char close, std::string& out,
                   std::size_t depth, const Print& print) {
  out += open;
  out += '\n';
  std::size_t i = 0;
  for (const auto& member : members) {
    indent(out, depth + 1);
    print(member);
    out += ++i < members.size() ? ",\n" : "\n";
  }
  indent(out, depth);
  out += close;
}

void print_value(const boost::json::value& json, std::string& out, std::size_t depth) {
  const std::string line = boost::json::serialize(json);
  if (line.size() + 2 * depth <= kLineMax || json.is_primitive()) {
    out += line;
    return;
  }
  if (const boost::json::array* list = json.if_array())
    return print_members(*list, '[', ']', out, depth,
                         [&](const boost::json::value& one) { print_value(one, out, depth + 1); });
  print_members(json.get_object(), '{', '}', out, depth, [&](const auto& member) {
    out += boost::json::serialize(boost::json::string{member.key()}) + ": ";
    print_value(member.value(), out, depth + 1);
  });
}

}  // namespace

int exit_code(const Error& error) {
  switch (error.code()) {
    case Errc::not_found:
    case Errc::erased:
      return kNotFound;
    case Errc::refused:
    case Errc::conflict:
    case Errc::locked:
      return kRefused;
    case Errc::invalid_argument:
      return kUsage;
    default:
      return kFailed;
  }
}

void print_text(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
}

void print_line(const boost::json::value& json) {
  print_text(boost::json::serialize(json) + "\n");
}

void print_indented(const boost::json::value& json) {
  std::string out;
  print_value(json, out, 0);
  print_text(out + "\n");
}

bool flush_output() {
  return std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
}

namespace {

// How many bytes the character at the beginning takes; 0: it is none, or controls the terminal.
std::size_t printable_bytes(std::string_view text) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  if (byte(0) < 0x80) return byte(0) >= 0x20 && byte(0) != 0x7f ? 1 : 0;
  const std::size_t bytes = byte(0) >= 0xf0 ? 4 : byte(0) >= 0xe0 ? 3 : 2;
  if (byte(0) < 0xc2 || byte(0) > 0xf4 || text.size() < bytes) return 0;
  for (std::size_t i = 1; i < bytes; ++i)
    if ((byte(i) & 0xc0) != 0x80) return 0;
  const bool is_control = byte(0) == 0xc2 && byte(1) < 0xa0;  // U+0080 to U+009F
  return is_control ? 0 : bytes;
}

}  // namespace

std::string shown(std::string_view foreign) {
  std::string out;
  while (!foreign.empty()) {
    const std::size_t bytes = printable_bytes(foreign);
    if (bytes == 0)
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(foreign.front()));
    else
      out += foreign.substr(0, bytes);
    foreign.remove_prefix(std::max<std::size_t>(bytes, 1));
  }
  return out;
}

void talk(std::string_view line) {
  const std::string whole = fmt::format("stafett: {}\n", line);
  std::fwrite(whole.data(), 1, whole.size(), stderr);
}

int fail(const Error& error) {
  talk(error.detail().empty() ? std::string{errc_name(error.code())}
                              : fmt::format("{}: {}", errc_name(error.code()), error.detail()));
  return exit_code(error);
}

int fail_usage(std::string_view why) {
  talk(why);
  return kUsage;
}

Progress::Progress(std::string_view what)
    : what_(what), on_(::isatty(STDERR_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr) {}

Progress::~Progress() {
  if (shown_) std::fputs("\r\033[K", stderr);
}

void Progress::show(std::uint64_t done, std::uint64_t total) {
  if (!on_ || total == 0) return;
  const std::lock_guard lock{mutex_};
  const auto now = std::chrono::steady_clock::now();
  if (now < next_) return;
  next_ = now + std::chrono::milliseconds{100};
  shown_ = true;
  constexpr std::uint64_t kWidth = 40;
  const std::uint64_t filled = done >= total ? kWidth : done * kWidth / total;
  fmt::print(stderr, "\r{} [{:=<{}}{: <{}}] {}/{}\033[K", what_, "", filled, "", kWidth - filled,
             done, total);
  std::fflush(stderr);
}

}  // namespace stafett::tools
