#pragma once
// DocumentUpload: a document as the log takes it while it comes over the network, held against what
// its event says of it.
//
// Threads:  one.
// Lifetime: body and event outlive it.

#include "engine/crypto/sha256.h"
#include "projections/recorder/json_event.h"
#include "server/http/message.h"

namespace stafett::server {

class DocumentUpload final {
 public:
  // `event`: an AttachmentAdded; its digest and length are what must come.
  DocumentUpload(RequestBody& body, const bti::JsonEvent& event);

  // What came last ends it with an error when it is not the document.
  Result<std::size_t> read(std::span<std::uint8_t> to);

  bool has_begun() const { return has_begun_; }
  // Why it ended early: io, too_large, or malformed (another document). None: it did not.
  std::optional<Errc> failure() const { return failure_; }

 private:
  Result<std::size_t> fail(Errc code);

  RequestBody& body_;
  std::string digest_;                  // hex, as the event says
  std::optional<std::uint64_t> bytes_;  // as the event says
  crypto::Sha256 hash_;
  std::uint64_t count_ = 0;
  bool has_begun_ = false;
  bool has_ended_ = false;
  std::optional<Errc> failure_;
};

}  // namespace stafett::server
