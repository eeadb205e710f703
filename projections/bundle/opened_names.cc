#include "projections/bundle/opened_names.h"

#include <algorithm>

#include "engine/base/encoding.h"

namespace stafett::bti {

std::string NotedNames::person(const ActorId& id) const {
  return people_.try_emplace(id, names_.person(id)).first->second;
}
std::string NotedNames::case_id(const SubjectId& id) const {
  return cases_.try_emplace(id, names_.case_id(id)).first->second;
}

std::vector<NameLine> NotedNames::lines() const {
  std::vector<NameLine> lines;
  const auto add = [&](log::LabelSpace space, const auto& names) {
    for (const auto& [id, name] : names)
      if (name != to_uuid_text(id.view())) lines.push_back({space, id.array(), name});
  };
  add(log::LabelSpace::person, people_);
  add(log::LabelSpace::subject, cases_);
  std::ranges::sort(lines, {}, [](const NameLine& line) { return std::pair{line.space, line.id}; });
  return lines;
}

void GivenNames::add(const NameLine& line) {
  if (line.space == log::LabelSpace::person)
    people_.insert_or_assign(ActorId{line.id}, line.label);
  else
    cases_.insert_or_assign(SubjectId{line.id}, line.label);
}

const std::string* GivenNames::find(log::LabelSpace space, const log::LabelId& id) const {
  if (space == log::LabelSpace::person) {
    const auto found = people_.find(ActorId{id});
    return found == people_.end() ? nullptr : &found->second;
  }
  const auto found = cases_.find(SubjectId{id});
  return found == cases_.end() ? nullptr : &found->second;
}

std::string GivenNames::name_of(log::LabelSpace space, const log::LabelId& id) const {
  const std::string* name = find(space, id);
  return name ? *name : to_uuid_text(id);
}
std::string GivenNames::person(const ActorId& id) const {
  return name_of(log::LabelSpace::person, id.array());
}
std::string GivenNames::case_id(const SubjectId& id) const {
  return name_of(log::LabelSpace::subject, id.array());
}
std::string GivenNames::event(const EventId& id) const {
  return to_uuid_text(id.view());
}

}  // namespace stafett::bti
