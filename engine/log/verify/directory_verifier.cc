#include "engine/log/verify/directory_verifier.h"

#include "engine/log/keeping/key_table.h"
#include "engine/log/keeping/root_key_source.h"
#include "engine/log/meta_rows.h"
#include "engine/log/verify/cosigned_check.h"
#include "engine/log/verify/public_record.h"
#include "engine/log/witness/cosigned_checkpoints.h"

namespace stafett::log {
namespace {

VerifyReport alone(const VerifyOptions& options, VerifyError error) {
  VerifyReport report;
  report.level = options.level;
  report.error_count = 1;
  report.errors.push_back(std::move(error));
  return report;
}

Result<VerifyReport> verify_under(const RootKey& root, const VerifyDirectory& directory,
                                  const VerifyOptions& options, VerifyInput input,
                                  const Hash& origin_hash) {
  const LogPaths& paths = directory.paths;
  crypto::KeyArena arena;
  auto table = KeyTable::open(
      {directory.files, directory.random, arena, paths.key_table, origin_hash}, root);
  const auto unreadable = [&](const Error& error) {
    return alone(options, {std::nullopt, "table", "key-unwrap", error.to_string()});
  };
  if (!table) return unreadable(table.error());
  const Result<DomainId> domain = read_index_domain(input.reads);
  if (!domain)
    return alone(options, {std::nullopt, "index meta", "index", domain.error().to_string()});
  std::optional<Error> failure;
  crypto::SecretBytes<32> index_key{[&](std::span<std::uint8_t, 32> out) {
    if (const Result<void> got = (*table)->unwrap(*domain, out); !got) failure = got.error();
  }};
  if (failure) return unreadable(*failure);
  const SealedIndex index{input.reads, origin_hash, std::move(index_key), directory.random};
  const VerifyKeys keys{index, **table};
  input.keys = &keys;
  if (directory.refused_intents)
    input.refused_intents = [&] { return directory.refused_intents(input.reads, keys); };
  if (directory.without_role)
    input.without_role = [&](std::span<const ErasureOrder::Act> acts) {
      return directory.without_role(input.reads, keys, acts);
    };
  return verify(input, options);
}

// An erasure beside it puts another table in place and writes over the one that is being read: what
// then does not open is nobody's fault.
Result<VerifyReport> verify_with_keys(const VerifyDirectory& directory,
                                      const VerifyOptions& options, const VerifyInput& input,
                                      const Hash& origin_hash) {
  const LogPaths& paths = directory.paths;
  const auto header = read_key_table_header(directory.files, paths.key_table);
  ENGINE_TRY(root, load_root_key(paths.root_key));
  ENGINE_TRY(report, verify_under(root, directory, options, input, origin_hash));
  if (report.ok || !header) return std::move(report);
  const auto header_now = read_key_table_header(directory.files, paths.key_table);
  const auto root_now = load_root_key(paths.root_key);
  if (header_now && header_now->root_key_id == header->root_key_id && root_now &&
      root_key_id(*root_now) == root_key_id(root))
    return std::move(report);
  return Error{Errc::conflict, "the root key was changed meanwhile, by an erasure: verify again"};
}

}  // namespace

Result<VerifyReport> verify_directory(const VerifyDirectory& directory,
                                      const VerifyOptions& options) {
  const auto open = [&] {
    return storage::Store::open(directory.paths.database, storage::Mode::read_only,
                                directory.store);
  };
  const auto damaged = [&](const Error& error) -> Result<VerifyReport> {
    if (error.code() != Errc::corrupt) return error;
    return alone(options, {std::nullopt, "index database", "index", error.to_string()});
  };
  auto store = open();
  if (!store) return damaged(store.error());
  const auto record = read_public_record(**store);
  const Hash origin_hash = record->keyring.origin_hash();
  // Before the database that is verified: a writer may move both on, but never the guard first.
  const auto guard = Guard::open(directory.files, directory.paths.guard, origin_hash);
  if (guard && (*guard)->required().size > (*store)->size()) {
    store->reset();
    store = open();
    if (!store) return damaged(store.error());
  }
  const bool ask = record->genesis && directory.guard == AskGuard::yes;
  VerifyInput input{**store, directory.random, ask ? &guard : nullptr, nullptr, {}};
  auto report = options.level < 5 ? verify(input, options)
                                  : verify_with_keys(directory, options, input, origin_hash);
  // Where the guard forgets, witnesses do not.
  if (report && options.level >= 2 && record->keyring.genesis()) {
    const LogKeys log_keys = record->keyring.log_keys();
    check_cosigned({**store, directory.files, witnessed_directory(directory.paths.database),
                    log_keys, record->engine},
                   options, *report);
  }
  return report;
}

}  // namespace stafett::log
