#pragma once
// The people of the town that does not exist: services with their staff, and the directory events
// that register somebody.
//
// Threads: any, after construction.

#include <string>
#include <string_view>
#include <vector>

#include "projections/calendar/calendar.h"
#include "projections/simulate/case_script.h"
#include "projections/simulate/fnr.h"
#include "projections/simulate/parameters.h"

namespace stafett::bti {

constexpr int kHeardFromAge = 3;  // childHeardFromAge of the default profile

struct Service {
  std::string id, kind, nb, nn, en;
  std::string leader;
  std::vector<std::string> employees;  // at least 2
};

// One who is to be registered.
struct Person {
  std::string label;
  std::vector<std::string> roles;
  std::string service;  // empty: none
  Date birth;
  Sex sex = Sex::female;
  std::vector<std::string> languages = {"nb"};
};
// PersonRegistered and PersonDetailsRecorded, by `admin`, from `at` on; `at` moves past them.
void register_person(const Person& person, Draws& draws, TimeUs& at, Script& out);

class Town final {
 public:
  // Everybody is registered on the morning of `from`; an audit is let in each spring until `to`.
  Town(std::uint64_t seed, const Parameters& parameters, Date from, Date to);

  const std::vector<Service>& services() const { return services_; }
  // One of the kind. REQUIRES: the town has one.
  const Service& of_kind(std::string_view kind, Draws& draws) const;
  const Service& named(std::string_view id) const;  // REQUIRES: exists
  std::string_view archivist() const { return "arkivar-1"; }
  std::string_view dpo() const { return "personvern-1"; }
  std::string_view coordinator() const { return "koordinator-1"; }
  std::string_view auditor() const { return "tilsyn-1"; }
  // Whether the auditor may read every case on this day.
  bool audits(Date day) const;

  // Services, then people, then the audits.
  const Script& directory() const { return directory_; }

 private:
  void found(std::string id, std::string kind, std::string nb, std::string nn, std::string en);
  void staff(Service& service, const Parameters& parameters, Draws& draws, TimeUs& at);
  void officials(Draws& draws, TimeUs& at);
  void let_in_auditor(Date first, Draws& draws);

  std::vector<Service> services_;
  Script directory_;
  std::vector<Date> audits_;  // first days
};

}  // namespace stafett::bti
