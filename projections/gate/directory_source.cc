#include "projections/gate/directory_source.h"

#include <capnp/message.h>

#include <algorithm>
#include <boost/json.hpp>
#include <limits>

#include "engine/format/words.h"
#include "projections/gate/founded_directory.h"

namespace stafett::bti {
namespace {

Result<ProfileHistory> first_profiles(std::string_view canonical) {
  boost::system::error_code error;
  const boost::json::value json = boost::json::parse({canonical.data(), canonical.size()}, error);
  if (error || !json.is_object()) return Error{Errc::corrupt, "meta: profile"};
  const ProfileResult<Profile> profile = with_changes(Profile{}, json.as_object());
  if (!profile) return Error{Errc::corrupt, "meta: profile: " + profile.error().detail};
  return ProfileHistory{*profile};
}

// The genesis says who administers and which key is the system's: they hold these roles from the
// first moment, before anybody could have registered them.
void register_founders(const format::Genesis& genesis, Directory& directory) {
  for (const auto& founder : genesis.administrators) {
    capnp::MallocMessageBuilder fact_message, identity_message;
    auto fact = fact_message.initRoot<schema::Part>();
    fact.setType(schema::EventType::PERSON_REGISTERED);
    auto facts = fact.getBody().initAs<schema::PersonRegistered>();
    facts.initRoles(1).set(
        0, founder.custody == format::Custody::system ? schema::Role::SYSTEM : schema::Role::ADMIN);
    facts.setActive(schema::Flag::YES);
    auto identity = identity_message.initRoot<schema::Part>();
    identity.getBody().initAs<schema::PersonRegistered>().setPerson(
        format::as_data(founder.actor.view()));
    Event event;
    event.type = schema::EventType::PERSON_REGISTERED;
    event.compartment = Compartment::directory;
    event.occurred_at = TimeUs{std::numeric_limits<std::int64_t>::min()};
    event.fact = std::make_shared<const OpenedPart>(capnp::canonicalize(fact.asReader()));
    event.identity = std::make_shared<const OpenedPart>(capnp::canonicalize(identity.asReader()));
    directory.apply(event);
  }
}

}  // namespace

Result<Directory> founded_directory(const format::Genesis& genesis, std::string_view profile) {
  ENGINE_TRY(profiles, first_profiles(profile));
  Directory directory{std::move(profiles)};
  register_founders(genesis, directory);
  return directory;
}

Result<Directory> directory_at(const log::Log& log, const EventSource& source, TreeSize size) {
  ENGINE_TRY(directory, founded_directory(*log.keyring().genesis(), log.first_profile()));
  // By position over both streams, as proposals and approvals of the two refer to each other.
  std::vector<EventPtr> events;
  const auto collect = [&](EventPtr event) -> Result<void> {
    if (event->position.value() < size.value()) events.push_back(std::move(event));
    return {};
  };
  log::Opening opening;
  opening.own_keys = false;  // who a person is does not matter here: half of the stream
  ENGINE_TRY_VOID(source.of_stream(log.streams().directory, collect, opening));
  ENGINE_TRY_VOID(source.of_stream(log.streams().audit, collect));
  std::ranges::sort(events, {}, [](const EventPtr& event) { return event->position; });
  for (const EventPtr& event : events) directory.apply(*event);
  return std::move(directory);
}

Result<TreeSize> size_known(const log::Log& log, const Knowledge& known) {
  const std::uint64_t head = log.head().size.value();
  // What is not there yet would be another thing tomorrow.
  if (known.size.value() > head && known.size != Knowledge{}.size)
    return Error{Errc::invalid_argument,
                 "known-at is past the end of the log (size " + std::to_string(head) + ")"};
  std::uint64_t first = 0, end = std::min(head, known.size.value());
  if (known.recorded_at == TimeUs{std::numeric_limits<std::int64_t>::max()}) return TreeSize{end};
  while (first < end) {
    const std::uint64_t middle = first + (end - first) / 2;
    ENGINE_TRY(bytes, log.store().entry(Position{middle}));
    ENGINE_TRY(entry, format::decode_own_entry(bytes));
    if (entry.stamp.recorded_at <= known.recorded_at)
      first = middle + 1;
    else
      end = middle;
  }
  return TreeSize{first};
}

}  // namespace stafett::bti
