#pragma once
// What people and cases of a bundle are called: noted while its events are read, and looked up by
// whoever has the bundle.
//
// Threads: one at a time.
// Limits:  about 100 bytes a name.

#include <unordered_map>

#include "projections/bundle/bundle_lines.h"
#include "projections/state/case_json.h"

namespace stafett::bti {

// Asks another, and remembers who was asked about.
class NotedNames final : public LabelResolver {
 public:
  explicit NotedNames(const LabelResolver& names) : names_(names) {}
  std::string person(const ActorId& id) const override;
  std::string case_id(const SubjectId& id) const override;
  std::string event(const EventId& id) const override { return names_.event(id); }

  // Sorted by kind and id; who is called by nothing but the id is not among them.
  std::vector<NameLine> lines() const;

 private:
  const LabelResolver& names_;
  mutable std::unordered_map<ActorId, std::string, IdHash> people_;
  mutable std::unordered_map<SubjectId, std::string, IdHash> cases_;
};

// The names of a bundle's lines; the id, for who has none.
class GivenNames final : public LabelResolver {
 public:
  void add(const NameLine& line);
  // Null: no name was given.
  const std::string* find(log::LabelSpace space, const log::LabelId& id) const;

  std::string person(const ActorId& id) const override;
  std::string case_id(const SubjectId& id) const override;
  std::string event(const EventId& id) const override;

 private:
  std::string name_of(log::LabelSpace space, const log::LabelId& id) const;
  std::unordered_map<ActorId, std::string, IdHash> people_;
  std::unordered_map<SubjectId, std::string, IdHash> cases_;
};

}  // namespace stafett::bti
