#include "projections/simulate/chapters.h"

namespace stafett::bti {

namespace json = boost::json;

namespace {

constexpr const char* kNextMunicipality = "9902";  // no real number

void end_measures(CaseWriter& w, bool goal_reached) {
  CaseModel& m = w.model;
  for (const MeasureRun& measure : m.measures) {
    w.minutes(2, 6);
    w.write("MeasureEnded", m.holder,
            {{"measure", measure.id}, {"reason", goal_reached ? "done" : "other"}});
  }
  m.measures.clear();
}

// A youth who begins to decide before the log is closed is asked all the same.
void ask_youth_before(CaseWriter& w, Date day) {
  const CaseModel& m = w.model;
  const Date asked = birthday(m.birth, kAgeOwnConsent) - kYouthAskedAheadDays;
  if (m.pregnant || m.youth_decided || asked >= day) return;
  w.by(std::max(asked + w.draws.between(1, 6), w.today()));
  youth_decides(w);
}

void hand_to_next_town(CaseWriter& w) {
  CaseModel& m = w.model;
  w.on_workday(w.draws.between(1, 5));
  const json::array consents = consent_to_transfer(w, kNextMunicipality);
  const std::string transfer = w.local_id("t");
  w.write("TransferOffered", m.holder,
          {{"transfer", transfer},
           {"toMunicipality", kNextMunicipality},
           {"consents", consents},
           {"digest", w.digest()}});
  w.on_workday(w.draws.between(1, 5));
  w.write("TransferAccepted", w.town.coordinator(),
          {{"transfer", transfer}, {"receipt", "mottatt-" + m.label}});
  ask_youth_before(w, *m.moves_on);
  w.by(*m.moves_on);
  m.closing_reason = "moved";
  w.write("TransitionOccurred", m.holder, {{"kind", "move"}}, Told::in_world);
}

void close_log(CaseWriter& w) {
  CaseModel& m = w.model;
  const bool agreed = m.closing_reason == "goal";
  if (agreed) {
    const Date day = std::max(w.today() + 1, std::min(m.planned_end, m.next_round));
    ask_youth_before(w, day);
    w.by(day);
    hear_child(w, m.holder);
    w.on_workday(w.draws.between(0, 3));
    agree(w, "closing");
    w.minutes(3, 15);
    w.write("GoalSet", m.holder,
            {{"goal", m.goal},
             {"area", "social"},
             {"text", w.text(Topic::goal)},
             {"status", "reached"}});
  } else {
    w.on_workday(1);
  }
  end_measures(w, agreed);
  w.minutes(3, 15);
  json::object data{{"reason", m.closing_reason}, {"note", w.text(Topic::closing)}};
  if (agreed && !m.last_hearing.empty()) data["hearings"] = latest_hearing(w);
  m.log_open = false;
  w.write("LogClosed", m.holder, std::move(data));
}

void archive(CaseWriter& w) {
  CaseModel& m = w.model;
  w.on_workday(w.draws.between(1, 12));
  const std::string archivist(w.town.archivist());
  w.read(archivist, {}, "archivist", "archive");
  const bool fails_first = w.draws.happens(200);
  for (int sending = fails_first ? 0 : 1; sending < 2; ++sending) {
    const std::string message = w.local_id("a");
    w.minutes(2, 20);
    w.write("ArchiveSent", archivist,
            {{"message", message}, {"target", "fiks"}, {"digest", w.digest()}});
    w.minutes(3, 90);
    if (sending == 0)
      w.write("ArchiveFailed", archivist, {{"message", message}, {"error", "no-connection"}});
    else
      w.write("ArchiveReceipted", archivist,
              {{"message", message}, {"receipt", "kvittering-" + m.label}});
  }
}

}  // namespace

void write_closing(CaseWriter& w) {
  if (w.model.moves_on && w.model.closing_reason == "goal") hand_to_next_town(w);
  close_log(w);
  archive(w);
  w.model.stage = Stage::over;
}

}  // namespace stafett::bti
