#pragma once
// ServedWitnesses: what a server's logs show is cosigned by the witnesses of their policies.
//
// Threads:  owner only.
// Lifetime: logs, clock and notes outlive it.

#include <memory>

#include "server/auth/https_fetch.h"
#include "server/observe/request_log.h"
#include "server/witness/witness_asker.h"

namespace stafett::tools {

class ServedWitnesses final {
 public:
  // Begins to ask. Errors: those of HttpsFetch::make and WitnessAsker::start.
  static Result<std::unique_ptr<ServedWitnesses>> start(const server::LogSet& logs, Clock& clock,
                                                        server::RequestLog& notes);
  void stop() { asker_.stop(); }

 private:
  ServedWitnesses(const server::LogSet& logs, std::unique_ptr<server::HttpsFetch> web, Clock& clock,
                  server::RequestLog& notes);

  const std::unique_ptr<server::HttpsFetch> web_;
  server::WitnessAsker asker_;
};

}  // namespace stafett::tools
