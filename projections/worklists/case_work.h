#pragma once
// Items of a work list that are no findings: meetings to come, consents asked for, a case without a
// holder. Taken from the case as the viewer sees it.
//
// Threads: one.

#include <map>
#include <string>
#include <vector>

#include "projections/state/consent.h"
#include "projections/worklists/seen_state.h"
#include "projections/worklists/work_list.h"

namespace stafett::bti {

// Collects the items of one case, each (rule, ref) once, for the first of the viewer's roles that
// it comes up for. What is overdue with the holder is the leader's, too.
class WorkSink final {
 public:
  WorkSink(const ViewedCase& viewed, const SeenState& seen, WorkRoles roles,
           const LabelResolver& labels);

  void put(WorkRole role, std::string rule, std::string ref, std::int32_t due);
  std::vector<WorkItem> take();

  std::string print(const FindingRef& ref) const { return ref.print(labels_); }
  std::string print(const EventId& event) const { return labels_.event(event); }
  std::string print(const ActorId& person) const { return labels_.person(person); }
  Date effective_end(const Consent& consent) const { return consent_.effective_end(consent); }
  const ConsentView& consent() const { return consent_; }
  const Profile& profile_on(std::int32_t day) const {
    return viewed_.directory().profiles().in_force(Date{day}).profile;
  }

 private:
  const ViewedCase& viewed_;
  const WorkRoles roles_;
  const LabelResolver& labels_;
  const ConsentView consent_;
  const std::string case_label_;
  const std::int32_t day_;
  std::map<std::pair<std::string, std::string>, WorkItem> items_;
};

void add_case_work(const ViewedCase& viewed, const SeenState& seen, WorkRoles roles,
                   WorkSink& sink);

}  // namespace stafett::bti
