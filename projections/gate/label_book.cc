#include "projections/gate/label_book.h"

#include <algorithm>

#include "engine/base/encoding.h"
#include "projections/gate/event_source.h"

namespace stafett::bti {

log::LabelSpace space_of(LabelKind kind) {
  return kind == LabelKind::person ? log::LabelSpace::person : log::LabelSpace::subject;
}

Result<std::optional<log::LabelId>> LabelBook::find(log::LabelSpace space,
                                                    const std::string& label) const {
  {
    const std::lock_guard lock{mutex_};
    if (const auto found = minted_.find({space, label}); found != minted_.end())
      return std::optional{found->second};
  }
  return index_.id_of(space, label);
}

Result<NamedId> LabelBook::id_of(log::LabelSpace space, const std::string& label) {
  const Key key{space, label};
  {
    const std::lock_guard lock{mutex_};
    if (const auto found = minted_.find(key); found != minted_.end())
      return NamedId{found->second, !recorded_.contains(key)};
  }
  ENGINE_TRY(known, index_.id_of(space, label));
  if (known) return NamedId{*known, false};
  const std::lock_guard lock{mutex_};
  if (const auto found = minted_.find(key); found != minted_.end())
    return NamedId{found->second, !recorded_.contains(key)};
  log::LabelId id;
  random_.fill(id);
  minted_.emplace(key, id);
  minted_by_id_.emplace(std::pair{space, id}, label);
  order_.push_back(key);
  if (order_.size() > kMintedMax) {
    const Key oldest = order_.front();
    minted_by_id_.erase({oldest.first, minted_.at(oldest)});
    minted_.erase(oldest);
    recorded_.erase(oldest);
    order_.pop_front();
  }
  return NamedId{id, true};
}

std::string LabelBook::label_of(log::LabelSpace space, const log::LabelId& id) const {
  {
    const std::lock_guard lock{mutex_};
    if (const auto found = minted_by_id_.find({space, id}); found != minted_by_id_.end())
      return found->second;
  }
  const Result<std::optional<std::string>> label = index_.label_of(space, id);
  if (label && *label) return **label;
  return to_uuid_text(id);
}

void LabelBook::forget(log::LabelSpace space, const log::LabelId& id) {
  const std::lock_guard lock{mutex_};
  const auto named = minted_by_id_.find({space, id});
  if (named == minted_by_id_.end()) return;
  const Key key{space, named->second};
  minted_by_id_.erase(named);
  minted_.erase(key);
  recorded_.erase(key);
  std::erase(order_, key);
}

Result<std::vector<storage::IndexRow>> LabelBook::rows(const NewLabel& label) {
  const Error taken{Errc::refused, "a name or id in labels is taken"};
  const log::LabelSpace space = space_of(label.kind);
  const Key key{space, label.label};
  {
    const std::lock_guard lock{mutex_};
    if (recorded_.contains(key)) {
      if (minted_.at(key) != label.id) return taken;
      return std::vector<storage::IndexRow>{};
    }
  }
  ENGINE_TRY(id, index_.id_of(space, label.label));
  ENGINE_TRY(name, index_.label_of(space, label.id));
  if ((id && *id != label.id) || (name && *name != label.label)) return taken;
  if (id) return std::vector<storage::IndexRow>{};
  {
    const std::lock_guard lock{mutex_};
    if (const auto minted = minted_.find(key); minted != minted_.end()) {
      if (minted->second != label.id) return taken;
      recorded_.emplace(key, true);
    }
  }
  std::vector<storage::IndexRow> out;
  for (storage::IndexRow& row : index_.rows(space, label.label, label.id))
    out.push_back(std::move(row));
  return out;
}

std::string BookLabels::person(const ActorId& id) const {
  return book_.label_of(log::LabelSpace::person, id.array());
}
std::string BookLabels::case_id(const SubjectId& id) const {
  return book_.label_of(log::LabelSpace::subject, id.array());
}
std::string BookLabels::event(const EventId& id) const {
  return to_uuid_text(id.view());
}

}  // namespace stafett::bti
