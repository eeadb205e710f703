#pragma once
// What the writer of a case's script knows about the case so far. Small: a simulation keeps one for
// every case under way.
//
// Threads: one.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "projections/simulate/people.h"
#include "projections/simulate/texts.h"

namespace stafett::bti {

constexpr int kAgeOwnConsent = 15;  // ageOwnConsent and ageOwnAccess
constexpr std::int32_t kYouthAskedAheadDays = 21;

struct FamilyMember {
  std::string label;
  std::string relation;  // of a guardian
  bool responsible = true;
  bool exempted = false;
  bool has_access = false;
  std::vector<std::string> languages;
};

struct ConsentHeld {
  std::string id;
  std::string consenter;
  std::vector<std::string> services;
  bool open_log = false;
  Date to;
};

struct Participation {
  std::string id;
  std::string service;
  std::string person;  // empty: the service as such
};

struct MeasureRun {
  std::string id;
  std::string service;
  std::string responsible;
  int moved = 0;  // times since the latest evaluation
};

enum class Stage : std::uint8_t { concern, opening, rounds, closing, over };

struct CaseModel {
  std::uint32_t index = 0;
  std::string label;
  Stage stage = Stage::concern;
  Form form = Form::nb;

  FamilyMember subject;
  bool pregnant = false;
  Date birth;
  std::vector<FamilyMember> guardians;

  const Service* home = nullptr;
  std::string author;  // who follows the concern up
  std::string holder;
  const Service* holder_service = nullptr;
  bool log_open = false;
  bool holder_covered = true;  // false when the consent to the log is withdrawn
  int level = 0;
  int decided_level = 0;

  std::vector<ConsentHeld> consents;   // in force
  std::vector<std::string> services;   // covered by all who must consent
  std::vector<std::string> unwelcome;  // refused or withdrawn
  std::vector<Participation> participants;
  std::vector<MeasureRun> measures;  // running
  std::string goal;                  // an open one
  std::string last_hearing;
  bool youth_decided = false;
  bool ip_assessed = false, ip_entitled = false;
  bool school_case = false;
  std::string_view closing_reason = "goal";  // of LogClosed; static

  // Decided at the opening.
  Date next_round, planned_end;
  std::optional<Date> moves_on;  // once it is planned
  bool will_move = false, will_withdraw = false, will_demand = false, will_break_glass = false;
  bool will_ask_rights = false, will_correct = false;

  std::uint32_t ids = 0;     // local ids given
  std::uint32_t visits = 0;  // of readers

  bool covered(const std::string& service) const {
    return std::find(services.begin(), services.end(), service) != services.end();
  }
  bool is_unwelcome(const std::string& service) const {
    return std::find(unwelcome.begin(), unwelcome.end(), service) != unwelcome.end();
  }
  int age(Date on) const { return pregnant ? 99 : age_on(birth, on); }
};

}  // namespace stafett::bti
