#pragma once
// Messages to Fiks Arkiv by a spool: folders that somebody else carries, and the answers.
//
// A message is made under a hidden name, then the log is told of it, then it gets its name: so it
// is there once, whenever the program is killed. An answer is recorded, then moved away: by the
// same id when it is found again.
//
// Source:  docs/formats/archive.md (spool)
// Threads: one; the log's lock keeps others out of the spool.
// Limits:  kAnswersMax answers at once, kAnswerBytesMax each.

#include "projections/archive/noark.h"
#include "tools/archive_files.h"

namespace stafett::tools {

inline constexpr std::size_t kAnswersMax = 10'000;
inline constexpr std::size_t kAnswerBytesMax = std::size_t{1} << 20;

struct FiksWish {
  std::string by, shielding;
  PrintoutWish printout;
  TimeUs now;
};

struct FiksMessage {
  std::string case_label, message, folder;
  bool was_recorded = false;  // before: only its name was missing
};
// Errors: conflict (sent and not answered; archived), refused, not_found (weasyprint), corrupt, io.
Result<FiksMessage> send_to_fiks(bti::BtiLog& opened, const SubjectId& case_id,
                                 const FiksWish& wish, const std::string& spool);

struct FiksAnswer {
  std::string name, case_label, message;
  std::string result;  // "mottatt", "receipted", "failed", "refused", "unknown"
  std::string text;
};
// What is no answer to a message of this log stays where it is, and is told as unknown; what the
// log does not take, as refused. Neither keeps others from being recorded.
// Errors: read_only, io.
Result<std::vector<FiksAnswer>> take_answers(bti::BtiLog& opened, const std::string& by,
                                             const std::string& spool);

}  // namespace stafett::tools
