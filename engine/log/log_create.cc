// The birth of a log: its keys, its genesis, its guard.

#include "engine/crypto/sha256.h"
#include "engine/log/keeping/root_key_source.h"
#include "engine/log/log.h"
#include "engine/log/meta_rows.h"
#include "engine/transparency/checkpoint.h"
#include "engine/transparency/group_path.h"

namespace stafett::log {
namespace {

// A key is never overwritten and a database never joined: whatever is there must go first. Only a
// person can say whether it is a log or what a creation that was cut short has left.
Result<void> check_nothing_is_there(const LogPaths& paths, storage::Files& files) {
  const std::pair<std::string, std::string> signs[] = {
      {paths.database + "/CURRENT", paths.database},
      {paths.guard + "/tail", paths.guard},
      {paths.root_key, paths.root_key},
      {paths.key_table, paths.key_table},
      {paths.log_key, paths.log_key},
      {paths.actors, paths.actors}};
  std::string found;
  for (const auto& [sign, place] : signs) {
    ENGINE_TRY(there, files.exists(sign));
    if (there) found += " " + place;
  }
  if (found.empty()) return {};
  return Error{Errc::conflict,
               "there is a log, or what an unfinished creation left; if nothing was ever recorded "
               "in it, remove:" +
                   found};
}

struct Founder {
  std::string label;
  format::Genesis::Administrator administrator;
};

Result<Founder> found(const LogPaths& paths, const LogOptions& options, const std::string& label,
                      const std::optional<crypto::PublicKey>& own_key, format::Custody custody) {
  Founder founder{label, {random_id<ActorId>(options.random), {}, custody}};
  if (own_key) {
    if (!crypto::is_valid_public_key(*own_key))
      return Error{Errc::invalid_argument, "not a valid Ed25519 key: " + label};
    founder.administrator.public_key = *own_key;
    founder.administrator.custody = format::Custody::own;
    return founder;
  }
  const crypto::SigningKey key = crypto::SigningKey::generate(options.random);
  ENGINE_TRY_VOID(save_signing_key(options.files, actor_key_path(paths, key.id()), key));
  founder.administrator.public_key = key.public_key();
  return founder;
}

// Leaf 0, signed by the log key itself: the anchor that everything else is checked from.
Bytes genesis_entry(const format::Genesis& genesis, const StreamId& stream, const EventId& id,
                    const crypto::SigningKey& log_key, TimeUs now) {
  const Signer signer{crypto::sha256(as_bytes(genesis.origin)), ActorId{}, format::Custody::system,
                      Position{0}, log_key};
  SubmissionGroup group = signer.sign_engine(genesis, stream, id, now);
  format::Stamp stamp;
  stamp.recorded_at = now;
  return format::encode_entry(stamp, {group.signature, 1, 0, {}}, {}, format::encode(genesis),
                              group.events.front().intent);
}

}  // namespace

Result<void> Log::create(const LogPaths& paths, const NewLog& what, const LogOptions& options) {
  if (!transparency::is_origin(what.origin))
    return Error{Errc::invalid_argument, "the origin is 1 to 255 printable ASCII characters"};
  if (what.administrators.empty() || what.administrators.size() >= format::kAdministratorsMax ||
      what.threshold < 1 || what.threshold > what.administrators.size())
    return Error{Errc::invalid_argument, "administrators or threshold"};
  ENGINE_TRY(source, RootKeySource::parse(what.root_key));
  ENGINE_TRY_VOID(check_nothing_is_there(paths, options.files));
  const Hash origin_hash = crypto::sha256(as_bytes(what.origin));
  ENGINE_TRY_VOID(options.files.make_directory(paths.keys));
  // What fails first, as a token may, leaves nothing that stands in the way of the next attempt.
  ENGINE_TRY_VOID(create_root_key(options.files, paths.root_key, source, options.random));
  ENGINE_TRY_VOID(options.files.make_directory(paths.actors));
  ENGINE_TRY(root_key, load_root_key(paths.root_key));
  crypto::KeyArena arena{16};
  ENGINE_TRY(table,
             KeyTable::create({options.files, options.random, arena, paths.key_table, origin_hash},
                              root_key));
  const NewDomain domains[] = {{random_id<DomainId>(options.random), DomainKind::index},
                               {random_id<DomainId>(options.random), DomainKind::directory},
                               {random_id<DomainId>(options.random), DomainKind::audit}};
  ENGINE_TRY_VOID(table->append(domains));

  const crypto::SigningKey log_key = crypto::SigningKey::generate(options.random);
  ENGINE_TRY_VOID(save_signing_key(options.files, paths.log_key, log_key));
  std::vector<Founder> founders;
  for (const NewLog::Administrator& administrator : what.administrators) {
    ENGINE_TRY(founder, found(paths, options, administrator.label, administrator.key,
                              format::Custody::custodial));
    founders.push_back(founder);
  }
  ENGINE_TRY(system, found(paths, options, "system", std::nullopt, format::Custody::system));
  founders.push_back(system);

  format::Genesis genesis;
  genesis.origin = what.origin;
  genesis.log_key = log_key.public_key();
  genesis.threshold = what.threshold;
  genesis.profile_digest = crypto::sha256(as_bytes(what.profile));
  for (const Founder& founder : founders) genesis.administrators.push_back(founder.administrator);

  ENGINE_TRY(store, storage::Store::open(paths.database, storage::Mode::create, options.store));
  const StreamIds streams{random_id<StreamId>(options.random), random_id<StreamId>(options.random),
                          random_id<StreamId>(options.random)};
  const TimeUs now = std::max(options.clock.now(), TimeUs{1});
  const EventId id = make_event_id(now, options.random);
  Bytes entry = genesis_entry(genesis, streams.engine, id, log_key, now);
  const Hash leaf = transparency::leaf_hash(entry);

  std::optional<Error> failure;
  crypto::SecretBytes<32> index_key{[&](std::span<std::uint8_t, 32> out) {
    if (const Result<void> got = table->unwrap(domains[0].id, out); !got) failure = got.error();
  }};
  if (failure) return *failure;
  const SealedIndex index{*store, origin_hash, std::move(index_key), options.random};
  storage::SealedBatch batch;
  batch.first = Position{0};
  batch.entries.push_back({std::move(entry), streams.engine, Version{0}, id, {}});
  batch.labels.push_back(
      index.row(streams.directory, {format::StreamKind::directory, 0, SubjectId{}, domains[1].id}));
  batch.labels.push_back(
      index.row(streams.audit, {format::StreamKind::audit, 0, SubjectId{}, domains[2].id}));
  for (const Founder& founder : founders)
    for (storage::IndexRow& row :
         index.rows(LabelSpace::person, founder.label, founder.administrator.actor.array()))
      batch.labels.push_back(std::move(row));
  batch.receipt_group = format::encode(format::ReceiptGroup{
      Position{0}, 1, log_key.sign(format::receipt_message(origin_hash, Position{0}, 1, leaf))});
  ENGINE_TRY_VOID(store->put_meta(kMetaStreams, encode(streams)));
  ENGINE_TRY_VOID(store->put_meta(kMetaIndex, domains[0].id.view()));
  ENGINE_TRY_VOID(store->put_meta(kMetaProfile, as_bytes(what.profile)));
  ENGINE_TRY_VOID(store->commit(batch, {}));
  ENGINE_TRY_VOID(store->flush());
  ENGINE_TRY(guard, Guard::create(options.files, paths.guard, origin_hash, {TreeSize{1}, leaf}));
  return {};
}

}  // namespace stafett::log
