// Opening a log: database, keys, keyring, tree; then the comparison with the guard that decides
// whether anything may be added.

#include <algorithm>

#include "engine/log/keeping/root_key_change.h"
#include "engine/log/keeping/root_key_source.h"
#include "engine/log/log.h"
#include "engine/log/log_key_change.h"
#include "engine/log/log_tree.h"
#include "engine/log/meta_rows.h"

namespace stafett::log {
namespace {

// Why the log cannot sign; empty: it can. Read-only then, so that a copy from before a change of
// the key, and a log whose key is lost, can still be read as far as no key is needed.
Result<std::optional<std::string>> hold_log_key(const std::string& path, const Keyring& keyring,
                                                LogSigner& to) {
  const Result<crypto::SigningKey> key = load_signing_key(path);
  if (!key && key.error().code() != Errc::not_found) return key.error();
  if (!key) return std::optional<std::string>{"the log key is missing: " + path};
  to.hold(*key);
  if (key->public_key() == keyring.log_key().key) return std::optional<std::string>{};
  return std::optional<std::string>{
      "the log key kept here is not the one that signs this log: was the database put back from "
      "before a change of the log key?"};
}

}  // namespace

Result<std::unique_ptr<Log>> Log::open(const LogPaths& paths, const LogOptions& options) {
  std::unique_ptr<Log> log{new Log{paths, options}};
  ENGINE_TRY_VOID(log->open_store());
  ENGINE_TRY_VOID(log->load_keyring());
  ENGINE_TRY_VOID(log->open_keys());
  ENGINE_TRY_VOID(log->open_tree());
  return log;
}

Result<void> Log::open_store() {
  ENGINE_TRY(store,
             storage::Store::open(paths_.database, storage::Mode::read_write, options_.store));
  store_ = std::move(store);
  ENGINE_TRY(streams, read_stream_ids(*store_));
  streams_ = streams;
  ENGINE_TRY(profile, store_->meta(kMetaProfile));
  if (!profile) return Error{Errc::corrupt, "meta: no profile"};
  first_profile_ = as_text(*profile);
  return {};
}

Result<void> Log::open_keys() {
  ENGINE_TRY_VOID(settle_root_key(options_.files, paths_));
  ENGINE_TRY(root, load_root_key(paths_.root_key));
  ENGINE_TRY(table,
             KeyTable::open(
                 {options_.files, options_.random, arena_, paths_.key_table, origin_hash()}, root));
  key_table_ = std::move(table);
  vault_ = std::make_unique<Vault>(*key_table_, options_.random);
  ENGINE_TRY_VOID(settle_log_key(options_.files, paths_, keyring_));
  ENGINE_TRY(without_key, hold_log_key(paths_.log_key, keyring_, log_signer_));
  read_only_ = without_key;

  ENGINE_TRY(index_domain, read_index_domain(*store_));
  std::optional<Error> failure;
  crypto::SecretBytes<32> index_key{[&](std::span<std::uint8_t, 32> out) {
    if (const Result<void> found = vault_->key(index_domain, out); !found) failure = found.error();
  }};
  if (failure) return *failure;
  index_ =
      std::make_unique<SealedIndex>(*store_, origin_hash(), std::move(index_key), options_.random);
  opener_ = std::make_unique<Opener>(*store_, *index_, *vault_, origin_hash());

  const auto& administrators = keyring_.genesis()->administrators;
  const auto system = std::ranges::find(administrators, format::Custody::system,
                                        &format::Genesis::Administrator::custody);
  if (system == administrators.end()) return Error{Errc::corrupt, "genesis names no system key"};
  ENGINE_TRY(signer, signer_of(system->actor));
  system_ = signer;
  return {};
}

Result<void> Log::load_keyring() {
  return read_keyring(*store_, streams_.engine, keyring_);
}

Result<void> Log::open_tree() {
  const TreeSize size = store_->size();
  ENGINE_TRY(tree, derive_tree(*store_, size));
  tree_ = std::move(tree);
  ENGINE_TRY(last, store_->entry(Position{size.value() - 1}));
  ENGINE_TRY(entry, format::decode_entry(last));
  last_recorded_at_ = entry.stamp.recorded_at;
  // What the guard says counts for more: it names what is missing.
  std::optional<std::string> without_key = std::move(read_only_);
  read_only_.reset();
  ENGINE_TRY_VOID(compare_with_guard(tree_->head()));
  if (!read_only_) read_only_ = std::move(without_key);
  if (read_only_) return {};
  Result<std::unique_ptr<Checkpointer>> checkpointer =
      Checkpointer::open(*store_, *guard_, log_signer_, origin());
  if (!checkpointer) {
    read_only_ = checkpointer.error().to_string();
    return {};
  }
  checkpointer_ = std::move(*checkpointer);
  return remove_orphan_chunks();
}

Result<void> Log::compare_with_guard(const transparency::TreeHead& head) {
  Result<std::unique_ptr<Guard>> guard = Guard::open(options_.files, paths_.guard, origin_hash());
  if (!guard) {
    if (guard.error().code() == Errc::io) return guard.error();
    read_only_ = guard.error().code() == Errc::not_found
                     ? "the guard is missing"
                     : "the guard cannot be used: " + guard.error().detail();
    return {};
  }
  guard_ = std::move(*guard);
  ENGINE_TRY(difference, difference_from_guard(*store_, head, *guard_));
  if (difference) {
    read_only_ = difference;
    return {};
  }
  if (const Result<void> begun = guard_->begin({head.size, head.root}); !begun) {
    if (begun.error().code() == Errc::io) return begun.error();
    read_only_ = "the guard cannot be used: " + begun.error().detail();
  }
  return {};
}

Result<void> Log::remove_orphan_chunks() {
  ENGINE_TRY(events, store_->attachment_events());
  for (const EventId& event : events) {
    ENGINE_TRY(outcome, store_->event(event));
    if (!std::holds_alternative<Position>(outcome)) ENGINE_TRY_VOID(store_->delete_chunks(event));
  }
  return {};
}

}  // namespace stafett::log
