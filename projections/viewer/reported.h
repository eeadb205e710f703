#pragma once
// What a reporting consumer gets: facts without the people, the places and the days.
//
// {"case","type","serviceKind","week","data"}: ids are names that only this consumer knows, the
// same each time it asks; times and dates are ISO weeks; a service is its kind. No position, event
// id, hash, key, exact time or actor.
//
// Source:  docs/reference/visibility.md
// Threads: any.

#include <boost/json/object.hpp>
#include <string>

#include "engine/log/sealed_index.h"
#include "projections/viewer/viewed_case.h"

namespace stafett::bti {

// The names by which one consumer knows a case and what lies in it.
class ConsumerNames final {
 public:
  ConsumerNames(const log::SealedIndex& index, const ActorId& consumer, const SubjectId& case_id)
      : index_(index), consumer_(consumer), case_id_(case_id) {}
  std::string of_case() const { return name({}); }
  std::string of(IdKind kind, std::string_view local_id) const;

 private:
  std::string name(ByteView what) const;
  const log::SealedIndex& index_;
  const ActorId consumer_;
  const SubjectId case_id_;
};

// `data`: as decoded from the fact part alone.
boost::json::object reported_event(const SeenEvent& seen, boost::json::object data,
                                   const ViewedCase& viewed, const ConsumerNames& names);

// `state`: as limit_state() left it, folded over facts alone.
void report_state(boost::json::object& state, const ViewedCase& viewed, const ConsumerNames& names);

}  // namespace stafett::bti
