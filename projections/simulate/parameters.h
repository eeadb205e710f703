#pragma once
// What the simulated municipality is like. Chances are out of 10 000. "Assumption": no public
// figure was found; change it when one is.

#include <array>
#include <cstdint>

#include "projections/simulate/draws.h"

namespace stafett::bti {

struct Parameters {
  // The town. Its size does not follow the number of cases, so that a case is the same however many
  // there are.
  std::uint32_t schools = 6;                // assumption
  std::uint32_t kindergartens = 8;          // assumption
  std::uint32_t employees_per_service = 6;  // assumption

  // The concern.
  Chance pregnant = 400;              // assumption
  Chance raised_by_guardian = 1500;   // assumption
  Chance closed_at_level0 = 4000;     // assumption
  Chance protection_flag = 300;       // assumption
  Chance concern_report = 500;        // assumption; with no protection flag
  Chance report_dismissed = 2400;     // SSB 2022: 24 % of reports to barnevern are dismissed
  Chance other_home_language = 1900;  // SSB 2020: 19.2 % of children have immigrant background
  Chance male = 5400;                 // SSB 2019: 31 241 of 57 988 reports were about boys
  // Age: weights of the groups 1-2, 3-5, 6-12, 13-16; SSB 2019, reports to barnevern by age,
  // without those who come of age.
  std::array<std::uint32_t, 4> ages = {4200, 9000, 24000, 14000};
  // Level decided: 1, 2, 3. Assumption.
  std::array<std::uint32_t, 3> levels = {60, 30, 10};
  // When concerns come: weights of the months, peaks at the starts of term and in December.
  // Assumption.
  std::array<std::uint32_t, 12> months = {130, 100, 100, 90, 90, 70, 15, 140, 150, 110, 110, 135};

  // The log.
  std::int32_t life_days_median = 270;   // assumption: nine months, log-normal
  std::int32_t round_days_min = 46;      // assumption: a meeting every 7 to 8 weeks
  std::int32_t round_days_max = 54;      // less than silentCaseDays
  std::uint32_t measures_first_max = 2;  // planned at the opening; more come in the rounds
  Chance single_responsibility = 2500;   // assumption: one guardian with parental responsibility
  Chance oral_consent = 1000;            // assumption
  Chance digital_consent = 5500;         // assumption; the rest is written
  Chance consent_exception = 150;        // assumption
  Chance paper_access = 800;             // assumption
  Chance consent_withdrawn = 300;        // assumption: 3 % of the logs
  Chance service_refused = 400;          // assumption, of the services asked for later

  // In each round of meeting, hearing and evaluation. Assumptions.
  Chance meeting_called = 3000;  // beside the date agreed at the meeting before
  Chance measure_added = 2500;
  Chance service_added = 700;
  Chance evaluation_moved = 1000;
  Chance handover = 300;  // 20 % a year
  Chance handover_declined = 1500;
  Chance level_change = 900;
  Chance note = 6000;
  Chance family_note = 2000;
  Chance access_reviewed = 200;
  Chance audited = 300;  // when an audit is under way
  Chance stalled = 100;
  Chance school_environment = 120;

  // Once in the life of a log. Assumptions.
  Chance moves = 200;
  Chance closure_demanded = 250;
  Chance right_to_plan = 3000;  // of those assessed at level 3
  Chance rights_request = 200;
  Chance correction = 400;
  Chance break_glass = 100;

  // Reading. The assumption is 3 to 10 reads by staff per event written; scaled down to a
  // fiftieth of that here, since reads drown all else.
  Chance read_per_write = 1200;
  // Half a log-in a month by each family: a round is about seven weeks.
  Chance family_read_per_round = 4000;

  // Attempts that the log refuses, per event of an open log. Assumption.
  Chance refused_attempt = 20;
};

}  // namespace stafett::bti
