// Who may order an erasure and when, and what is there afterwards.

#include <atomic>
#include <thread>

#include "projections/rebuild/each_case.h"
#include "projections/views/rebuild_views.h"
#include "tests/projections/erasure/erased_town.h"

namespace stafett::bti::test {
BOOST_AUTO_TEST_SUITE(ceremony_test)
namespace {

Errc code_of(const Result<log::ErasureReport>& result) {
  return result ? Errc::unset : result.error().code();
}

BOOST_AUTO_TEST_CASE(an_erased_case_is_gone_and_the_log_still_verifies_at_every_level) {
  ErasedTown town;
  const log::OrderId id = town.approved({"a"});
  const std::uint64_t parts_before = town.verified().parts;
  const log::ErasureReport report = got(town.carry_out(id));
  BOOST_TEST(report.subjects == 1u);
  BOOST_TEST(report.completed.places == 1u);
  BOOST_TEST(report.completed.parts_deleted > 4u);
  for (unsigned level = 0; level <= 5; ++level) BOOST_TEST(town.verified(level).ok);
  const log::VerifyReport verified = town.verified();
  BOOST_TEST(verified.erased == report.completed.parts_deleted);
  BOOST_TEST(verified.parts + verified.erased == parts_before);
  BOOST_TEST((town.read("a") == Errc::erased));
  BOOST_TEST((town.read("b") == Errc::unset));
  BOOST_TEST(town.note_refused("a") == "erased");
  BOOST_TEST(town.state("b").notes == 2u);
  town.note("b", "after", 400);
  town.open();
  BOOST_TEST((town.read("a") == Errc::erased));
  BOOST_TEST(town.note_refused("a") == "erased");
  BOOST_TEST(town.state("b").notes == 3u);
  BOOST_TEST(town.verified().ok);
}

BOOST_AUTO_TEST_CASE(an_order_is_carried_out_once) {
  ErasedTown town;
  const log::OrderId id = town.approved({"a"});
  BOOST_REQUIRE(town.carry_out(id));
  const TreeSize size = town.bti.log->head().size;
  const log::ErasureReport again = got(town.carry_out(id));
  BOOST_TEST(again.was_complete);
  BOOST_TEST(town.bti.log->head().size.value() == size.value());
}

BOOST_AUTO_TEST_CASE(nobody_approves_what_he_ordered_and_nothing_goes_without_approval) {
  ErasedTown town;
  const log::OrderId id = town.ordered({"a"});
  BOOST_TEST((code_of(town.carry_out(id)) == Errc::refused));
  const auto own = approve_erasure(*town.bti.log, *town.bti.gate, id, town.person("admin"));
  BOOST_TEST((!own && own.error().code() == Errc::refused));
  const auto stranger = approve_erasure(*town.bti.log, *town.bti.gate, id, town.person("lise"));
  BOOST_REQUIRE(!stranger);
  BOOST_TEST(stranger.error().detail().starts_with("not-authorised"));
  BOOST_TEST((code_of(town.carry_out(id)) == Errc::refused));
  BOOST_TEST((town.read("a") == Errc::unset));
  ok(approve_erasure(*town.bti.log, *town.bti.gate, id, town.person("second")));
  BOOST_REQUIRE(town.carry_out(id));
}

BOOST_AUTO_TEST_CASE(an_order_by_somebody_who_is_no_administrator_is_refused) {
  ErasedTown town;
  const ErasureWish wish{{"a"}, format::ErasureBasis::court, false};
  const auto ordered = order_erasure(*town.bti.log, *town.bti.gate, wish, town.person("lise"));
  BOOST_REQUIRE(!ordered);
  BOOST_TEST(ordered.error().detail().starts_with("not-authorised"));
}

BOOST_AUTO_TEST_CASE(an_order_that_the_case_outgrew_changes_nothing) {
  ErasedTown town;
  const log::OrderId id = town.approved({"a"});
  town.note("a", "meanwhile", 300);
  BOOST_TEST((code_of(town.carry_out(id)) == Errc::conflict));
  BOOST_TEST((town.read("a") == Errc::unset));
  town.note("a", "goes-on", 310);
  BOOST_TEST(town.state("a").notes == 5u);
  BOOST_TEST(town.verified().ok);
  BOOST_REQUIRE(town.carry_out(town.approved({"a"})));
  BOOST_TEST((town.read("a") == Errc::erased));
}

// The town's cases are of today: neither an archive's receipt nor a request is there.
BOOST_AUTO_TEST_CASE(a_basis_that_does_not_hold_is_refused) {
  ErasedTown town;
  for (const auto basis : {format::ErasureBasis::retention, format::ErasureBasis::request}) {
    const ErasureWish wish{{"a"}, basis, false};
    const auto refused = order_erasure(*town.bti.log, *town.bti.gate, wish, town.person("admin"));
    BOOST_TEST((!refused && refused.error().code() == Errc::refused));
  }
}

BOOST_AUTO_TEST_CASE(retention_counts_from_the_receipt_and_a_request_must_be_granted) {
  const Profile profile;
  const Date receipt = *Date::parse("2016-02-29");
  CaseState state{};
  state.archive = ArchiveStatus::receipted;
  state.archive_on = receipt.days();
  const auto why = [&](format::ErasureBasis basis, const char* today) {
    return why_not_erased(state, basis, *Date::parse(today), profile).has_value();
  };
  BOOST_TEST(why(format::ErasureBasis::retention, "2026-02-27"));
  BOOST_TEST(!why(format::ErasureBasis::retention, "2026-02-28"));
  state.archive = ArchiveStatus::sent;
  BOOST_TEST(why(format::ErasureBasis::retention, "2036-02-28"));
  RightsRequest request;
  request.kind = schema::RightsRequestedKind::ERASURE;
  request.outcome = schema::RightsAnsweredOutcome::PARTLY;
  state.rights.push_back(request);
  BOOST_TEST(why(format::ErasureBasis::request, "2026-02-28"));
  state.rights.front().outcome = schema::RightsAnsweredOutcome::GRANTED;
  BOOST_TEST(!why(format::ErasureBasis::request, "2026-02-28"));
  BOOST_TEST(why(format::ErasureBasis::none, "2036-02-28"));
}

// Whoever has a key of his own signs what he likes; the log takes it from an administrator.
BOOST_AUTO_TEST_CASE(the_basis_of_an_order_is_asked_for_at_its_approval_and_at_its_end) {
  ErasedTown town;
  ok(record_operator_read(*town.bti.log, *town.bti.gate, town.id_of("a"), "seen"));
  using log::ErasureRecord;
  for (const auto& [basis, scope] :
       {std::pair{format::ErasureBasis::retention, ErasureRecord::kContent},
        std::pair{format::ErasureBasis::court,
                  static_cast<std::uint8_t>(ErasureRecord::kContent | ErasureRecord::kAccesses)},
        std::pair{format::ErasureBasis::court, ErasureRecord::kAccesses}}) {
    const log::OrderId id = town.ordered_anyhow("a", basis, scope);
    const auto refused = approve_erasure(*town.bti.log, *town.bti.gate, id, town.person("second"));
    BOOST_TEST((!refused && refused.error().code() == Errc::refused));
    town.record(format::ErasureApproved{id}, "second");
    BOOST_REQUIRE(town.bti.log->checkpoint_now());
    BOOST_TEST((code_of(town.carry_out(id)) == Errc::refused));
    BOOST_TEST((town.read("a") == Errc::unset));
  }
  town.note("a", "goes-on", 310);
  BOOST_TEST(town.verified().ok);
}

BOOST_AUTO_TEST_CASE(who_approves_is_told_the_basis_and_what_goes) {
  ErasedTown town;
  OrderedCases cases = got(cases_ordered(*town.bti.log, *town.bti.gate, town.ordered({"b", "a"})));
  BOOST_TEST((cases.basis == format::ErasureBasis::court));
  BOOST_REQUIRE(cases.cases.size() == 2u);
  BOOST_TEST(cases.cases.front().label == "a");
  BOOST_TEST((cases.cases.front().content && !cases.cases.front().accesses));
  ok(record_operator_read(*town.bti.log, *town.bti.gate, town.id_of("a"), "seen"));
  const auto both = log::ErasureRecord::kContent | log::ErasureRecord::kAccesses;
  cases = got(cases_ordered(
      *town.bti.log, *town.bti.gate,
      town.ordered_anyhow("a", format::ErasureBasis::request, static_cast<std::uint8_t>(both))));
  BOOST_TEST((cases.basis == format::ErasureBasis::request));
  BOOST_TEST((cases.cases.front().content && cases.cases.front().accesses));
}

BOOST_AUTO_TEST_CASE(an_order_of_positions_twice_or_behind_it_is_not_looked_for) {
  ErasedTown town;
  log::ErasureOrder order;
  order.ordered.position = Position{20};
  const auto code = [&](std::vector<std::pair<std::uint64_t, std::uint64_t>> ranges) {
    order.ranges.clear();
    for (const auto& [first, end] : ranges)
      order.ranges.push_back({Position{first}, Position{end}, log::kSealedClasses});
    const auto found = log::targets_of(town.bti.log->store(), town.bti.log->index(), order);
    return found ? "" : found.error().detail();
  };
  for (const auto& ranges : {std::vector<std::pair<std::uint64_t, std::uint64_t>>{{5, 21}},
                             {{std::uint64_t{1} << 63, UINT64_MAX}},
                             {{5, 7}, {5, 7}},
                             {{6, 7}, {5, 6}}})
    BOOST_TEST(code(ranges).find("twice, or one that came after it") != std::string::npos);
}

// What is refused while an order is looked at is not refused for ever.
BOOST_AUTO_TEST_CASE(an_event_that_met_a_closed_case_is_taken_when_it_is_open_again) {
  ErasedTown town;
  JsonEvent late = Municipality::event(
      "NoteAdded", "a", 400, {{"note", "late"}, {"kind", "general"}, {"text", "meanwhile"}});
  late.id = random_id<EventId>(town.random);
  const auto sent = [&] { return town.recorder->record_and_wait(late); };
  town.bti.gate->close_case(town.id_of("a"));
  const Answer closed = sent();
  const auto* refusal = std::get_if<log::Refusal>(&closed.result);
  BOOST_REQUIRE(refusal);
  BOOST_TEST(refusal->code == "erased");
  town.bti.gate->reopen_case(town.id_of("a"));
  BOOST_TEST(sent().accepted());
}

BOOST_AUTO_TEST_CASE(views_that_are_not_given_keep_everything) {
  ErasedTown town;
  const log::OrderId id = town.approved({"a"});
  {
    const auto views = views_of(town);
    ok(Follower{*views}.catch_up());
  }
  BOOST_TEST((code_of(town.carry_out(id)) == Errc::conflict));
  BOOST_TEST((town.read("a") == Errc::unset));
  const auto views = views_of(town);
  BOOST_REQUIRE(town.carry_out(id, views.get()));
  BOOST_TEST(!serving_rows(*views, "state").contains(town.id_of("a")));
}

BOOST_AUTO_TEST_CASE(a_document_that_is_there_again_is_not_told_to_be_gone) {
  ErasedTown town;
  JsonEvent added = Municipality::event("AttachmentAdded", "a", 60,
                                        {{"attachment", "a1"},
                                         {"kind", "observation"},
                                         {"title", "week 2"},
                                         {"digest", std::string(64, '0')},
                                         {"bytes", 5},
                                         {"mediaType", "text/plain"}});
  added.id = random_id<EventId>(town.random);
  bool read = false;
  added.attachment = [&](std::span<std::uint8_t> out) -> Result<std::size_t> {
    if (std::exchange(read, true)) return std::size_t{0};
    std::ranges::copy(as_bytes("words"), out.begin());
    return std::size_t{5};
  };
  BOOST_REQUIRE(town.recorder->record_and_wait(added).accepted());
  storage::Store& store = town.bti.log->store();
  const Bytes chunk = *got(store.chunk(*added.id, 0));
  const log::OrderId id = town.approved({"a"});
  ErasureCarrier carrier = town.carrier();
  carrier.done_with = [&](const char* step) -> Result<void> {
    if (std::string_view{step} != "compacted") return {};
    return store.put_chunk(*added.id, 0, chunk, storage::Sync::yes);
  };
  BOOST_TEST((code_of(carry_out_erasure(carrier, id)) == Errc::corrupt));
  const log::ErasureReport report = got(town.carry_out(id));
  BOOST_TEST(got(store.attachment_events()).empty());
  BOOST_TEST(town.verified().erased == report.completed.parts_deleted);
}

// What is kept beside the log goes while it can still be told whose it is.
BOOST_AUTO_TEST_CASE(what_a_domain_keeps_goes_before_the_index_rows) {
  struct Watching final : log::ErasureHost {
    explicit Watching(ErasedTown& of) : town(of) {}
    Result<void> close(const SubjectId& subject) override {
      town.bti.gate->close_case(subject);
      return {};
    }
    void reopen(const SubjectId&) override {}
    Result<void> erase(std::span<const SubjectId> subjects) override {
      ++erased;
      const auto noted = got(town.bti.log->index().erasure(subjects.front()));
      BOOST_TEST((noted && !noted->done));
      BOOST_TEST(!town.bti.log->vault().contains(noted->streams.content));
      return {};
    }
    ErasedTown& town;
    int erased = 0;
  };
  ErasedTown town;
  Watching host{town};
  BOOST_REQUIRE(
      log::run_erasure({*town.bti.log, host, {town.place}, {}, {}}, town.approved({"a"})));
  BOOST_TEST(host.erased == 1);
}

BOOST_AUTO_TEST_CASE(accesses_stay_for_their_years_and_go_by_an_order_of_their_own) {
  ErasedTown town;
  ok(record_operator_read(*town.bti.log, *town.bti.gate, town.id_of("a"), "seen"));
  const SubjectId case_id = town.id_of("a");
  const ErasureWish both{{"a"}, format::ErasureBasis::court, true};
  const auto refused = order_erasure(*town.bti.log, *town.bti.gate, both, town.person("admin"));
  BOOST_REQUIRE(!refused);
  BOOST_TEST(refused.error().detail().find("readRetentionYears") != std::string::npos);
  BOOST_REQUIRE(town.carry_out(town.approved({"a"})));
  const auto streams = got(town.bti.gate->source().subject(case_id));
  BOOST_REQUIRE(streams);
  BOOST_TEST(town.bti.log->vault().contains(streams->access));
  const auto left = got(town.bti.gate->source().of_case(*streams, town.bti.log->head().size));
  BOOST_REQUIRE(left.size() == 1u);
  BOOST_TEST((left.front()->type == EventType::ENTRY_READ));

  town.clock.set(TimeUs{parse_time("2032-01-12T08:00:00Z")->value()});
  BOOST_REQUIRE(town.carry_out(town.approved({"a"}, true)));
  BOOST_TEST(!got(town.bti.gate->source().subject(case_id)));
  BOOST_TEST(!town.bti.log->vault().contains(streams->access));
  BOOST_TEST((town.read("a") == Errc::erased));
  BOOST_TEST(town.note_refused("a") == "erased");
  town.open();
  BOOST_TEST((town.read("a") == Errc::erased));
  BOOST_TEST(town.note_refused("a") == "erased");
  BOOST_TEST(town.verified().ok);
}

BOOST_AUTO_TEST_CASE(many_cases_go_under_one_order) {
  ErasedTown town;
  std::vector<std::string> gone, kept;
  for (int i = 0; i < 12; ++i) {
    const std::string label = "many-" + std::to_string(i);
    town.concern(label);
    town.notes(label, 2);
    (i % 3 == 0 ? kept : gone).push_back(label);
  }
  const log::ErasureReport report = got(town.carry_out(town.approved(gone)));
  BOOST_TEST(report.subjects == gone.size());
  for (const std::string& label : gone) BOOST_TEST((town.read(label) == Errc::erased));
  for (const std::string& label : kept) BOOST_TEST(town.state(label).notes == 2u);
  BOOST_TEST(town.verified().ok);
}

BOOST_AUTO_TEST_CASE(others_are_recorded_while_a_case_goes) {
  ErasedTown town;
  const log::OrderId id = town.approved({"a"});
  std::atomic<bool> done{false};
  std::atomic<int> recorded{0};
  std::atomic<int> refused{0};
  std::thread writer{[&] {
    Recorder other{*town.bti.log, *town.bti.gate};
    for (int i = 0; !done || i < 50; ++i) {
      boost::json::object data{
          {"note", "w" + std::to_string(i)}, {"kind", "general"}, {"text", "meanwhile"}};
      const bool fresh = i % 5 == 4;  // a new case wants new keys
      if (fresh)
        data = {{"subject", "w" + std::to_string(i)},
                {"subjectKind", "child"},
                {"source", "employee"},
                {"service", "school"},
                {"summary", "meanwhile"}};
      const std::string label = fresh ? "case-w" + std::to_string(i) : "b";
      const Answer answer = other.record_and_wait(Municipality::event(
          fresh ? "ConcernRaised" : "NoteAdded", label, 1000 + i, std::move(data)));
      ++(answer.accepted() ? recorded : refused);
    }
  }};
  const auto report = town.carry_out(id);
  done = true;
  writer.join();
  BOOST_REQUIRE_MESSAGE(report, (report ? "" : report.error().to_string()));
  BOOST_TEST(recorded >= 50);
  BOOST_TEST(refused == 0);
  town.open();
  BOOST_TEST(town.verified().ok);
  BOOST_TEST((town.read("a") == Errc::erased));
  for (const SubjectId& one : got(CaseReader{*town.bti.log, *town.bti.gate}.all_cases())) {
    const auto streams = got(town.bti.gate->source().subject(one));
    BOOST_TEST(town.bti.log->vault().contains(streams->content));
  }
}

BOOST_AUTO_TEST_CASE(a_place_that_does_not_confirm_keeps_everything) {
  ErasedTown town;
  const log::OrderId id = town.approved({"a"});
  ErasureCarrier carrier = town.carrier();
  carrier.places.push_back(town.directory.path("not-mounted"));
  const auto failed = carry_out_erasure(carrier, id);
  BOOST_REQUIRE(!failed);
  BOOST_TEST((failed.error().code() == Errc::io));
  BOOST_TEST(failed.error().detail().find("not-mounted") != std::string::npos);
  const auto noted = got(town.bti.log->index().erasure(town.id_of("a")));
  BOOST_REQUIRE(noted);
  BOOST_TEST(town.bti.log->vault().contains(noted->streams.content));  // not destroyed
  BOOST_TEST(town.verified().ok);
  std::filesystem::create_directory(carrier.places.back());
  BOOST_TEST((code_of(carry_out_erasure(carrier, id)) == Errc::io));  // nothing mounted there
  std::filesystem::copy_file(town.paths.key_table, carrier.places.back() + "/table");
  BOOST_REQUIRE(carry_out_erasure(carrier, id));
  BOOST_TEST(!town.bti.log->vault().contains(noted->streams.content));
  const Bytes here = got(storage::posix_files().read(town.paths.key_table, 1 << 20));
  for (const std::string& place : carrier.places) {
    BOOST_TEST((got(storage::posix_files().read(place + "/table", 1 << 20)) == here));
    BOOST_TEST(!std::filesystem::exists(place + "/table.next"));
  }
}

BOOST_AUTO_TEST_CASE(an_escrow_that_fails_keeps_everything) {
  ErasedTown town;
  const log::OrderId id = town.approved({"a"});
  ErasureCarrier carrier = town.carrier();
  carrier.escrow = [](const log::RootKey&) -> Result<void> { return Error{Errc::io, "escrow"}; };
  BOOST_TEST((code_of(carry_out_erasure(carrier, id)) == Errc::io));
  std::optional<Hash> in_escrow;
  carrier.escrow = [&](const log::RootKey& root) -> Result<void> {
    in_escrow = log::root_key_id(root);
    return {};
  };
  const log::ErasureReport report = got(carry_out_erasure(carrier, id));
  BOOST_TEST((in_escrow == report.completed.root_key_id));
}

// The digest was recorded after the approval, while the case still counted.
BOOST_AUTO_TEST_CASE(a_digest_from_before_the_keys_went_is_not_held_against_a_rebuild) {
  ErasedTown town;
  const log::OrderId id = town.approved({"a"});
  {
    const auto views = views_of(town);
    for (const RebuiltView& one : got(rebuild_views(*views, {})))
      BOOST_TEST((one.compared == RebuiltView::Compared::nothing_recorded));
    ErasureCarrier carrier = town.carrier(views.get());
    carrier.done_with = [](const char* step) -> Result<void> {
      return std::string_view{step} == "deleted" ? Result<void>{Error{Errc::io, "stopped"}}
                                                 : Result<void>{};
    };
    BOOST_TEST(!carry_out_erasure(carrier, id));
    for (const RebuiltView& one : got(rebuild_views(*views, {})))
      BOOST_TEST((one.compared == RebuiltView::Compared::erased_since));
    BOOST_REQUIRE(town.carry_out(id, views.get()));
    for (const RebuiltView& one : got(rebuild_views(*views, {}))) {
      BOOST_TEST((one.compared == RebuiltView::Compared::erased_since));
      BOOST_TEST(one.digest_recorded);
    }
    for (const RebuiltView& one : got(rebuild_views(*views, {})))
      BOOST_TEST((one.compared == RebuiltView::Compared::equal));
  }
}

BOOST_AUTO_TEST_CASE(views_and_rebuilds_know_nothing_of_an_erased_case) {
  ErasedTown town;
  const SubjectId erased = town.id_of("a"), kept = town.id_of("b");
  {
    const auto views = views_of(town);
    Follower follower{*views};
    ok(follower.catch_up());
    BOOST_TEST(serving_rows(*views, "state").contains(erased));
    BOOST_REQUIRE(town.carry_out(town.approved({"a"}), views.get()));
    BOOST_TEST(!serving_rows(*views, "state").contains(erased));
    ok(follower.catch_up());
    BOOST_TEST(!serving_rows(*views, "state").contains(erased));
    BOOST_TEST(serving_rows(*views, "state").contains(kept));
    const CaseProjection* const projection = all_projections().front();
    const BuildRequest request{projection, {}};
    const Built built = got(build_views(*views, {&request, 1}))[0];
    BOOST_TEST(!rows_of(*views->read(), built.generation).contains(erased));
  }
  std::size_t cases = 0;
  ok(for_each_case({town.bti.log->store(), town.bti.log->index(), town.bti.gate->source()},
                   town.bti.log->head().size, 1,
                   [&](const SubjectId& id, const std::vector<EventPtr>&) -> Result<void> {
                     BOOST_TEST((id != erased));
                     ++cases;
                     return {};
                   }));
  BOOST_TEST(cases == 2u);  // b and the filler
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::bti::test
