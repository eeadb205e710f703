#include "tools/served_issuers.h"

#include <filesystem>

#include "engine/storage/files.h"
#include "server/auth/https_fetch.h"

namespace stafett::tools {

Result<server::IssuerFile> read_issuers(const std::string& path) {
  if (path.empty()) return server::IssuerFile{};
  ENGINE_TRY(text, storage::posix_files().read(path, server::kIssuerFileBytesMax));
  Result<server::IssuerFile> file = server::parse_issuers(as_text(text));
  if (!file) return Error{file.error().code(), path + ": " + file.error().detail()};
  const std::filesystem::path folder = std::filesystem::path{path}.parent_path();
  const auto begin_there = [&](std::string& one) {
    if (!one.empty()) one = (folder / one).lexically_normal().string();
  };
  begin_there(file->ca_file);
  for (server::IssuerProfile& issuer : file->issuers) {
    if (!issuer.browser) continue;
    begin_there(issuer.browser->secret_file);
    begin_there(issuer.browser->key_file);
  }
  return file;
}

Result<std::unique_ptr<server::OutsideIssuers>> outside_issuers(server::IssuerFile file,
                                                                Clock& clock,
                                                                server::RequestLog& notes) {
  if (file.issuers.empty()) return std::unique_ptr<server::OutsideIssuers>{};
  ENGINE_TRY(fetch, server::HttpsFetch::make({file.ca_file}));
  return server::OutsideIssuers::make(std::move(file.issuers), std::move(fetch), clock,
                                      [&notes](const std::string& issuer, const Error& why) {
                                        notes.note("issuer-keys", issuer + ": " + why.detail());
                                      });
}

}  // namespace stafett::tools
