#include "tools/bundle_findings.h"

#include <optional>

#include "engine/base/clock.h"
#include "engine/base/encoding.h"
#include "projections/findings/evaluate.h"
#include "projections/gate/founded_directory.h"
#include "projections/recorder/case_reader.h"
#include "tools/bundle_place.h"
#include "tools/finding_lines.h"
#include "tools/terminal.h"

namespace stafett::tools {
namespace {

class CaseFindings final : public bti::BundleVisitor {
 public:
  CaseFindings(const bti::Knowledge& known, TimeUs as_of) : known_(known), as_of_(as_of) {}

  void founded(const format::Genesis& genesis, std::string_view profile) override {
    if (auto directory = bti::founded_directory(genesis, profile))
      directory_ = std::move(*directory);
  }
  void shared(const bti::EventPtr& event) override {
    if (directory_ && known_.includes(*event)) directory_->apply(*event);
  }
  void one_case(const SubjectId& id, std::vector<bti::EventPtr> events) override {
    if (!directory_) return;
    findings_[id] = bti::evaluate(id, events, *directory_, known_, as_of_);
    if (events.empty()) ++erased_;
  }

  std::map<SubjectId, std::vector<bti::Finding>>& findings() { return findings_; }
  std::size_t erased() const { return erased_; }

 private:
  const bti::Knowledge known_;
  const TimeUs as_of_;
  std::optional<bti::Directory> directory_;
  std::map<SubjectId, std::vector<bti::Finding>> findings_;
  std::size_t erased_ = 0;
};

Result<void> keep_case(std::map<SubjectId, std::vector<bti::Finding>>& findings,
                       const std::string& label, const bti::LabelResolver& names) {
  std::erase_if(findings, [&](const auto& one) {
    return names.case_id(one.first) != label && to_uuid_text(one.first.view()) != label;
  });
  if (findings.empty()) return Error{Errc::not_found, "no such case in the bundle"};
  return {};
}

}  // namespace

Result<int> find_in_bundle(const BundleQuestion& question, bti::Language language, bool json) {
  TimeUs as_of = SystemClock{}.now();
  if (!question.as_of.empty()) {
    ENGINE_TRY(parsed, bti::parse_as_of(question.as_of));
    as_of = parsed;
  }
  CaseFindings found{question.known, as_of};
  ENGINE_TRY(verdict, verify_bundle(question.bundle, {}, &found));
  if (!verdict.report.verified.ok) {
    talk("the bundle does not hold: there are no findings of it; see stafett verify");
    return int{kVerificationFailed};
  }
  if (question.known.size != bti::Knowledge{}.size && question.known.size > verdict.report.size)
    return Error{Errc::invalid_argument, "known-at is past the bundle's size (" +
                                             std::to_string(verdict.report.size.value()) + ")"};
  if (!question.case_label.empty())
    ENGINE_TRY_VOID(keep_case(found.findings(), question.case_label, verdict.check->names()));
  print_findings(found.findings(), verdict.check->names(), language, json);
  if (found.erased() != 0)
    talk("erased: " + std::to_string(found.erased()) + " cases, which have no findings");
  return int{kDone};
}

}  // namespace stafett::tools
