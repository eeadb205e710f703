#pragma once
// SessionCookies: the two cookies of a browser that signs in here, as they go over the wire.
//
// Source:  RFC 6265 as browsers keep it (6265bis: prefixes, SameSite).
// Threads: any.
//
// Encrypted, their names begin with __Host-: no other host and no unencrypted page can set them.
// Unencrypted, on this machine, browsers refuse that, and the names are without it.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace stafett::server {

class SessionCookies final {
 public:
  explicit SessionCookies(bool is_encrypted);

  // In the header `Cookie`. Empty: there is none, or more than one of that name.
  std::optional<std::string> session_in(std::string_view header) const;
  std::optional<std::string> login_in(std::string_view header) const;

  // `Set-Cookie`. The session's is sent from pages of this server only; that of a sign-in under way
  // also when the issuer sends the browser back.
  std::string set_session(const std::string& id) const;
  std::string set_login(const std::string& value, std::chrono::seconds lasts) const;
  std::string end_session() const;
  std::string end_login() const;

 private:
  std::string set(const std::string& name, const std::string& value, const char* same_site,
                  std::optional<std::chrono::seconds> lasts) const;
  const bool is_encrypted_;
  const std::string session_, login_;
};

}  // namespace stafett::server
