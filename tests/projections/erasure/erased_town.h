#pragma once
// A small municipality with two administrators, cases whose words are known, and a place where a
// copy of the key table is kept.

#include "engine/log/verify/directory_verifier.h"
#include "projections/erasure/ceremony.h"
#include "projections/recorder/erasure_roles.h"
#include "tests/projections/views/town.h"

#include <filesystem>

namespace stafett::bti::test {

inline constexpr std::string_view kNarrative = "the-narrative-of-case-a-that-must-go";
inline constexpr std::string_view kChild = "child-of-case-a-that-must-go";

struct ErasedTown : Municipality {
  std::string place = directory.path("place");

  ErasedTown() {
    std::filesystem::create_directory(place);
    recorded("PersonRegistered", "", 0, R"({"person":"second","roles":["admin"],"active":true})");
    BOOST_REQUIRE(!std::filesystem::exists(place + "/table"));
    std::filesystem::copy_file(paths.key_table, place + "/table");
    raise("a", kChild, kNarrative);
    raise("b", "child-of-case-b", "what case b is about");
    notes("a", 3);
    notes("b", 2);
  }

  void raise(const std::string& label, std::string_view child, std::string_view words) {
    boost::json::object data{{"subject", child},
                             {"subjectKind", "child"},
                             {"source", "employee"},
                             {"service", "school"},
                             {"summary", words}};
    recorded("ConcernRaised", label, 0, boost::json::serialize(data));
  }

  ErasurePerson person(const std::string& label) {
    return got(erasure_person(*bti.log, *bti.gate, label));
  }
  log::OrderId ordered(std::vector<std::string> cases, bool with_accesses = false) {
    const ErasureWish wish{std::move(cases), format::ErasureBasis::court, with_accesses};
    return got(order_erasure(*bti.log, *bti.gate, wish, person("admin"))).id;
  }
  log::OrderId approved(std::vector<std::string> cases, bool with_accesses = false) {
    const log::OrderId id = ordered(std::move(cases), with_accesses);
    ok(approve_erasure(*bti.log, *bti.gate, id, person("second")));
    return id;
  }
  // By the person's own program.
  void record(const format::EngineEvent& event, const std::string& by) {
    const TimeUs now = clock.now();
    const auto outcomes = bti.log->submit_and_wait(person(by).signer->sign_engine(
        event, bti.log->streams().engine, make_event_id(now, random), now));
    BOOST_REQUIRE(outcomes.front());
    BOOST_REQUIRE(std::holds_alternative<log::Receipt>(*outcomes.front()));
  }
  log::OrderId ordered_anyhow(const std::string& label, format::ErasureBasis basis,
                              std::uint8_t scope) {
    const auto streams = got(bti.gate->source().subject(id_of(label)));
    format::ErasureOrdered order;
    random.fill(order.order);
    order.basis = basis;
    order.ranges =
        log::ranges_of(got(log::positions_of(bti.log->store(), *streams, bti.log->index(), scope)));
    record(order, "admin");
    return order.order;
  }
  ErasureCarrier carrier(Views* views = nullptr) {
    return {*bti.log, *bti.gate, views, {place}, {}, {}};
  }
  Result<log::ErasureReport> carry_out(const log::OrderId& id, Views* views = nullptr) {
    return carry_out_erasure(carrier(views), id);
  }

  // At level 5, with the log open or not. Prints what is wrong.
  log::VerifyReport verified(unsigned level = 5) {
    log::VerifyDirectory where{paths, storage::posix_files(), random, {}, {}};
    where.without_role = [&](const storage::Reads& reads, const log::VerifyKeys& keys,
                             std::span<const log::ErasureOrder::Act> acts) {
      return erasures_without_role(reads, keys, random, acts);
    };
    log::VerifyOptions options;
    options.level = level;
    const log::VerifyReport report = got(log::verify_directory(where, options));
    for (const log::VerifyError& error : report.errors)
      BOOST_TEST_MESSAGE(error.code << " " << error.place << " " << error.detail);
    return report;
  }

  Errc read(const std::string& label) {
    const CaseReader reader{*bti.log, *bti.gate};
    const Result<SubjectId> id = reader.case_named(label);
    return id ? Errc::unset : id.error().code();
  }
  std::string refusal(const std::string& type, const std::string& label, const std::string& data) {
    const Answer answer =
        recorder->record_and_wait(event(type, label, 500, boost::json::parse(data).as_object()));
    const auto* refused = std::get_if<log::Refusal>(&answer.result);
    return refused ? refused->code : "";
  }
  std::string note_refused(const std::string& label) {
    return refusal("NoteAdded", label, R"({"note":"late","kind":"general","text":"too late"})");
  }
};

}  // namespace stafett::bti::test
