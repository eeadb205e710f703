#pragma once
// AccessMatrix: who may read what of a case, at an instant, by which rows of visibility and on
// whose consent.
//
// Pure.
// Source:  docs/reference/visibility.md
// Threads: any.
// Limits:  linear in the people of the directory; those who may read nothing leave no trace.

#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "projections/rules/visibility.h"
#include "projections/state/case_json.h"
#include "projections/state/timeline.h"

namespace stafett::bti {

// What one person gets of one compartment: the classes of any of its events, and of how many.
struct CompartmentAccess {
  Compartment compartment = Compartment::open;
  ClassSet classes;
  std::uint32_t events = 0;
};

struct RowAccess {
  ViewerRow row = ViewerRow::guardian;
  bool as_operator = false;           // no row: opens content as who runs the program
  std::optional<TimeUs> until;        // the first instant at which it does not hold any more
  std::vector<std::string> consents;  // that it relies on, local ids, sorted
};

struct ReaderAccess {
  ActorId person;
  Basis basis = Basis::none;
  std::vector<RowAccess> rows;
  std::vector<CompartmentAccess> gives;  // by compartment; those with nothing left out
};

// One required consenter, and what that person's word comes to.
struct ConsenterStatus {
  ActorId person;
  ConsentStatus status = ConsentStatus::missing;
  std::string consent;  // that grants it; empty: none does
};
struct ScopeStatus {
  std::string service;  // empty: the log as such
  ConsentStatus status = ConsentStatus::missing;
  std::vector<ConsenterStatus> consenters;
};

struct AccessMatrix {
  std::array<std::uint32_t, 5> events{};  // of the case, by compartment
  std::optional<Holder> holder;
  std::string holder_service;
  ScopeStatus open_log;
  std::vector<ScopeStatus> services;  // named in the case, sorted
  std::vector<ReaderAccess> readers;  // sorted by id; whoever has a row, or another basis than none
};

AccessMatrix access_matrix(const SubjectId& case_id, std::span<const EventPtr> recorded,
                           const Directory& directory, Knowledge known, TimeUs at);

// {"holder","consent":{"openLog","services"},"readers":[...]}, readers sorted by label.
boost::json::object to_json(const AccessMatrix& matrix, const Directory& directory, TimeUs at,
                            const LabelResolver& labels);

}  // namespace stafett::bti
