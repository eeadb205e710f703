#include "tools/served_issuers.h"

#include "engine/storage/files.h"
#include "server/auth/https_fetch.h"
#include "server/auth/issuer_file.h"

namespace stafett::tools {

Result<std::unique_ptr<server::OutsideIssuers>> outside_issuers(const std::string& path,
                                                                Clock& clock,
                                                                server::RequestLog& notes) {
  if (path.empty()) return std::unique_ptr<server::OutsideIssuers>{};
  ENGINE_TRY(text, storage::posix_files().read(path, server::kIssuerFileBytesMax));
  Result<server::IssuerFile> file = server::parse_issuers(as_text(text));
  if (!file) return Error{file.error().code(), path + ": " + file.error().detail()};
  ENGINE_TRY(fetch, server::HttpsFetch::make({file->ca_file}));
  return server::OutsideIssuers::make(std::move(file->issuers), std::move(fetch), clock,
                                      [&notes](const std::string& issuer, const Error& why) {
                                        notes.note("issuer-keys", issuer + ": " + why.detail());
                                      });
}

}  // namespace stafett::tools
