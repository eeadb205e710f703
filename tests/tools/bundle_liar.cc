// What a program with the machine's keys makes that is no stafett: a bundle whose scope says what
// it likes, of which the log was told all the same.  bundle_liar LOG OUT SCOPE BY [CHECKPOINT...]
//
// SCOPE: the file scope.json. BY: the label of who makes it. CHECKPOINTS: held elsewhere.
// Every case of the log is among those drawn from. No read is recorded.

#include <boost/json.hpp>
#include <iostream>

#include "engine/base/clock.h"
#include "engine/base/encoding.h"
#include "engine/crypto/secret.h"
#include "engine/crypto/sha256.h"
#include "engine/crypto/system_random.h"
#include "engine/log/stream_heads.h"
#include "engine/transparency/checkpoint.h"
#include "projections/bundle/bundle_writer.h"
#include "projections/recorder/recorder.h"

namespace stafett::bti {
namespace {

Result<std::string> text_of_file(const std::string& path) {
  ENGINE_TRY(bytes, storage::posix_files().read(path, std::size_t{1} << 20));
  return std::string{as_text(bytes)};
}

Result<Position> tell(BtiLog& log, const RecordedExport& made, const std::string& by) {
  const BookLabels labels{log.gate->labels()};
  JsonEvent event;
  event.type = "AuditExportMade";
  event.occurred_at = log.log->clock().now();
  event.actor = by;
  boost::json::array cases;
  for (const SubjectId& one : made.scope.cases) cases.emplace_back(labels.case_id(one));
  event.data = {{"grant", made.scope.grant},
                {"cases", std::move(cases)},
                {"digest", to_hex(crypto::sha256(as_bytes(made.scope_text)).view())}};
  const Answer answer = Recorder{*log.log, *log.gate}.record_and_wait(std::move(event));
  if (!answer.accepted()) return Error{Errc::refused, boost::json::serialize(answer.to_json())};
  return std::get<Recorded>(answer.result).receipt.position;
}

Result<void> lie(std::span<const std::string> words) {
  SystemClock clock;
  crypto::SystemRandom random;
  ENGINE_TRY(log,
             open_log(log::LogPaths::beside(words[0]), {clock, random, storage::posix_files()}));
  RecordedExport made;
  ENGINE_TRY(text, text_of_file(words[2]));
  made.scope_text = text;
  ENGINE_TRY(scope, parse_scope(text));
  made.scope = std::move(scope);
  ENGINE_TRY(all, select_cases(log.log->store(), log.log->index(), log.log->head().size, {}, {}));
  made.selection.population = made.selection.allowed = all.cases;
  ENGINE_TRY(position, tell(log, made, words[3]));
  made.export_position = position;
  ENGINE_TRY(heads, log::record_stream_heads(*log.log));
  made.heads = std::move(heads);
  ENGINE_TRY(note, log.log->checkpoint_now());
  made.checkpoint = note;
  const transparency::VerifierKey key{log.log->origin(), transparency::KeyType::ed25519,
                                      log.log->keyring().genesis()->log_key};
  ENGINE_TRY(opened, transparency::open_checkpoint(note, key, log.log->origin()));
  made.head = opened.head();
  std::vector<std::string> held;
  for (const std::string& path : words.subspan(4)) {
    ENGINE_TRY(one, text_of_file(path));
    held.push_back(one);
  }
  ENGINE_TRY_VOID(storage::posix_files().make_directory(words[1]));
  return write_bundle({log, words[1], held, {}}, made);
}

}  // namespace
}  // namespace stafett::bti

int main(int count, char** given) {
  stafett::crypto::init();
  const std::vector<std::string> words(given + 1, given + count);
  if (words.size() < 4) return 2;
  const stafett::Result<void> done = stafett::bti::lie(words);
  if (!done) std::cerr << done.error().to_string() << "\n";
  return done ? 0 : 1;
}
