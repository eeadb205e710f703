#include "projections/exports/family_document.h"

#include <algorithm>
#include <boost/json.hpp>
#include <map>

#include "engine/base/clock.h"
#include "projections/access/access_list.h"
#include "projections/exports/export_words.h"
#include "projections/exports/json_text.h"
#include "projections/finding_texts/explain.h"
#include "projections/gate/directory_source.h"
#include "projections/viewer/viewer_reader.h"
#include "projections/worklists/told_findings.h"

namespace stafett::bti {

namespace json = boost::json;

namespace {

constexpr int kVersion = 1;

json::value word(std::string_view text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}

std::string_view level_name(const Profile& profile, int level, Language language) {
  const LevelName& name = profile.level_names[static_cast<std::size_t>(level)];
  return language == Language::nb ? name.nb : language == Language::nn ? name.nn : name.en;
}

bool has_all_of(ClassSet now, ClassSet then) {
  ClassSet both = now;
  both |= then;
  return both == now;
}

bool gives_no_less(const Sight& now, const Sight& then) {
  return has_all_of(now.classes, then.classes) && (now.actor || !then.actor) &&
         (now.form == then.form || now.form == Sight::Form::whole);
}

class FamilyWriter final {
 public:
  FamilyWriter(log::Log& log, BtiGate& gate, const FamilyQuestion& question, const WriteText& write)
      : log_(log), gate_(gate), question_(question), write_(write) {}

  Result<void> run() {
    ENGINE_TRY(size, size_known(log_, question_.axes.known));
    ENGINE_TRY(directory, gate_.directory_known(size));
    directory_ = std::move(directory);
    ENGINE_TRY(viewed, ViewerReader(log_, gate_)
                           .view(question_.case_id, question_.viewer, question_.axes, directory_));
    profile_ = &directory_->profiles().in_force(local_date(question_.axes.as_of)).profile;
    ENGINE_TRY_VOID(write_head(size, viewed->visibility().rows()));
    ENGINE_TRY_VOID(write_state());
    ENGINE_TRY_VOID(write_events());
    ENGINE_TRY_VOID(write_accesses());
    ENGINE_TRY_VOID(write_findings());
    return write_("}\n");
  }

 private:
  Result<void> write_head(TreeSize size, const ViewerRows& rows) {
    const BookLabels labels{gate_.labels()};
    json::array held;
    for (std::size_t i = 0; i < kViewerRows; ++i)
      if (const auto row = static_cast<ViewerRow>(i);
          rows.has(row) && row != ViewerRow::named_coordinator)
        held.emplace_back(row_name(row));
    constexpr const char* kLanguageTags[] = {"nb", "nn", "en"};
    const json::object head{{"format", "stafett-family"},
                            {"version", kVersion},
                            {"origin", log_.origin()},
                            {"case", labels.case_id(question_.case_id)},
                            {"person", labels.person(question_.viewer)},
                            {"rows", std::move(held)},
                            {"language", kLanguageTags[static_cast<int>(question_.language)]},
                            {"asOf", to_text(question_.axes.as_of)},
                            {"size", size.value()},
                            {"times", "UTC"}};
    std::string text = json::serialize(head);
    text.pop_back();  // its members go on
    return write_(text);
  }

  Result<void> member(const char* key, const json::value& value) {
    return write_(",\"" + std::string{key} + "\":" + json::serialize(value));
  }

  Result<void> write_state() {
    ENGINE_TRY(
        state,
        ViewerReader(log_, gate_).state(question_.case_id, question_.viewer, question_.axes));
    json::object words;
    words["phase"] = word(label(LabelGroup::phase, text_at(state, "phase"), question_.language));
    words["level"] = nullptr;
    if (const json::value& level = state.at("level"); level.is_int64() || level.is_uint64())
      words["level"] = level_name(*profile_, level.to_number<int>(), question_.language);
    ENGINE_TRY_VOID(member("consents", consents_of(state)));
    ENGINE_TRY_VOID(member("state", state));
    return member("stateWords", words);
  }

  // The state's map as a list, with how it stands with each.
  json::array consents_of(const json::object& state) const {
    json::array out;
    const json::object* consents = state.at("consents").if_object();
    if (!consents) return out;
    for (const auto& [id, value] : *consents) {
      json::object one{{"consent", id}};
      for (const auto& [key, field] : value.as_object()) one[key] = field;
      one["statusName"] =
          word(export_word(WordGroup::consent_status, text_at(one, "status"), question_.language));
      out.push_back(std::move(one));
    }
    return out;
  }

  Result<void> write_events() {
    ENGINE_TRY_VOID(write_(",\"events\":["));
    std::size_t count = 0;
    ENGINE_TRY_VOID(
        for_each_event(log_, gate_, {question_.case_id, question_.viewer, question_.axes},
                       [&](const json::object& event) -> Result<void> {
                         json::object named = event;
                         named["typeName"] = name_of(text_at(event, "type"));
                         return write_((count++ == 0 ? "" : ",") + json::serialize(named));
                       }));
    return write_("]");
  }
  json::value name_of(const std::string& type) const {
    return word(label(LabelGroup::event, type, question_.language));
  }

  Result<void> write_accesses() {
    ENGINE_TRY(list, access_list(log_, gate_, question_.case_id, question_.viewer, question_.axes));
    for (json::value& one : list) {
      json::object& item = one.as_object();
      item["typeName"] = name_of(text_at(item, "type"));
      item["capacityName"] =
          word(export_word(WordGroup::capacity, text_at(item, "capacity"), question_.language));
      item["purposeName"] =
          word(export_word(WordGroup::purpose, text_at(item, "purpose"), question_.language));
    }
    return member("accesses", list);
  }

  Result<void> write_findings() {
    ENGINE_TRY(told,
               told_findings(log_, gate_, question_.case_id, question_.viewer, question_.axes));
    if (!told) return member("findings", nullptr);
    for (json::value& one : *told) {
      json::object& finding = one.as_object();
      const std::string rule = text_at(finding, "rule");
      finding["ruleName"] = word(label(LabelGroup::finding, rule, question_.language));
      if (const auto number = rule_named(rule))
        finding["meaning"] = finding_text(*number, question_.language, *profile_).meaning;
    }
    return member("findings", *told);
  }

  log::Log& log_;
  BtiGate& gate_;
  const FamilyQuestion& question_;
  const WriteText& write_;
  std::shared_ptr<const Directory> directory_;
  const Profile* profile_ = nullptr;  // of the directory
};

}  // namespace

Result<bool> is_of_family(log::Log& log, BtiGate& gate, const FamilyQuestion& question) {
  ENGINE_TRY(viewed,
             ViewerReader(log, gate).view(question.case_id, question.viewer, question.axes));
  return viewed->visibility().is_family();
}

Result<bool> is_given_now(log::Log& log, BtiGate& gate, const FamilyQuestion& question) {
  const ViewerReader reader{log, gate};
  ENGINE_TRY(then, reader.view(question.case_id, question.viewer, question.axes));
  ENGINE_TRY(axes, viewer_axes(log, {}));
  ENGINE_TRY(now, reader.view(question.case_id, question.viewer, axes));
  for (std::size_t i = 0; i < kViewerRows; ++i)  // what findings are told hangs on them, too
    if (const auto row = static_cast<ViewerRow>(i);
        then->visibility().rows().has(row) && !now->visibility().rows().has(row))
      return false;
  std::map<EventId, Sight> given;
  for (const SeenEvent& seen : now->seen()) given.emplace(seen.event->id, seen.sight);
  return std::ranges::all_of(then->seen(), [&](const SeenEvent& seen) {
    const auto found = given.find(seen.event->id);
    return found != given.end() && gives_no_less(found->second, seen.sight);
  });
}

Result<void> write_family_document(log::Log& log, BtiGate& gate, const FamilyQuestion& question,
                                   const WriteText& write) {
  return FamilyWriter{log, gate, question, write}.run();
}

}  // namespace stafett::bti
