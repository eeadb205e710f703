#pragma once
// LabelBook: what people and cases are called, and the ids behind the names. A name gets its id
// when it is first used; the event that uses it first carries it into the log.
//
// Threads:  any.
// Limits:   kMintedMax names that are not in the log yet; beyond that the oldest is forgotten.

#include <deque>
#include <map>
#include <mutex>
#include <string>

#include "engine/log/log.h"
#include "projections/catalogue/codec.h"
#include "projections/state/case_json.h"

namespace stafett::bti {

struct NamedId {
  log::LabelId id;
  bool is_new = false;  // not in the log yet
};

class LabelBook final {
 public:
  static constexpr std::size_t kMintedMax = 65'536;
  LabelBook(const log::SealedIndex& index, Random& random) : index_(index), random_(random) {}

  // Errors of all: corrupt, io.
  Result<NamedId> id_of(log::LabelSpace space, const std::string& label);
  Result<std::optional<log::LabelId>> find(log::LabelSpace space, const std::string& label) const;
  // The label, or the id as UUID text.
  std::string label_of(log::LabelSpace space, const log::LabelId& id) const;

  // It was erased from the log: not in memory either from here on.
  void forget(log::LabelSpace space, const log::LabelId& id);

  // The rows of a name that an accepted event carries. Refused: the name or the id is taken.
  Result<std::vector<storage::IndexRow>> rows(const NewLabel& label);

 private:
  using Key = std::pair<log::LabelSpace, std::string>;
  const log::SealedIndex& index_;
  Random& random_;
  mutable std::mutex mutex_;
  std::map<Key, log::LabelId> minted_;  // Guarded; may be recorded by now.
  std::map<std::pair<log::LabelSpace, log::LabelId>, std::string> minted_by_id_;  // Guarded.
  std::deque<Key> order_;                                                         // Guarded.
  std::map<Key, bool> recorded_;  // Guarded: accepted, maybe not durable.
};

log::LabelSpace space_of(LabelKind kind);

// Names for printing.
class BookLabels final : public LabelResolver {
 public:
  explicit BookLabels(const LabelBook& book) : book_(book) {}
  std::string person(const ActorId& id) const override;
  std::string case_id(const SubjectId& id) const override;
  std::string event(const EventId& id) const override;

 private:
  const LabelBook& book_;
};

}  // namespace stafett::bti
