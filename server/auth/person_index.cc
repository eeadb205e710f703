#include "server/auth/person_index.h"

#include <algorithm>

namespace stafett::server {
namespace {

// Eleven digits, however they are grouped. None: it is something else.
std::optional<std::string> digits_of(std::string_view number) {
  std::string digits;
  for (const char c : number) {
    if (c == ' ') continue;
    if (c < '0' || c > '9' || digits.size() == 11) return std::nullopt;
    digits += c;
  }
  return digits.size() == 11 ? std::optional{digits} : std::nullopt;
}

Hash digest_of(const log::SealedIndex& index, const std::string& digits) {
  return index.name_for(ActorId{}, as_bytes("national-id:" + digits));
}

}  // namespace

void PersonIndex::forget(const ActorId& person) {
  const auto known = number_of_.find(person);
  if (known == number_of_.end()) return;
  const auto found = by_number_.find(known->second);
  std::erase(found->second, person);
  if (found->second.empty()) by_number_.erase(found);
  number_of_.erase(known);
}

void PersonIndex::apply(const bti::Event& event) {
  const auto details = event.identities<bti::schema::PersonDetailsRecorded>();
  const auto id = details.getPerson();
  const auto person = ActorId::from({id.begin(), id.size()});
  if (!person) return;  // erased
  forget(*person);
  const auto text = details.getNationalId();
  const auto digits = digits_of({text.begin(), text.size()});
  if (!digits) return;
  const Hash digest = digest_of(log_.index(), *digits);
  by_number_[digest].push_back(*person);
  number_of_.emplace(*person, digest);
}

Result<void> PersonIndex::catch_up_locked() {
  const TreeSize size = log_.size();
  if (size == seen_) return {};
  const StreamId& directory = log_.streams().directory;
  ENGINE_TRY(record, log_.index().stream(directory));
  if (!record) return {};
  std::vector<Position> positions;
  ENGINE_TRY_VOID(log_.store().scan_stream(
      directory, next_, [&](Version, Position position) -> Result<storage::Scan> {
        if (position.value() >= size.value()) return storage::Scan::stop;
        positions.push_back(position);
        return storage::Scan::more;
      }));
  const auto wanted = [](bti::schema::EventType type) {
    log::PartSet parts;
    if (type == bti::schema::EventType::PERSON_DETAILS_RECORDED)
      parts.add(format::PartClass::identity);
    return parts;
  };
  ENGINE_TRY_VOID(log_.store().visit_with_parts(
      positions,
      [&](Position position, ByteView entry,
          std::span<const storage::PartView> parts) -> Result<storage::Scan> {
        ENGINE_TRY(event, gate_.source().scanned(position, entry, parts, *record, wanted));
        if (event && event->type == bti::schema::EventType::PERSON_DETAILS_RECORDED) apply(*event);
        next_ = Version{next_.value() + 1};
        return storage::Scan::more;
      }));
  seen_ = size;
  return {};
}

Result<void> PersonIndex::catch_up() {
  const std::lock_guard lock{mutex_};
  return catch_up_locked();
}

std::optional<Hash> PersonIndex::digest(std::string_view national_id) const {
  const auto digits = digits_of(national_id);
  if (!digits) return std::nullopt;
  return digest_of(log_.index(), *digits);
}

Result<std::optional<ActorId>> PersonIndex::person_of(std::string_view national_id) {
  const auto found = digest(national_id);
  if (!found) return std::optional<ActorId>{};
  return person_with(*found);
}

Result<std::optional<ActorId>> PersonIndex::person_with(const Hash& digest) {
  const std::lock_guard lock{mutex_};
  ENGINE_TRY_VOID(catch_up_locked());
  const auto found = by_number_.find(digest);
  if (found == by_number_.end() || found->second.size() != 1) return std::optional<ActorId>{};
  return std::optional{found->second.front()};
}

}  // namespace stafett::server
