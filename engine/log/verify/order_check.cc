#include "engine/log/verify/order_check.h"

#include <algorithm>

#include "engine/log/engine_rules.h"

namespace stafett::log {
namespace {

struct Known {
  Hash leaf;
  format::Entry entry;
};

std::optional<Known> read_known(const storage::Reads& reads, Position position) {
  const Result<Bytes> bytes = reads.entry(position);
  if (!bytes) return std::nullopt;
  Result<format::Entry> entry = format::decode_entry(*bytes);
  if (!entry) return std::nullopt;
  return Known{transparency::leaf_hash(*bytes), std::move(*entry)};
}

}  // namespace

OrderCheck::OrderCheck(const OrderPlace& place) : place_(place) {
  const std::size_t stated = place.record.heads.size();
  next_heads_ = stated - std::min(stated, place.heads_max);
  const std::uint64_t since = place.since.value();
  if (since == 0) return;
  replay_keys(*place.reads, place.record.engine, Position{since}, keyring_);
  if (const auto last = read_known(*place.reads, Position{since - 1}))
    last_recorded_at_ = last->entry.stamp.recorded_at;
}

void OrderCheck::add(const CheckedEntry& entry) {
  check_heads(TreeSize{entry.position.value()});
  if (!entry.present) {
    streams_hold_ = false;
    return;
  }
  check_stream(entry);
  if (entry.recorded_at < last_recorded_at_)
    place_.findings.add(entry.position, "entry", code::kTimeOrder,
                        "recorded before the entry that it follows");
  last_recorded_at_ = entry.recorded_at;
  check_key(entry);
}

// An older entry of the same stream, when checking began after it.
void OrderCheck::load_chain(const CheckedEntry& entry, Chain& chain) const {
  if (place_.since == TreeSize{0} || entry.version == Version{0}) return;
  const auto at = place_.reads->stream_position(entry.stream, Version{entry.version.value() - 1});
  if (!at || !*at || (*at)->value() >= place_.since.value()) return;
  const auto last = read_known(*place_.reads, **at);
  if (!last) return;
  chain = {last->entry.stamp.version.value() + 1, last->leaf, last->entry.intent.stream_kind};
}

void OrderCheck::check_stream(const CheckedEntry& entry) {
  const auto fail = [&](const char* why) {
    place_.findings.add(entry.position, "entry", code::kStreamLink, why);
    streams_hold_ = false;
  };
  const auto [found, fresh] = chains_.try_emplace(entry.stream);
  Chain& chain = found->second;
  if (fresh) load_chain(entry, chain);
  if (entry.version.value() != chain.next_version)
    fail("its version is not the next one of its stream");
  else if (entry.previous != chain.head)
    fail("does not name the entry before it in its stream");
  else if (chain.next_version > 0 && entry.kind != chain.kind)
    fail("its stream is of another kind");
  if (entry.expects == format::Expectation::no_stream && entry.version != Version{0})
    fail("the actor expected a new stream");
  if (entry.expects == format::Expectation::head && entry.expected_head != entry.previous)
    fail("the actor expected another entry before it");
  if ((entry.kind == format::StreamKind::engine) != (entry.stream == place_.record.engine) &&
      place_.record.genesis)
    fail("an engine event outside the engine stream, or another event in it");
  chain = {entry.version.value() + 1, entry.leaf, entry.kind};
}

// With `since` the streams' ends below it are not known. After a fault in a stream, that is told.
void OrderCheck::check_heads(TreeSize reached) {
  const auto& all = place_.record.heads;
  for (; next_heads_ < all.size() && all[next_heads_].heads.size <= reached; ++next_heads_) {
    const PublicRecord::StatedHeads& stated = all[next_heads_];
    if (!place_.reads || place_.since != TreeSize{0} || !streams_hold_) continue;
    bool right = stated.heads.size == reached && stated.position.value() >= reached.value();
    if (right) {
      std::vector<StreamEnd> ends;
      ends.reserve(chains_.size());
      for (const auto& [stream, chain] : chains_)
        ends.push_back({hidden_stream(stream), chain.next_version, chain.head});
      const StreamEndTree tree{std::move(ends)};
      right = tree.count() == stated.heads.count && tree.root() == stated.heads.root;
    }
    if (!right)
      place_.findings.add(stated.position, "entry", code::kStreamLink,
                          "the streams did not end where it says");
  }
}

bool OrderCheck::key_counts(const CheckedEntry& entry) {
  const auto fail = [&](const char* code, const char* why) {
    place_.findings.add(entry.position, "entry", code, why);
    return false;
  };
  if (entry.position == Position{0}) {
    if (place_.record.genesis && crypto::key_id(place_.record.genesis->log_key) == entry.key)
      return true;
    return fail(code::kKeyUnknown, "the genesis is not signed by the log key that it names");
  }
  const std::optional<EnrolledKey> key = keyring_.find(entry.key);
  if (!key) return fail(code::kKeyUnknown, "no such key was enrolled before it");
  if (!key->valid_at(entry.position))
    return fail(code::kKeyRevoked, "its key was revoked before it");
  if (key->actor != entry.actor || key->custody != entry.custody ||
      key->enrolled_at != entry.enrolled_at)
    return fail(code::kKeyUnknown, "its key was enrolled for another actor or otherwise");
  return true;
}

bool OrderCheck::signature_holds(const CheckedEntry& entry) const {
  if (entry.is_signed != CheckedEntry::Signed::unknown_key)
    return entry.is_signed == CheckedEntry::Signed::yes;
  // The index did not lead to its key, but the entries did.
  const std::optional<EnrolledKey> key = keyring_.find(entry.key);
  return key && crypto::verify(key->public_key,
                               format::signed_message(place_.record.keyring.origin_hash(),
                                                      entry.group_count, entry.group_root),
                               entry.signature);
}

void OrderCheck::check_key(const CheckedEntry& entry) {
  const bool counts = key_counts(entry);
  const bool holds = signature_holds(entry);
  if (counts && !holds)
    place_.findings.add(entry.position, "entry", code::kSignature,
                        "not signed by its key for this log");
  if (entry.engine) apply_engine_event(entry);
  if (!counts || !holds) return;
  groups_.add(entry);
  switch (entry.custody) {
    case format::Custody::own:
      ++signatures_.own;
      break;
    case format::Custody::custodial:
      ++signatures_.custodial;
      break;
    case format::Custody::system:
      ++signatures_.system;
      break;
  }
  const std::optional<EnrolledKey> later = place_.record.keyring.find(entry.key);
  if (!later || !later->suspect_at(entry.position)) return;
  ++(place_.record.is_reattested(entry.position, entry.leaf, entry.actor) ? reattested_ : suspect_);
}

void OrderCheck::apply_engine_event(const CheckedEntry& entry) {
  const std::optional<Refusal> refusal =
      judge_engine_event(keyring_, entry.engine->intent, entry.engine->event, entry.position);
  if (refusal) {
    place_.findings.add(entry.position, "entry", code::kKeyUnknown,
                        refusal->code + ": " + refusal->detail);
    return;
  }
  if (const Result<void> applied = keyring_.apply(entry.engine->event, entry.position); !applied)
    place_.findings.add(entry.position, "entry", code::kKeyUnknown, applied.error().detail());
}

StreamEnd OrderCheck::end_of(const StreamId& stream) const {
  const auto found = chains_.find(stream);
  if (found == chains_.end()) return {hidden_stream(stream), 0, {}};
  return {hidden_stream(stream), found->second.next_version, found->second.head};
}

void OrderCheck::finish(const std::function<Result<std::vector<Hash>>()>& refused_intents) {
  // What is left speaks of more entries than there are.
  check_heads(TreeSize{UINT64_MAX});
  if (!refused_intents || !place_.reads) return;
  const Result<std::vector<Hash>> refused = refused_intents();
  if (refused)
    groups_.resolve(*place_.reads, *refused, place_.findings);
  else
    place_.findings.add(std::nullopt, "entry", code::kWithheld,
                        "the refusals cannot be read: " + refused.error().detail());
}

}  // namespace stafett::log
