#pragma once
// A small municipality whose views are followed, rebuilt and compared.

#include <map>
#include <random>

#include "projections/gate/directory_source.h"
#include "projections/recorder/case_reader.h"
#include "projections/views/build.h"
#include "projections/views/follower.h"
#include "tests/projections/gate/municipality.h"
#include "tests/support/rounds.h"

namespace stafett::bti::test {

using stafett::testing::by_rounds;

template <class T>
T got(Result<T> result) {
  BOOST_REQUIRE_MESSAGE(result, (result ? "" : result.error().to_string()));
  return std::move(*result);
}
inline void ok(const Result<void>& result) {
  BOOST_REQUIRE_MESSAGE(result, (result ? "" : result.error().to_string()));
}

using Projections = std::span<const CaseProjection* const>;

inline ViewsPlace place_of(Municipality& m, Projections projections = all_projections()) {
  return {*m.bti.log, m.bti.gate->source(), projections, {}};
}
inline std::unique_ptr<Views> views_of(Municipality& m,
                                       Projections projections = all_projections()) {
  return got(Views::open(place_of(m, projections)));
}

inline void register_service(Municipality& m, const std::string& name) {
  m.recorded(
      "ServiceRegistered", "", 0,
      R"({"service":")" + name + R"(","kind":"school","names":{"nb":"S","nn":"S","en":"S"}})");
}

// Plaintext rows of the view that serves, by case.
using Rows = std::map<SubjectId, Bytes>;
inline Rows rows_of(const ViewRead& read, const Generation& generation) {
  Rows rows;
  ok(read.rows(generation, SubjectId{}, [&](const SubjectId& case_id, const Bytes& row) {
    rows.emplace(case_id, row);
    return Result<storage::Scan>{storage::Scan::more};
  }));
  return rows;
}
inline Rows serving_rows(const Views& views, std::string_view name) {
  const auto read = views.read();
  return rows_of(*read, got(read->serving(name)));
}

// Events of a few cases in any order: late ones, corrections, directory events in between.
class Doings final {
 public:
  Doings(Municipality& m, std::uint64_t seed, std::string prefix = "case-")
      : m_(m), random_(seed), prefix_(std::move(prefix)) {}
  void some(int count) {
    for (int i = 0; i < count; ++i) one();
  }

 private:
  void one() {
    if (cases_ == 0 || random_() % 7 == 0) {
      m_.concern(label(cases_++));
      return;
    }
    const std::string of = label(static_cast<int>(random_() % static_cast<unsigned>(cases_)));
    const int second = static_cast<int>(random_() % 3000);
    if (random_() % 9 == 0 && last_) {
      m_.recorded(
          "EntryCorrected", last_case_, second,
          R"({"target":")" + to_uuid_text(last_->array()) + R"(","reason":"not so","void":true})");
      last_.reset();
      return;
    }
    ++notes_;
    const bool late = random_() % 3 == 0;
    last_ = m_.note(of, "n" + std::to_string(notes_), late ? second : 3000 + notes_);
    last_case_ = of;
  }
  std::string label(int number) const { return prefix_ + std::to_string(number); }

  Municipality& m_;
  std::mt19937_64 random_;
  const std::string prefix_;
  int cases_ = 0;
  int notes_ = 0;
  std::optional<EventId> last_;
  std::string last_case_;
};

// The rows of every case as a fold of its events from scratch has them.
inline Rows rows_from_scratch(Municipality& m, const CaseProjection& projection) {
  const TreeSize size = m.bti.log->head().size;
  const EventSource& source = m.bti.gate->source();
  const Directory directory = got(directory_at(*m.bti.log, source, size));
  Rows rows;
  for (const SubjectId& id : got(CaseReader{*m.bti.log, *m.bti.gate}.all_cases())) {
    const auto record = got(source.subject(id));
    const auto events = got(source.of_case(*record, size));
    Bytes row = got(got(projection.fold(id, events, directory))->row());
    if (!row.empty()) rows.emplace(id, std::move(row));
  }
  return rows;
}

// Every view that serves is at the head, and what a clean fold of the log makes.
inline void require_clean(Municipality& m, const Views& views) {
  const auto read = views.read();
  for (const CaseProjection* projection : views.place().projections) {
    const Generation serving = got(read->serving(projection->name()));
    BOOST_TEST(serving.size.value() == m.bti.log->head().size.value());
    BOOST_TEST(!serving.stopped);
    BOOST_TEST((rows_of(*read, serving) == rows_from_scratch(m, *projection)),
               "rows of " << projection->name());
  }
}

}  // namespace stafett::bti::test
