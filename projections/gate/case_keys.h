#pragma once
// CaseKeys: the plain keys of a case's two erasure domains, wiped when done. What is computed from
// both and kept anywhere is sealed under a key derived from both: lost with either.
//
// Threads: one.

#include "engine/crypto/aead.h"
#include "engine/log/sealed_index.h"
#include "engine/log/vault.h"

namespace stafett::bti {

class CaseKeys final {
 public:
  CaseKeys() = default;
  CaseKeys(const CaseKeys&) = delete;
  CaseKeys& operator=(const CaseKeys&) = delete;

  // Errors: not_found (a key is gone), corrupt, io.
  Result<void> load(log::Vault& vault, const DomainId& content, const DomainId& access) {
    ENGINE_TRY_VOID(vault.key(content, content_));
    return vault.key(access, access_);
  }
  Result<void> load(log::Vault& vault, const log::SubjectRecord& record) {
    return load(vault, record.content, record.access);
  }
  ByteView content() const { return content_; }
  ByteView access() const { return access_; }

 private:
  std::array<std::uint8_t, crypto::kKeyBytes> content_{};
  std::array<std::uint8_t, crypto::kKeyBytes> access_{};
  const crypto::WipeGuard wipe_content_{content_};
  const crypto::WipeGuard wipe_access_{access_};
};

}  // namespace stafett::bti
