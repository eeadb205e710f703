#pragma once
// KeySignIn: from a signed challenge to the person whose key it is.
//
// Source:   docs/reference/native-stream.md.
// Threads:  any.
// Lifetime: the log outlives it.

#include "engine/base/clock.h"
#include "server/logs/log_set.h"
#include "server/native/frames.h"

namespace stafett::server::native {

class KeySignIn final {
 public:
  explicit KeySignIn(const ServedLog& log) : log_(log) {}

  // Who signed this challenge for this log, over this channel: a key that is enrolled and not
  // revoked, of somebody whom the log knows by name. The work is the same whatever is wrong.
  // Errors: refused (and no word on why), corrupt, io.
  Result<SignedIn> person_of(const SignInFrame& frame, const Challenge& challenge, ByteView binding,
                             std::chrono::seconds session) const;
  // Asked again as long as the connection lasts.
  bool is_still_valid(const KeyId& key) const;

 private:
  const ServedLog& log_;
};

}  // namespace stafett::server::native
