#include "tools/served_witnesses.h"

namespace stafett::tools {

ServedWitnesses::ServedWitnesses(const server::LogSet& logs,
                                 std::unique_ptr<server::HttpsFetch> web, Clock& clock,
                                 server::RequestLog& notes)
    : web_(std::move(web)),
      asker_(
          logs, *web_, clock,
          [&notes](const std::string& log, const std::string& witness, const std::string& failure) {
            if (failure.empty())
              notes.note("witness-answers", log + " " + witness);
            else
              notes.note("witness-failed", log + " " + witness + ": " + failure);
          }) {}

Result<std::unique_ptr<ServedWitnesses>> ServedWitnesses::start(const server::LogSet& logs,
                                                                Clock& clock,
                                                                server::RequestLog& notes) {
  server::HttpsFetchOptions options;
  options.body_bytes_max = transparency::kNoteBytesMax;
  ENGINE_TRY(web, server::HttpsFetch::make(options));
  std::unique_ptr<ServedWitnesses> self{new ServedWitnesses{logs, std::move(web), clock, notes}};
  ENGINE_TRY_VOID(self->asker_.start());
  return self;
}

}  // namespace stafett::tools
