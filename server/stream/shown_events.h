#pragma once
// ShownEvents: what a feed gives, as JSON: names for ids, and nothing that would tell of something
// hidden.
//
// Source:   docs/reference/visibility.md
// Threads:  one at a time; it reads the database.
// Lifetime: the served log outlives it.
// Limits:   the last kCasesKept cases are kept as they were decided.

#include <boost/json/object.hpp>
#include <list>

#include "projections/viewer/viewer_reader.h"
#include "server/feed/feed.h"

namespace stafett::server {

class ShownEvents final {
 public:
  static constexpr std::size_t kCasesKept = 32;

  explicit ShownEvents(ServedLog& log) : log_(log) {}

  // Section 12's form, as the history of the case shows the event. Empty: nothing is left to show
  // (its facts are erased). REQUIRES: the event is of a case. Errors: corrupt, io.
  Result<std::optional<boost::json::object>> json(const FeedEvent& event);
  void forget() { kept_.clear(); }

 private:
  struct Kept {
    SubjectId case_id;
    std::shared_ptr<const bti::PresentCase> decided_by;
    std::unique_ptr<bti::ViewedCase> viewed;
    bti::Axes axes;  // of the view
  };
  Result<const bti::ViewedCase*> view(const FeedEvent& event);

  ServedLog& log_;
  std::list<Kept> kept_;  // the latest first
};

}  // namespace stafett::server
