// Rows of visibility: what each viewer is given, and what stays hidden beside it.

#include "projections/rules/visibility.h"

#include <boost/json/serialize.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <ostream>

#include "engine/crypto/seeded_random.h"
#include "projections/scenario/scenario_report.h"
#include "tests/support/temporary_directory.h"

namespace stafett::bti::test {
BOOST_AUTO_TEST_SUITE(visibility_test)
namespace {

namespace json = boost::json;

constexpr const char* kPeople = R"({
  "alf": {"roles": ["admin"]}, "asta": {"roles": ["admin"]}, "arne": {"roles": ["archivist"]},
  "dag": {"roles": ["dpo"]}, "ulf": {"roles": ["auditor"]}, "rita": {"roles": ["reporter"]},
  "kei": {"roles": ["coordinator"], "service": "coordinatingUnit"},
  "lise": {"roles": ["employee"], "service": "school"}, "mona": {"roles": ["employee"], "service": "school"},
  "odd": {"roles": ["leader"], "service": "school"}, "tor": {"roles": ["employee"], "service": "ppt"},
  "tea": {"roles": ["leader"], "service": "ppt"}, "bo": {"roles": ["employee"], "service": "barnevern"},
  "eva": {"roles": ["employee"], "service": "bup"}, "kari": {"roles": ["guardian"]},
  "per": {"roles": ["guardian"]}, "ola": {"roles": ["child"]}})";

// Home service school, holder lise; tor's service (ppt) and bo's (barnevern) take part.
constexpr const char* kEvents = R"(
  {"day": 0, "id": "raised", "type": "ConcernRaised", "by": "lise", "data": {"subject": "ola", "subjectKind": "child", "birthDate": "2013-05-04", "source": "employee", "service": "school", "summary": "x"}},
  {"day": 0, "id": "shared", "type": "ConcernSharedWithLeader", "by": "lise", "data": {"leader": "odd"}},
  {"day": 0, "id": "note0", "type": "NoteAdded", "by": "lise", "data": {"note": "n0", "kind": "general", "text": "x"}},
  {"day": 0, "id": "anonymous", "type": "AnonymousConsultationHeld", "by": "lise", "data": {"service": "barnevern"}},
  {"day": 0, "id": "duty", "type": "ReportingDutyAssessed", "by": "lise", "data": {"ground": "none", "outcome": "noReport"}},
  {"day": 1, "type": "Level0Decided", "by": "odd", "data": {"outcome": "level2", "reason": "x"}},
  {"day": 1, "type": "GuardianLinked", "by": "lise", "data": {"guardian": "kari", "relation": "mother", "responsibility": true}},
  {"day": 1, "type": "GuardianAccessGranted", "by": "lise", "data": {"guardian": "kari", "channel": "digital"}},
  {"day": 1, "type": "ConsentGranted", "by": "kari", "data": {"consent": "c1", "consenter": "kari", "services": ["school", "ppt", "barnevern"], "openLog": true, "form": "digital", "from": "D1", "recipient": "service"}})";
constexpr const char* kOpened = R"(,
  {"day": 2, "id": "opened", "type": "LogOpened", "by": "lise", "data": {"level": 2, "holder": "lise", "service": "school", "consents": ["c1"]}},
  {"day": 2, "type": "ParticipantAdded", "by": "lise", "data": {"participant": "p1", "service": "ppt", "task": "x"}},
  {"day": 2, "type": "ParticipantAdded", "by": "lise", "data": {"participant": "p2", "service": "barnevern", "task": "x"}},
  {"day": 2, "id": "secret", "type": "NoteAdded", "by": "lise", "data": {"note": "n1", "kind": "general", "text": "x", "hideFromGuardians": true}})";

struct Row {
  const char* name;
  bool opened;
  const char* more;    // further events, or ""
  const char* expect;  // keys of a scenario's `expect`
  const char* profile = "{}";
};
std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << row.name;
}

const Row kRows[] = {
    {"before_the_log_the_involved_read", false, "",
     R"("visible": [{"viewer": "lise", "day": 1, "events": ["raised", "anonymous", "note0", "duty"]},
                    {"viewer": "odd", "day": 1, "events": ["raised", "anonymous", "duty"]}],
        "hidden": [{"viewer": "mona", "day": 1, "events": ["raised"]}, {"viewer": "tor", "day": 1, "events": ["raised"]},
                   {"viewer": "kari", "day": 1, "events": ["raised", "anonymous", "duty"]}, {"viewer": "alf", "day": 1, "events": ["raised"]}])"},
    {"before_the_log_the_whole_home_service_reads_by_profile", false, "",
     R"("visible": [{"viewer": "mona", "day": 1, "events": ["raised", "anonymous"]}],
        "hidden": [{"viewer": "mona", "day": 1, "events": ["duty"]}])",
     R"({"preLogReaders": "service"})"},
    {"the_open_log", true, "",
     R"("visible": [{"viewer": "kari", "day": 2, "events": ["raised", "note0", "opened"]},
                    {"viewer": "lise", "day": 2, "events": ["raised", "anonymous", "opened", "secret", "duty"]},
                    {"viewer": "tor", "day": 2, "events": ["opened"]},
                    {"viewer": "bo", "day": 2, "events": ["opened", "raised", "anonymous", "duty"]}],
        "hidden": [{"viewer": "kari", "day": 2, "events": ["anonymous", "duty", "secret"]},
                   {"viewer": "ola", "day": 2, "events": ["opened"]}, {"viewer": "mona", "day": 2, "events": ["opened"]},
                   {"viewer": "tor", "day": 2, "events": ["raised", "anonymous", "duty", "secret"]},
                   {"viewer": "eva", "day": 2, "events": ["opened"]}, {"viewer": "arne", "day": 2, "events": ["opened"]}],
        "partial": [{"viewer": "dag", "day": 2, "classes": ["fact"], "events": ["raised", "duty", "secret"]}])"},
    {"the_home_leader_sees_what_was_written_before_and_holders_leader_the_log", true,
     R"({"day": 3, "type": "BatonOffered", "by": "lise", "data": {"offer": "o1", "to": "tor", "service": "ppt"}},
        {"day": 3, "type": "BatonAccepted", "by": "tor", "data": {"offer": "o1", "person": "tor"}})",
     R"("visible": [{"viewer": "odd", "day": 3, "events": ["raised", "anonymous", "duty"]}, {"viewer": "tea", "day": 3, "events": ["opened", "secret"]}],
        "hidden": [{"viewer": "odd", "day": 3, "events": ["opened"]}, {"viewer": "tea", "day": 3, "events": ["raised"]},
                   {"viewer": "lise", "day": 3, "events": ["opened", "raised"]}])"},
    {"an_older_child_reads_and_sees_private_entries", true, "",
     R"("visible": [{"viewer": "ola", "day": 2, "events": ["opened", "secret", "raised"]}], "hidden": [{"viewer": "ola", "day": 2, "events": ["anonymous", "duty"]}])",
     R"({"ageOwnAccess": 12})"},
    {"the_flag_shields_level_0_from_the_family", true,
     R"({"day": 3, "id": "flag", "type": "ProtectionFlagSet", "by": "lise", "data": {"ground": "abuse"}})",
     R"("visible": [{"viewer": "kari", "day": 3, "events": ["opened"]}, {"viewer": "lise", "day": 3, "events": ["raised"]}],
        "hidden": [{"viewer": "kari", "day": 3, "events": ["raised", "flag"]}, {"viewer": "rita", "day": 3, "events": ["raised"]}],
        "partial": [{"viewer": "rita", "day": 2, "classes": ["fact"], "events": ["raised"]}])"},
    {"what_was_written_before_the_lifting_stays_shielded", true,
     R"({"day": 3, "type": "ProtectionFlagSet", "by": "lise", "data": {"ground": "abuse"}},
        {"day": 4, "type": "ProtectionFlagLifted", "by": "odd", "data": {"agreedWith": "leader"}},
        {"day": 5, "id": "informed", "type": "GuardiansInformed", "by": "lise", "data": {"guardians": ["kari"], "how": "talk"}})",
     R"("visible": [{"viewer": "kari", "day": 5, "events": ["informed"]}], "hidden": [{"viewer": "kari", "day": 5, "events": ["raised"]}])"},
    {"released_to_the_family_and_to_a_service", true,
     R"({"day": 3, "type": "ProtectionFlagSet", "by": "lise", "data": {"ground": "abuse"}},
        {"day": 4, "type": "CompartmentReleased", "by": "odd", "data": {"entries": ["raised", "duty"], "toFamily": true, "toServices": ["ppt"], "agreedWith": "leader"}},
        {"day": 5, "type": "ProtectionFlagLifted", "by": "odd", "data": {"agreedWith": "leader"}})",
     R"("hidden": [{"viewer": "kari", "day": 4, "events": ["raised", "duty"]}, {"viewer": "kari", "day": 5, "events": ["note0"]}, {"viewer": "tor", "day": 3, "events": ["raised"]}],
        "visible": [{"viewer": "kari", "day": 5, "events": ["raised", "duty"]}, {"viewer": "tor", "day": 4, "events": ["raised", "duty"]}])"},
    {"restricted_for_all_but_leaders_dpo_and_auditor", true,
     R"({"day": 3, "type": "EntryRestricted", "by": "dag", "data": {"target": "opened", "ground": "objection", "until": "D4"}})",
     R"("hidden": [{"viewer": "kari", "day": 4, "events": ["opened"]}, {"viewer": "lise", "day": 4, "events": ["opened"]}, {"viewer": "tor", "day": 4, "events": ["opened"]}, {"viewer": "rita", "day": 4, "events": ["opened"]}],
        "visible": [{"viewer": "odd", "day": 4, "events": ["opened"]}, {"viewer": "kari", "day": 5, "events": ["opened"]}],
        "partial": [{"viewer": "dag", "day": 4, "classes": ["fact"], "events": ["opened"]}])"},
    {"broken_glass_opens_for_an_hour_and_longer_when_approved", true,
     R"({"day": 3, "time": "08:00", "id": "glass", "type": "BreakGlassUsed", "by": "eva", "data": {"person": "eva", "service": "bup", "ground": "x", "until": "D3T18:00"}},
        {"day": 3, "time": "10:00", "type": "BreakGlassApproved", "by": "odd", "data": {"target": "glass"}})",
     R"("visible": [{"viewer": "eva", "day": 3, "time": "08:59", "events": ["opened", "raised", "secret"]}, {"viewer": "eva", "day": 3, "time": "10:01", "events": ["opened"]}],
        "hidden": [{"viewer": "eva", "day": 3, "time": "09:00", "events": ["opened"]}, {"viewer": "eva", "day": 3, "time": "18:00", "events": ["opened"]}, {"viewer": "eva", "day": 3, "time": "08:30", "events": ["anonymous"]}],
        "partial": [{"viewer": "kari", "day": 3, "classes": ["fact"], "events": ["glass"]}])"},
    {"withdrawn_consent_closes_the_log_to_the_service", true,
     R"({"day": 3, "type": "ConsentWithdrawn", "by": "kari", "data": {"consent": "c1", "services": ["ppt"], "how": "digital"}})",
     R"("visible": [{"viewer": "tor", "day": 2, "events": ["opened"]}, {"viewer": "lise", "day": 3, "events": ["opened"]}], "hidden": [{"viewer": "tor", "day": 3, "events": ["opened"]}])"},
    {"an_auditor_within_an_approved_grant", true,
     R"({"day": 3, "id": "grant", "type": "AuditAccessGranted", "by": "alf", "data": {"grant": "g1", "auditor": "ulf", "allCases": false, "cases": ["case"], "from": "D3", "to": "D6", "ground": "x"}},
        {"day": 4, "type": "AuditAccessApproved", "by": "asta", "data": {"target": "grant"}})",
     R"("hidden": [{"viewer": "ulf", "day": 3, "events": ["opened"]}, {"viewer": "ulf", "day": 7, "events": ["opened"]}],
        "visible": [{"viewer": "ulf", "day": 4, "events": ["opened", "raised", "duty", "secret"]}, {"viewer": "ulf", "day": 6, "events": ["opened"]}])"},
    {"a_shortened_grant_is_shut_until_approved", true,
     R"({"day": 3, "id": "grant", "type": "AuditAccessGranted", "by": "alf", "data": {"grant": "g1", "auditor": "ulf", "allCases": true, "from": "D3", "to": "D9", "ground": "x"}},
        {"day": 3, "type": "AuditAccessApproved", "by": "asta", "data": {"target": "grant"}},
        {"day": 5, "id": "shorter", "type": "AuditAccessGranted", "by": "alf", "data": {"grant": "g1", "auditor": "ulf", "allCases": true, "from": "D3", "to": "D7", "ground": "x"}},
        {"day": 6, "type": "AuditAccessApproved", "by": "asta", "data": {"target": "shorter"}})",
     R"("visible": [{"viewer": "ulf", "day": 4, "events": ["opened"]}, {"viewer": "ulf", "day": 6, "events": ["opened"]}],
        "hidden": [{"viewer": "ulf", "day": 5, "events": ["opened"]}, {"viewer": "ulf", "day": 8, "events": ["opened"]}])"},
    {"a_coordinator_is_called_and_then_named", true,
     R"({"day": 3, "type": "IpGranted", "by": "lise", "data": {"wanted": true, "wantsCoordinator": true}},
        {"day": 4, "type": "CoordinatorNamed", "by": "kei", "data": {"person": "kei", "service": "coordinatingUnit", "ground": "ip"}})",
     R"("hidden": [{"viewer": "kei", "day": 2, "events": ["opened"]}, {"viewer": "kei", "day": 4, "events": ["raised", "secret"]}],
        "partial": [{"viewer": "kei", "day": 3, "classes": ["fact"], "events": ["opened"]}], "visible": [{"viewer": "kei", "day": 4, "events": ["opened"]}])"},
    {"a_reporter_gets_facts_but_nothing_that_names_barnevern", true, "",
     R"("partial": [{"viewer": "rita", "day": 2, "classes": ["fact"], "events": ["opened", "raised"]}],
        "hidden": [{"viewer": "rita", "day": 2, "events": ["e8", "e11", "secret", "duty", "anonymous"]}])"},
    {"closing_ends_participation_and_opens_to_the_archivist", true,
     R"({"day": 3, "type": "LogClosed", "by": "lise", "data": {"reason": "goal"}},
        {"day": 5, "mode": "imported", "type": "ArchiveReceipted", "by": "alf", "data": {}})",
     R"("visible": [{"viewer": "lise", "day": 4, "events": ["opened"]}, {"viewer": "arne", "day": 3, "events": ["opened"]}, {"viewer": "kari", "day": 5, "events": ["opened"]}],
        "hidden": [{"viewer": "tor", "day": 3, "events": ["opened"]}, {"viewer": "lise", "day": 5, "events": ["opened"]}, {"viewer": "arne", "day": 3, "events": ["raised"]}])"},
    {"level_0_is_shared_with_the_guardian_informed_and_with_the_subject_by_any_informing", false,
     R"({"day": 1, "type": "GuardianLinked", "by": "lise", "data": {"guardian": "per", "relation": "father", "responsibility": false}},
        {"day": 1, "type": "GuardianAccessGranted", "by": "lise", "data": {"guardian": "per", "channel": "digital"}},
        {"day": 2, "type": "GuardiansInformed", "by": "lise", "data": {"guardians": ["per"], "how": "talk"}})",
     R"("visible": [{"viewer": "per", "day": 2, "events": ["raised", "note0"]}, {"viewer": "ola", "day": 2, "events": ["raised"]}],
        "hidden": [{"viewer": "kari", "day": 2, "events": ["raised"]}, {"viewer": "per", "day": 1, "events": ["raised"]}, {"viewer": "ola", "day": 1, "events": ["raised"]},
                   {"viewer": "per", "day": 2, "events": ["anonymous", "duty"]}])",
     R"({"ageOwnAccess": 12})"},
    {"a_guardian_whose_access_ended_and_one_never_given_it_read_nothing", true,
     R"({"day": 2, "type": "GuardianLinked", "by": "lise", "data": {"guardian": "per", "relation": "father", "responsibility": false}},
        {"day": 3, "type": "GuardianAccessEnded", "by": "lise", "data": {"guardian": "kari", "ground": "other"}})",
     R"("visible": [{"viewer": "kari", "day": 2, "events": ["opened"]}],
        "hidden": [{"viewer": "kari", "day": 3, "events": ["opened", "raised"]}, {"viewer": "per", "day": 3, "events": ["opened"]}])"},
    {"from_the_childs_18th_birthday_a_guardian_reads_only_as_a_participant_consented_to", true,
     R"({"day": 2, "type": "ParticipantAdded", "by": "lise", "data": {"participant": "p3", "service": "youth", "person": "kari", "task": "x"}},
        {"day": 1941, "mode": "imported", "type": "ConsentGranted", "by": "alf", "data": {"consent": "c2", "consenter": "ola", "services": ["youth"], "openLog": true, "form": "written", "from": "D1941", "recipient": "service"}})",
     R"("visible": [{"viewer": "kari", "day": 1937, "events": ["opened", "raised"]}, {"viewer": "kari", "day": 1941, "events": ["opened"]}],
        "hidden": [{"viewer": "kari", "day": 1938, "events": ["opened", "raised"]}, {"viewer": "kari", "day": 1941, "events": ["raised"]}])"},
    {"the_home_leader_sees_barnevern_events_of_the_home_service_only_and_restricted_ones", true,
     R"({"day": 2, "id": "by-bo", "type": "NoteAdded", "by": "bo", "data": {"note": "n2", "kind": "general", "text": "x", "service": "barnevern", "compartment": "barnevern"}},
        {"day": 3, "type": "EntryRestricted", "by": "dag", "data": {"target": "raised", "ground": "objection"}})",
     R"("visible": [{"viewer": "odd", "day": 3, "events": ["duty", "raised"]}, {"viewer": "bo", "day": 3, "events": ["by-bo", "duty"]}],
        "hidden": [{"viewer": "odd", "day": 3, "events": ["by-bo"]}, {"viewer": "lise", "day": 3, "events": ["by-bo", "raised"]}, {"viewer": "kari", "day": 3, "events": ["raised"]}])"},
    {"who_recorded_a_barnevern_event_sees_it_until_it_is_restricted_or_the_job_ends", true,
     R"({"day": 3, "type": "BatonOffered", "by": "lise", "data": {"offer": "o1", "to": "tor", "service": "ppt"}},
        {"day": 3, "type": "BatonAccepted", "by": "tor", "data": {"offer": "o1", "person": "tor"}},
        {"day": 4, "type": "EntryRestricted", "by": "dag", "data": {"target": "duty", "ground": "objection", "until": "D4"}},
        {"day": 6, "type": "PersonRegistered", "by": "alf", "data": {"person": "lise", "roles": ["guardian"], "active": true}})",
     R"("visible": [{"viewer": "lise", "day": 3, "events": ["duty"]}, {"viewer": "lise", "day": 5, "events": ["duty"]}],
        "hidden": [{"viewer": "lise", "day": 3, "events": ["opened"]}, {"viewer": "lise", "day": 4, "events": ["duty"]}, {"viewer": "lise", "day": 6, "events": ["duty"]}])"},
    {"who_is_not_active_any_more_reads_nothing", true,
     R"({"day": 3, "type": "PersonRegistered", "by": "alf", "data": {"person": "odd", "roles": ["leader"], "service": "school", "active": false}},
        {"day": 3, "type": "PersonRegistered", "by": "alf", "data": {"person": "tor", "roles": ["employee"], "service": "ppt", "active": false}})",
     R"("visible": [{"viewer": "odd", "day": 2, "events": ["raised"]}, {"viewer": "tor", "day": 2, "events": ["opened"]}],
        "hidden": [{"viewer": "odd", "day": 3, "events": ["raised"]}, {"viewer": "tor", "day": 3, "events": ["opened"]}])"},
    {"a_participant_of_ones_own_reads_and_a_colleague_does_not", true,
     R"({"day": 2, "mode": "imported", "type": "ConsentGranted", "by": "alf", "data": {"consent": "c2", "consenter": "kari", "services": ["bup"], "openLog": false, "form": "written", "from": "D2", "recipient": "service"}},
        {"day": 3, "type": "ParticipantAdded", "by": "lise", "data": {"participant": "p3", "service": "bup", "person": "eva", "task": "x"}},
        {"day": 3, "type": "PersonRegistered", "by": "alf", "data": {"person": "ella", "roles": ["employee"], "service": "bup", "active": true}},
        {"day": 3, "type": "PersonRegistered", "by": "alf", "data": {"person": "pia", "roles": ["archivist"], "service": "ppt", "active": true}})",
     R"("visible": [{"viewer": "eva", "day": 3, "events": ["opened"]}, {"viewer": "tea", "day": 3, "events": ["opened"]}],
        "hidden": [{"viewer": "ella", "day": 3, "events": ["opened"]}, {"viewer": "pia", "day": 3, "events": ["opened"]}])"},
    {"an_expired_consent_still_covers_where_the_profile_only_warns", true, "",
     R"("visible": [{"viewer": "tor", "day": 400, "events": ["opened"]}, {"viewer": "lise", "day": 400, "events": ["raised"]}])",
     R"({"consentExpiry": "warn"})"},
    {"an_expired_consent_closes_the_log_where_the_profile_blocks", true, "",
     R"("visible": [{"viewer": "tor", "day": 300, "events": ["opened"]}],
        "hidden": [{"viewer": "tor", "day": 400, "events": ["opened"]}, {"viewer": "lise", "day": 400, "events": ["opened", "raised"]}])"},
    {"a_coordinator_who_is_covered_gets_all_and_nothing_private_or_restricted", true,
     R"({"day": 3, "type": "EscalatedToKe", "by": "lise", "data": {"service": "coordinatingUnit", "request": "x"}},
        {"day": 4, "mode": "imported", "type": "ConsentGranted", "by": "alf", "data": {"consent": "c2", "consenter": "kari", "services": ["coordinatingUnit"], "openLog": false, "form": "written", "from": "D4", "recipient": "service"}},
        {"day": 5, "type": "EntryRestricted", "by": "dag", "data": {"target": "opened", "ground": "objection"}})",
     R"("partial": [{"viewer": "kei", "day": 3, "classes": ["fact"], "events": ["opened"]}], "visible": [{"viewer": "kei", "day": 4, "events": ["opened"]}],
        "hidden": [{"viewer": "kei", "day": 4, "events": ["secret", "raised"]}, {"viewer": "kei", "day": 5, "events": ["opened"]}])"},
    {"a_correction_is_as_private_as_what_it_corrects", true,
     R"({"day": 3, "id": "fix", "type": "EntryCorrected", "by": "lise", "data": {"target": "secret", "reason": "x", "changes": {"text": "y"}}})",
     R"("visible": [{"viewer": "lise", "day": 3, "events": ["fix"]}], "hidden": [{"viewer": "kari", "day": 3, "events": ["fix"]}, {"viewer": "tor", "day": 3, "events": ["fix"]},
                   {"viewer": "rita", "day": 3, "events": ["fix"]}])"},
    {"what_makes_an_event_private_is_private", true,
     R"({"day": 2, "id": "plain", "type": "NoteAdded", "by": "lise", "data": {"note": "n2", "kind": "general", "text": "x"}},
        {"day": 3, "id": "fix", "type": "EntryCorrected", "by": "lise", "data": {"target": "plain", "reason": "x", "changes": {"hideFromGuardians": true}}})",
     R"("visible": [{"viewer": "kari", "day": 2, "events": ["plain"]}], "hidden": [{"viewer": "kari", "day": 3, "events": ["plain", "fix"]}])"},
    {"a_correction_is_as_restricted_as_what_it_corrects", true,
     R"({"day": 3, "id": "fix", "type": "EntryCorrected", "by": "lise", "data": {"target": "opened", "reason": "x", "changes": {"level": 3}}},
        {"day": 4, "type": "EntryRestricted", "by": "dag", "data": {"target": "opened", "ground": "objection"}})",
     R"("visible": [{"viewer": "kari", "day": 3, "events": ["fix"]}, {"viewer": "odd", "day": 4, "events": ["fix"]}], "hidden": [{"viewer": "kari", "day": 4, "events": ["fix"]}])"},
    {"a_correction_is_as_shielded_as_what_it_corrects", true,
     R"({"day": 3, "type": "ProtectionFlagSet", "by": "lise", "data": {"ground": "abuse"}},
        {"day": 4, "type": "ProtectionFlagLifted", "by": "odd", "data": {"agreedWith": "leader"}},
        {"day": 5, "id": "fix", "type": "EntryCorrected", "by": "lise", "data": {"target": "note0", "reason": "x", "changes": {"text": "y"}}})",
     R"("hidden": [{"viewer": "kari", "day": 5, "events": ["note0", "fix"]}], "visible": [{"viewer": "lise", "day": 5, "events": ["note0", "fix"]}])"},
    {"a_reporter_gets_nothing_that_ever_named_barnevern_not_even_by_a_correction", true,
     R"({"day": 2, "id": "met", "type": "MeetingHeld", "by": "lise", "data": {"meeting": "m1", "kind": "cooperation", "services": ["school", "barnevern"], "guardians": ["kari"], "childPresent": false}},
        {"day": 2, "id": "clean", "type": "MeetingHeld", "by": "lise", "data": {"meeting": "m2", "kind": "cooperation", "services": ["school"], "guardians": ["kari"], "childPresent": false}},
        {"day": 3, "id": "less", "type": "EntryCorrected", "by": "lise", "data": {"target": "met", "reason": "x", "changes": {"services": ["school"]}}},
        {"day": 4, "id": "more", "type": "EntryCorrected", "by": "lise", "data": {"target": "clean", "reason": "x", "changes": {"services": ["school", "barnevern"]}}},
        {"day": 5, "id": "again", "type": "EntryCorrected", "by": "lise", "data": {"target": "clean", "reason": "x", "changes": {"services": ["school"]}}})",
     R"("hidden": [{"viewer": "rita", "day": 3, "events": ["met"]}, {"viewer": "rita", "day": 4, "events": ["clean", "more"]}, {"viewer": "rita", "day": 5, "events": ["more"]}],
        "partial": [{"viewer": "rita", "day": 3, "classes": ["fact"], "events": ["clean", "less"]}, {"viewer": "rita", "day": 5, "classes": ["fact"], "events": ["clean", "again"]}])"},
    {"a_reporter_gets_no_level_0_once_the_flag_was_ever_set", true,
     R"({"day": 3, "type": "ProtectionFlagSet", "by": "lise", "data": {"ground": "abuse"}},
        {"day": 4, "type": "ProtectionFlagLifted", "by": "odd", "data": {"agreedWith": "leader"}})",
     R"("hidden": [{"viewer": "rita", "day": 4, "events": ["raised", "note0"]}], "partial": [{"viewer": "rita", "day": 4, "classes": ["fact"], "events": ["opened"]}])"},
    {"a_private_entry_is_not_released_to_guardians", true,
     R"({"day": 3, "type": "CompartmentReleased", "by": "odd", "data": {"entries": ["anonymous"], "toFamily": true, "toServices": ["bup"], "agreedWith": "leader"}})",
     R"("visible": [{"viewer": "kari", "day": 3, "events": ["anonymous"]}], "hidden": [{"viewer": "eva", "day": 3, "events": ["anonymous"]}, {"viewer": "tor", "day": 3, "events": ["anonymous"]}])"},
    {"an_ended_case_is_closed_to_those_who_were_involved", false,
     R"({"day": 2, "type": "Level0Decided", "by": "odd", "data": {"outcome": "close", "reason": "x"}})",
     R"("visible": [{"viewer": "lise", "day": 1, "events": ["raised"]}, {"viewer": "odd", "day": 2, "events": ["raised"]}],
        "hidden": [{"viewer": "lise", "day": 2, "events": ["raised"]}])"},
    {"an_archivist_sees_private_entries_but_none_that_are_restricted", true,
     R"({"day": 3, "type": "LogClosed", "by": "lise", "data": {"reason": "goal"}},
        {"day": 4, "type": "EntryRestricted", "by": "dag", "data": {"target": "opened", "ground": "objection"}})",
     R"("visible": [{"viewer": "arne", "day": 3, "events": ["opened", "secret"]}], "hidden": [{"viewer": "arne", "day": 4, "events": ["opened"]}, {"viewer": "arne", "day": 2, "events": ["opened"]}])"},
};

std::string scenario_of(const Row& row, const std::string& reads) {
  std::string events = kEvents;
  if (row.opened) events += kOpened;
  if (*row.more) events += std::string(",") + row.more;
  return std::string(R"({"name": ")") + row.name + R"(", "day0": "2026-01-12", "profile": )" +
         row.profile + R"(, "people": )" + kPeople + R"(, "events": [)" + events +
         R"(], "reads": [)" + reads + R"(], "expect": {)" + row.expect + "}}";
}

// The report of the row, played through a log of its own.
Result<json::object> report_of(const Row& row, const std::string& reads) {
  const stafett::testing::TemporaryDirectory directory;
  crypto::SeededRandom random{1};
  ENGINE_TRY(scenario, parse_scenario(scenario_of(row, reads)));
  ENGINE_TRY(play, ScenarioPlay::play(scenario, log::LogPaths::beside(directory.path("log")),
                                      storage::posix_files(), random));
  return judge_scenario(scenario, *play);
}

BOOST_DATA_TEST_CASE(a_viewer_is_given_what_the_rows_give, boost::unit_test::data::make(kRows),
                     row) {
  const Result<json::object> report = report_of(row, "");
  BOOST_REQUIRE_MESSAGE(report, (report ? "" : report.error().to_string()));
  BOOST_TEST(json::serialize(report->at("failures")) == "[]");
  BOOST_TEST(report->at("checks").as_uint64() > 1u);  // the first: that nothing was refused
}

constexpr const char* kReads = R"(
  {"day": 3, "id": "by-lise", "by": "lise", "capacity": "holder", "purpose": "followUp"},
  {"day": 3, "id": "by-bo", "by": "bo", "capacity": "participant", "purpose": "followUp"},
  {"day": 3, "id": "of-hidden", "by": "lise", "capacity": "holder", "purpose": "followUp", "entries": ["anonymous"]},
  {"day": 3, "id": "by-kari", "by": "kari", "capacity": "guardian", "purpose": "ownCase"},
  {"day": 3, "id": "mixed", "by": "lise", "capacity": "holder", "purpose": "followUp", "entries": ["anonymous", "opened"]},
  {"day": 3, "id": "by-operator", "by": "system", "capacity": "operator", "purpose": "control"})";

const Row kAccessRows[] = {
    {"facts_of_reads_but_not_barnevern_nor_hidden_ones", true, "",
     R"("partial": [{"viewer": "kari", "day": 3, "classes": ["fact"], "events": ["by-lise", "by-kari", "by-operator"]},
                    {"viewer": "dag", "day": 3, "classes": ["fact"], "events": ["by-bo"]}],
        "visible": [{"viewer": "odd", "day": 3, "events": ["by-lise", "by-bo", "of-hidden"]}],
        "hidden": [{"viewer": "kari", "day": 3, "events": ["by-bo", "of-hidden"]}, {"viewer": "per", "day": 3, "events": ["by-lise"]}, {"viewer": "tor", "day": 3, "events": ["by-lise"]}])"},
    {"reads_of_which_only_some_is_hidden_and_all_of_it_to_offices", true, "",
     R"("partial": [{"viewer": "kari", "day": 3, "classes": ["fact"], "events": ["mixed"]}, {"viewer": "dag", "day": 3, "classes": ["fact"], "events": ["by-lise", "of-hidden"]}],
        "hidden": [{"viewer": "lise", "day": 3, "events": ["by-lise"]}, {"viewer": "alf", "day": 3, "events": ["by-lise"]}])"},
    {"nothing_of_a_read_by_police_or_barnevern_even_if_it_names_no_service", true,
     R"({"day": 2, "type": "PersonRegistered", "by": "alf", "data": {"person": "pol", "roles": ["employee"], "service": "police", "active": true}},
        {"day": 3, "mode": "imported", "id": "by-police", "type": "EntryRead", "by": "alf", "data": {"reader": "pol", "capacity": "participant", "purpose": "followUp", "visit": "x"}},
        {"day": 3, "mode": "imported", "id": "by-tor", "type": "EntryRead", "by": "alf", "data": {"reader": "tor", "capacity": "participant", "purpose": "followUp", "visit": "x"}})",
     R"("hidden": [{"viewer": "kari", "day": 3, "events": ["by-police", "by-bo"]}], "partial": [{"viewer": "kari", "day": 3, "classes": ["fact"], "events": ["by-tor"]}])"},
    {"names_by_profile", true, "",
     R"("partial": [{"viewer": "kari", "day": 3, "classes": ["fact", "identity"], "events": ["by-lise"]}])",
     R"({"familySeesReaderNames": true})"},
    {"under_the_flag_no_reads_of_staff_but_of_operators", true,
     R"({"day": 3, "time": "08:00", "type": "ProtectionFlagSet", "by": "lise", "data": {"ground": "abuse"}})",
     R"("partial": [{"viewer": "kari", "day": 3, "classes": ["fact"], "events": ["by-kari", "by-operator"]}],
        "hidden": [{"viewer": "kari", "day": 3, "events": ["by-lise", "by-bo"]}])"},
};

BOOST_DATA_TEST_CASE(the_familys_access_list_shows, boost::unit_test::data::make(kAccessRows),
                     row) {
  const Result<json::object> report = report_of(row, kReads);
  BOOST_REQUIRE_MESSAGE(report, (report ? "" : report.error().to_string()));
  BOOST_TEST(json::serialize(report->at("failures")) == "[]");
  BOOST_TEST(report->at("checks").as_uint64() > 1u);
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::bti::test
