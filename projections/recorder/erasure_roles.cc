#include "projections/recorder/erasure_roles.h"

#include "engine/log/meta_rows.h"
#include "projections/gate/event_source.h"
#include "projections/gate/founded_directory.h"

namespace stafett::bti {
namespace {

Result<Directory> founders_of(const storage::Reads& reads, const format::Entry& first) {
  ENGINE_TRY(event, format::decode_engine_event(first.public_part));
  const auto* genesis = std::get_if<format::Genesis>(&event);
  if (!genesis) return Error{Errc::corrupt, "a log begins with its genesis"};
  ENGINE_TRY(profile, reads.meta(log::kMetaProfile));
  if (!profile) return Error{Errc::corrupt, "meta: no profile"};
  return founded_directory(*genesis, as_text(*profile));
}

}  // namespace

Result<std::vector<Position>> erasures_without_role(const storage::Reads& reads,
                                                    const log::VerifyKeys& keys, Random& random,
                                                    std::span<const log::ErasureOrder::Act> acts) {
  ENGINE_TRY(bytes, reads.entry(Position{0}));
  ENGINE_TRY(first, format::decode_entry(bytes));
  ENGINE_TRY(directory, founders_of(reads, first));
  ENGINE_TRY(streams, log::read_stream_ids(reads));
  log::Vault vault{keys.table, random};
  const log::Opener opener{reads, keys.index, vault, first.intent.origin_hash};
  const EventSource source{reads, keys.index, opener};

  std::vector<Position> found;
  auto next = acts.begin();
  const auto judge_until = [&](Position end) {
    for (; next != acts.end() && next->position < end; ++next) {
      const Registration* person = directory.person(next->by);
      if (!person || !person->active || !person->roles.has(schema::Role::ADMIN))
        found.push_back(next->position);
    }
  };
  log::Opening opening;
  opening.own_keys = false;  // who a person is does not matter here
  ENGINE_TRY_VOID(source.of_stream(
      streams.directory,
      [&](EventPtr event) -> Result<void> {
        judge_until(event->position);
        directory.apply(*event);
        return {};
      },
      opening));
  judge_until(Position{UINT64_MAX});
  return found;
}

}  // namespace stafett::bti
