#include "server/session/public_url.h"

#include "server/auth/web_url.h"

namespace stafett::server {

Result<PublicUrl> parse_public_url(const std::string& text) {
  const Error wrong{Errc::invalid_argument,
                    "'" + text + "' is no origin: https://HOST[:PORT], http on this machine only"};
  const auto url = parse_web_url(text);
  if (!url || !is_safe(*url)) return wrong;
  PublicUrl made;
  made.is_encrypted = url->encrypted;
  made.origin = (url->encrypted ? "https://" : "http://") + url->authority;
  // Browsers say it in one way: small letters, and a port only where it is not the usual one.
  const bool is_usual_port = url->authority.ends_with(url->encrypted ? ":443" : ":80");
  const bool is_small = text.find_first_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == std::string::npos;
  if (text != made.origin || is_usual_port || !is_small) return wrong;
  return made;
}

bool is_local_path(std::string_view text) {
  constexpr std::string_view kAllowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!$&'()*+,;=:@%/?";
  if (text.empty() || text.size() > kReturnBytesMax || text.front() != '/') return false;
  // "//host" is another server.
  if (text.size() > 1 && text[1] == '/') return false;
  return text.find_first_not_of(kAllowed) == std::string_view::npos;
}

}  // namespace stafett::server
