#pragma once
// The issuers that a server believes, as a file says: TOML, strict.
//
// Source: docs/how-to/sign-in.md
//
//   ca-file = "/etc/ssl/own.pem"   whom to trust instead of whom the operating system trusts
//   [[issuer]]                     one each; see issuer_file.cc for the keys
//   kind = "idporten"
//   [issuer.browser]              people sign in there with their browsers

#include <string>
#include <string_view>
#include <vector>

#include "server/auth/issuer_profile.h"

namespace stafett::server {

struct IssuerFile {
  std::string ca_file;
  std::vector<IssuerProfile> issuers;
};

inline constexpr std::size_t kIssuerFileBytesMax = 64 * 1024;

// Errors: malformed (not TOML; the line), invalid_argument (a key or value that is not known, or a
// profile that check() refuses).
Result<IssuerFile> parse_issuers(std::string_view text);

}  // namespace stafett::server
