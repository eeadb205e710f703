#include "engine/log/log_key_change.h"

namespace stafett::log {
namespace {

std::string next_of(const LogPaths& paths) {
  return paths.log_key + ".next";
}

// What an attempt before this one has left may have lain there for long, and been stolen with the
// old key. One that was recorded is in its place first.
Result<crypto::SigningKey> next_key(Log& log) {
  ENGINE_TRY_VOID(settle_log_key(log.files(), log.paths(), log.keyring()));
  const std::string path = next_of(log.paths());
  ENGINE_TRY(there, log.files().exists(path));
  if (there) ENGINE_TRY_VOID(log.files().destroy(path));
  ENGINE_TRY_VOID(save_signing_key(log.files(), path, crypto::SigningKey::generate(log.random())));
  return load_signing_key(path);
}

Result<void> record(Log& log, const format::LogKeyRotated& event) {
  const TimeUs now = log.clock().now();
  const Outcomes outcomes = log.submit_and_wait(
      log.system().sign_engine(event, log.streams().engine, make_event_id(now, log.random()), now));
  if (!outcomes.front()) return outcomes.front().error();
  if (const auto* refusal = std::get_if<Refusal>(&*outcomes.front()))
    return Error{Errc::refused, refusal->code + ": " + refusal->detail};
  return {};
}

}  // namespace

Result<void> settle_log_key(storage::Files& files, const LogPaths& paths, const Keyring& keyring) {
  const std::string next = next_of(paths);
  ENGINE_TRY(next_there, files.exists(next));
  if (!next_there) return {};
  ENGINE_TRY(key, load_signing_key(next));
  if (key.public_key() != keyring.log_key().key) return {};  // not recorded: as before
  ENGINE_TRY(old_there, files.exists(paths.log_key));
  if (old_there) ENGINE_TRY_VOID(files.destroy(paths.log_key));
  return files.rename(next, paths.log_key);
}

Result<transparency::VerifierKey> rotate_log_key(Log& log) {
  if (const auto reason = log.read_only_reason()) return Error{Errc::read_only, *reason};
  const crypto::PublicKey before = log.keyring().log_key().key;
  ENGINE_TRY(next, next_key(log));
  const Bytes message = format::log_key_message(log.origin_hash(), before, next.public_key());
  ENGINE_TRY(old, load_signing_key(log.paths().log_key));
  log.log_signer().hold(next);
  ENGINE_TRY_VOID(record(log, {next.public_key(), next.sign(message), old.sign(message)}));
  if (const auto signed_anew = log.checkpoint_now(); !signed_anew) return signed_anew.error();
  ENGINE_TRY_VOID(settle_log_key(log.files(), log.paths(), log.keyring()));
  return log.keyring().log_key();
}

}  // namespace stafett::log
