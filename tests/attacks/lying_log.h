#pragma once
// A log that lies: one through the real writer, and then changed with care by somebody who has its
// database and whatever else the test gives him. Each test here performs one attack of
// docs/threat-model.md with real bytes, and names who notices and by which code.

#include "tests/engine/log/verify/forgery.h"

namespace stafett::log::verify_testing {

// What the attacker has beside the database.
enum class Loot { nothing, log_key };

struct LyingLog {
  TestLog log;
  StreamId stream = log.new_stream();
  Position last{0};  // the newest event of `stream`

  explicit LyingLog(std::size_t events = 5) {
    for (std::size_t i = 0; i < events; ++i) last = log.append(stream);
  }

  // Closes the log and lets him at it; with the log's key, all that the log signs is signed anew.
  void change(const std::function<void(Intruder&)>& what, Loot loot);
  // The entry at a position forged, signed anew with `by` if given.
  VerifyReport forged(Position position, const std::function<void(format::Entry&)>& what, Loot loot,
                      const crypto::SigningKey* by = nullptr);
};

// As an outsider keeps it: the receipt of the log's newest event.
struct Kept {
  Position position;
  Hash leaf;
  format::ReceiptGroup group;
  std::vector<Hash> path;
};
Kept record_and_keep(TestLog& log, const StreamId& stream);

VerifyOptions at_level_5();

}  // namespace stafett::log::verify_testing
