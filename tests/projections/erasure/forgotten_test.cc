// What is kept of a case in memory is forgotten when it is erased, not when the program ends.

#include "tests/projections/erasure/erased_town.h"

namespace stafett::bti::test {
BOOST_AUTO_TEST_SUITE(forgotten_test)
namespace {

BOOST_AUTO_TEST_CASE(the_name_of_a_case_that_was_first_used_here_is_forgotten) {
  ErasedTown town;
  const SubjectId gone = town.id_of("a"), stays = town.id_of("b");
  const auto name = [&](const SubjectId& id) {
    return town.bti.gate->labels().label_of(log::LabelSpace::subject, id.array());
  };
  BOOST_TEST(name(gone) == "a");
  BOOST_REQUIRE(town.carry_out(town.approved({"a"})));
  BOOST_TEST(name(gone) == to_uuid_text(gone.array()));
  BOOST_TEST(name(stays) == "b");
  BOOST_TEST((town.id_of("a") == gone));  // so that it is nobody else's name
  BOOST_TEST((town.read("a") == Errc::erased));
}

BOOST_AUTO_TEST_CASE(who_keeps_something_is_told_when_the_keys_are_gone_and_when_all_is_done) {
  ErasedTown town;
  const SubjectId gone = town.id_of("a");
  const DomainId domain = got(town.bti.gate->source().subject(gone))->content;
  const Position first = town.events("a").front()->position;
  const StreamId stream = got(town.bti.log->opener().open(first)).entry.intent.stream_id;
  std::vector<bool> rows_there;
  ErasureCarrier carrier = town.carrier();
  carrier.forget = [&](std::span<const SubjectId> cases) {
    BOOST_REQUIRE(cases.size() == 1u);
    BOOST_TEST((cases.front() == gone));
    BOOST_TEST(!town.bti.log->vault().contains(domain));
    rows_there.push_back(!got(town.bti.log->index().stream(stream))->subject.is_zero());
  };
  BOOST_REQUIRE(carry_out_erasure(carrier, town.approved({"a"})));
  BOOST_TEST((rows_there == std::vector{true, false}));
}

BOOST_AUTO_TEST_CASE(whose_a_stream_was_is_not_remembered) {
  ErasedTown town;
  const Position position = town.events("a").front()->position;
  const auto subject = [&] {
    return got(town.bti.log->opener().open(position)).stream.value().subject;
  };
  BOOST_TEST((subject() == town.id_of("a")));
  BOOST_REQUIRE(town.carry_out(town.approved({"a"})));
  BOOST_TEST(subject().is_zero());
}

// Uploaded for an event that was never recorded: compacted away with the others.
BOOST_AUTO_TEST_CASE(a_document_that_was_left_behind_goes_with_an_erasure) {
  ErasedTown town;
  const EventId left = random_id<EventId>(town.random);
  ComingDocuments::Hold hold = town.bti.gate->documents().hold(left);
  BOOST_REQUIRE(town.bti.log->store().put_chunk(left, 0, Bytes(90, 1), storage::Sync::no));
  hold.reset();
  BOOST_REQUIRE(town.carry_out(town.approved({"a"})));
  BOOST_TEST(got(town.bti.log->store().attachment_events()).empty());
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::bti::test
