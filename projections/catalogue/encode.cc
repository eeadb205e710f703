#include <algorithm>
#include <boost/json/value.hpp>

#include "engine/base/check.h"
#include "projections/catalogue/atoms.h"
#include "projections/catalogue/codec.h"
#include "projections/catalogue/field_writer.h"
#include "projections/catalogue/part_builder.h"

namespace stafett::bti {

namespace json = boost::json;

[[noreturn]] void throw_exception_from_error(const SchemaFault&, const boost::source_location& at) {
  check_failed("the checked value is there", at.file_name(), static_cast<int>(at.line()));
}

PartViews views(const EncodedParts& parts) {
  PartViews out;
  for (std::size_t i = 0; i < kClassCount; ++i) out[i] = parts.words[i].asPtr();
  return out;
}

Checked<const EventInfo*> event_named(std::string_view name) {
  if (const EventInfo* event = registry().find(name)) return event;
  return SchemaFault{SchemaFault::Kind::schema, "/type", "unknown event type"};
}

namespace {

class Encoder final {
 public:
  Encoder(const EventInfo& event, EncodeContext& context, std::vector<NewLabel> labels)
      : event_(event), context_(context), labels_(std::move(labels)), writer_(context, labels_) {}

  Checked<EncodedParts> run(const std::optional<SubjectId>& case_id, const json::object& data) {
    if (!all_known(data) || !write_fields(data)) return std::move(writer_.fault());
    builders_[class_index(FieldClass::FACT)].set_head(event_.type, case_id);
    builders_[class_index(FieldClass::IDENTITY)].set_labels(labels_);
    EncodedParts out;
    for (std::size_t i = 0; i < kClassCount; ++i) {
      out.words[i] = builders_[i].finish();
      if (out.words[i].asBytes().size() > kPartBytesMax)
        return SchemaFault{SchemaFault::Kind::schema, "/data", "is too large"};
    }
    out.labels = std::move(labels_);
    return out;
  }

 private:
  static std::string_view key(const json::key_value_pair& member) { return member.key(); }

  bool all_known(const json::object& data) {
    for (const auto& member : data)
      if (event_.field(key(member)) == nullptr)
        return writer_.fail("/data/" + pointer_token(key(member)), "unknown field");
    return true;
  }

  bool write_fields(const json::object& data) {
    for (const FieldInfo& field : event_.fields) {
      const json::value* value = data.if_contains({field.name.data(), field.name.size()});
      if (value == nullptr) {
        if (!field.required) continue;
        return writer_.fail("/data/" + std::string{field.name},
                            std::string{field.name} + " is missing");
      }
      if (field.object == ObjectKind::changes) {
        changes_ = value;  // after the others: it needs the target
      } else if (!writer_.write(field, *value, body(field), "/data")) {
        return false;
      }
    }
    return changes_ == nullptr || write_changes(*changes_);
  }

  PartBuilder& builder(FieldClass c) { return builders_[class_index(c)]; }
  StructEdit& body(const FieldInfo& field) { return builder(field.field_class).body(event_); }
  schema::EntryCorrected::Builder correction(FieldClass c) {
    builder(c).body(event_);
    return builder(c).part().getBody().getAs<schema::EntryCorrected>();
  }

  bool write_changes(const json::value& value) {
    const json::object* changes = value.if_object();
    if (changes == nullptr) return writer_.fail("/data/changes", "changes is not an object");
    writer_.fault().kind = SchemaFault::Kind::correction;
    const auto fact = correction(FieldClass::FACT).asReader();
    const auto target = EventId::from({fact.getTarget().begin(), fact.getTarget().size()});
    CHECK(target.has_value());
    const auto type = context_.type_of(*target);
    const EventInfo* info = type ? registry().find(*type) : nullptr;
    if (info == nullptr) return keep_names_only(*changes);
    std::array<std::vector<std::string>, kClassCount> changed;
    for (const auto& member : *changes)
      if (!write_change(*info, key(member), member.value(), changed)) return false;
    if (changes->empty()) correction(FieldClass::NARRATIVE).initChanged(0);
    for (std::size_t i = 0; i < kClassCount; ++i)
      if (!changed[i].empty()) set_changed(class_at(i), std::move(changed[i]));
    return true;
  }

  bool write_change(const EventInfo& target, std::string_view name, const json::value& value,
                    std::array<std::vector<std::string>, kClassCount>& changed) {
    const std::string at = "/data/changes/" + pointer_token(name);
    const FieldInfo* field = target.field(name);
    if (field == nullptr) return writer_.fail(at, "the target has no such field");
    if (field->fixed_in_corrections())
      return writer_.fail(at, std::string{name} + " cannot be changed");
    changed[class_index(field->field_class)].emplace_back(name);
    if (value.is_null()) {
      if (field->required) return writer_.fail(at, std::string{name} + " is required");
      return true;
    }
    auto& edit = change_edits_[class_index(field->field_class)];
    if (!edit)
      edit.emplace(correction(field->field_class)
                       .getChanges()
                       .initAsAnyStruct(target.data_words, target.pointers));
    return writer_.write(*field, value, *edit, "/data/changes");
  }

  // Of an unknown target the fields' classes are unknown too; the rules refuse such an event.
  bool keep_names_only(const json::object& changes) {
    std::vector<std::string> names;
    for (const auto& member : changes) {
      const std::string_view name = key(member);
      if (line_problem(name) != nullptr || names.size() == kChangedFieldsMax)
        return writer_.fail("/data/changes/" + pointer_token(name),
                            "no event type has such a field");
      names.emplace_back(name);
    }
    set_changed(FieldClass::NARRATIVE, std::move(names));
    return true;
  }

  void set_changed(FieldClass c, std::vector<std::string> names) {
    std::sort(names.begin(), names.end());
    auto list = correction(c).initChanged(static_cast<unsigned>(names.size()));
    for (unsigned i = 0; i < list.size(); ++i) list.set(i, names[i].c_str());
  }

  const EventInfo& event_;
  EncodeContext& context_;
  std::vector<NewLabel> labels_;
  FieldWriter writer_;
  std::array<PartBuilder, kClassCount> builders_;
  std::array<std::optional<StructEdit>, kClassCount> change_edits_;
  const json::value* changes_ = nullptr;
};

}  // namespace

Checked<EncodedParts> encode(const EventInfo& event, std::optional<SubjectId> case_id,
                             const json::object& data, EncodeContext& context,
                             std::vector<NewLabel> labels) {
  return Encoder{event, context, std::move(labels)}.run(case_id, data);
}

}  // namespace stafett::bti
