#include "server/session/session_cookies.h"

#include <algorithm>

namespace stafett::server {
namespace {

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

std::optional<std::string> value_of(std::string_view header, const std::string& name) {
  std::optional<std::string> found;
  while (!header.empty()) {
    const std::string_view piece = header.substr(0, header.find(';'));
    header.remove_prefix(std::min(header.size(), piece.size() + 1));
    const std::string_view one = trimmed(piece);
    const std::size_t middle = one.find('=');
    if (middle == std::string_view::npos || one.substr(0, middle) != name) continue;
    if (found) return std::nullopt;
    found = std::string{one.substr(middle + 1)};
  }
  return found;
}

}  // namespace

SessionCookies::SessionCookies(bool is_encrypted)
    : is_encrypted_(is_encrypted),
      session_(is_encrypted ? "__Host-stafett" : "stafett"),
      login_(session_ + "-login") {}

std::optional<std::string> SessionCookies::session_in(std::string_view header) const {
  return value_of(header, session_);
}

std::optional<std::string> SessionCookies::login_in(std::string_view header) const {
  return value_of(header, login_);
}

std::string SessionCookies::set(const std::string& name, const std::string& value,
                                const char* same_site,
                                std::optional<std::chrono::seconds> lasts) const {
  std::string text = name + '=' + value + "; Path=/; HttpOnly; SameSite=" + same_site;
  if (is_encrypted_) text += "; Secure";
  if (lasts) text += "; Max-Age=" + std::to_string(lasts->count());
  return text;
}

std::string SessionCookies::set_session(const std::string& id) const {
  return set(session_, id, "Strict", std::nullopt);
}

std::string SessionCookies::set_login(const std::string& value, std::chrono::seconds lasts) const {
  return set(login_, value, "Lax", lasts);
}

std::string SessionCookies::end_session() const {
  return set(session_, "", "Strict", std::chrono::seconds{0});
}

std::string SessionCookies::end_login() const {
  return set(login_, "", "Lax", std::chrono::seconds{0});
}

}  // namespace stafett::server
