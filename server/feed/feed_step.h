#pragma once
// What looking at a stretch of the log comes to, beside its events.
//
// Threads: values.

#include <optional>
#include <string>
#include <vector>

#include "engine/base/ids.h"
#include "server/auth/sign_in.h"

namespace stafett::server {

// Why nothing more comes, or nothing more of a case.
struct FeedEnd {
  std::string why;                   // access-ended, token-expired
  std::string rule;                  // of access-ended: what the gate's refusal is called
  std::optional<SubjectId> case_id;  // none: all of the feed
};

struct FeedProgress {
  TreeSize looked_at;  // every entry below has been looked at: progress, also when nothing is given
  std::vector<FeedEnd> ended_cases;  // of a feed of all cases
  std::optional<FeedEnd> end;        // nothing comes after this step
};

// Whether the reader's session is over.
inline std::optional<FeedEnd> session_end(const SignedIn& reader, TimeUs now) {
  if (reader.expires_at > now && !(reader.is_over && *reader.is_over)) return std::nullopt;
  return FeedEnd{"token-expired", {}, {}};
}

}  // namespace stafett::server
