// What sign-ins said: carried into the log by the first event that names it, and checked when it is
// opened.

#include "projections/gate/evidence_book.h"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include "tests/projections/gate/municipality.h"
#include "tests/support/code_of.h"

namespace stafett::bti::test {
BOOST_AUTO_TEST_SUITE(evidence_book_test)
namespace {

const boost::json::object kClaims{{"iss", "https://idporten.no"}, {"acr", "idporten-loa-high"}};
const Bytes kSalt(32, 7);

// Notes by lise, signed after that sign-in.
JsonEvent signed_note(int number, std::optional<Hash> evidence) {
  JsonEvent event = Municipality::event(
      "NoteAdded", "filler", number,
      {{"note", "e" + std::to_string(number)}, {"kind", "general"}, {"text", "a talk"}});
  event.actor = "lise";
  event.mode = Mode::live;
  event.evidence = evidence;
  return event;
}

struct Town : Municipality {
  EvidenceBook& book() { return bti.gate->evidence(); }
  std::optional<Hash> recorded_evidence(int number, std::optional<Hash> evidence) {
    const Answer answer = recorder->record_and_wait(signed_note(number, evidence));
    BOOST_REQUIRE_MESSAGE(answer.accepted(), boost::json::serialize(answer.to_json()));
    const Position position = std::get<Recorded>(answer.result).receipt.position;
    return bti.log->opener().open(position)->entry.intent.evidence;
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(the_first_event_that_names_a_sign_in_carries_it) {
  Town town;
  const Hash evidence = town.book().keep(kSalt, kClaims);
  BOOST_TEST((town.book().keep(kSalt, kClaims) == evidence));
  BOOST_TEST(!town.book().opened(evidence)->has_value());
  BOOST_TEST(town.book().row(evidence)->has_value());
  BOOST_TEST((town.recorded_evidence(1, evidence) == evidence));
  BOOST_TEST((**town.book().opened(evidence) == kClaims));
  BOOST_TEST(!town.book().row(evidence)->has_value());
  BOOST_TEST((town.recorded_evidence(2, evidence) == evidence));
  BOOST_TEST(!town.recorded_evidence(3, std::nullopt).has_value());
  town.open();
  BOOST_TEST((**town.book().opened(evidence) == kClaims));
}

BOOST_AUTO_TEST_CASE(another_salt_or_another_claim_is_another_sign_in) {
  Town town;
  const Hash evidence = town.book().keep(kSalt, kClaims);
  boost::json::object other = kClaims;
  other["acr"] = "idporten-loa-low";
  BOOST_TEST((town.book().keep(kSalt, other) != evidence));
  BOOST_TEST((town.book().keep(Bytes(32, 8), kClaims) != evidence));
}

BOOST_AUTO_TEST_CASE(a_refused_event_carries_nothing_and_the_next_one_does) {
  Town town;
  const Hash evidence = town.book().keep(kSalt, kClaims);
  JsonEvent refused = signed_note(1, evidence);
  refused.data["kind"] = "nosuch";
  BOOST_TEST(!town.recorder->record_and_wait(refused).accepted());
  BOOST_TEST(!town.book().opened(evidence)->has_value());
  town.recorded_evidence(2, evidence);
  BOOST_TEST(town.book().opened(evidence)->has_value());
}

BOOST_AUTO_TEST_CASE(what_is_stored_must_be_what_was_signed) {
  Town town;
  const Hash evidence = town.book().keep(kSalt, kClaims);
  Bytes opening;
  append(opening, kSalt);
  append(opening, as_bytes(boost::json::serialize(kClaims)));
  BOOST_TEST((*EvidenceBook::claims_in(opening, evidence) == kClaims));
  for (std::size_t i = 0; i < opening.size(); ++i) {
    Bytes changed = opening;
    changed[i] ^= 1;
    BOOST_TEST((code_of(EvidenceBook::claims_in(changed, evidence)) == Errc::corrupt), i);
    changed = Bytes(opening.begin(), opening.begin() + static_cast<std::ptrdiff_t>(i));
    BOOST_TEST((code_of(EvidenceBook::claims_in(changed, evidence)) == Errc::corrupt), i);
  }
}

BOOST_AUTO_TEST_CASE(the_oldest_that_nothing_carried_is_forgotten) {
  Town town;
  const Hash first = town.book().keep(kSalt, kClaims);
  for (std::size_t i = 0; i < EvidenceBook::kKeptMax; ++i) town.book().keep(kSalt, {{"n", i}});
  BOOST_TEST(!town.book().row(first)->has_value());
  BOOST_TEST((town.recorded_evidence(1, first) == first));
  BOOST_TEST(!town.book().opened(first)->has_value());
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::bti::test
