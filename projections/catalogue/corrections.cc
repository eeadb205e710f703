#include <kj/exception.h>

#include <algorithm>

#include "projections/catalogue/part_builder.h"
#include "projections/catalogue/part_check.h"
#include "projections/catalogue/part_reader.h"

namespace stafett::bti {

namespace {

SchemaFault not_allowed(std::string_view field, std::string_view problem) {
  return {SchemaFault::Kind::correction, "/data/changes/" + std::string{field},
          std::string{field} + std::string{problem}};
}

// One part of a correction: the struct of new values and the names of the fields they replace.
struct Changes {
  StructView values;
  std::vector<std::string_view> names;
  bool names_field(std::string_view name) const {
    return std::find(names.begin(), names.end(), name) != names.end();
  }
};

Changes read_changes(schema::Part::Reader part) {
  Changes out;
  if (part.getBody().isNull()) return out;
  const auto correction = part.getBody().getAs<schema::EntryCorrected>();
  out.values = changes_of(correction);
  const auto names = correction.getChanged();
  for (unsigned i = 0; i < std::min<unsigned>(names.size(), kChangedFieldsMax); ++i)
    out.names.push_back(view(names[i]));
  return out;
}

std::vector<NewLabel> read_labels(schema::Part::Reader part) {
  std::vector<NewLabel> out;
  for (auto label : part.getLabels()) {
    NewLabel read;
    const auto id = label.getId();
    std::copy_n(id.begin(), std::min(id.size(), read.id.size()), read.id.begin());
    read.kind = static_cast<LabelKind>(label.getKind());
    read.label = std::string{view(label.getLabel())};
    out.push_back(std::move(read));
  }
  return out;
}

class Overlay final {
 public:
  explicit Overlay(const EventInfo& event) : event_(event) {}

  std::optional<SchemaFault> run(FieldClass c, kj::ArrayPtr<const capnp::word> target,
                                 kj::ArrayPtr<const capnp::word> correction) {
    std::optional<PartReader> before, change;
    StructView old;
    Changes changes;
    if (target != nullptr) {
      before.emplace(target);
      old = body_of(before->part());
      keep_head(c, before->part());
    }
    if (correction != nullptr) {
      change.emplace(correction);
      changes = read_changes(change->part());
    }
    for (const FieldInfo& field : event_.fields) {
      if (field.field_class != c) continue;
      const bool changed = changes.names_field(field.name);
      if (changed && field.fixed_in_corrections()) return not_allowed(field.name, " is fixed");
      const StructView& from = changed ? changes.values : old;
      if (from.has(field))
        builder_.body(event_).copy(field, from);
      else if (changed && field.required)
        return not_allowed(field.name, " is required");
    }
    return std::nullopt;
  }
  kj::Array<capnp::word> finish() { return builder_.finish(); }

 private:
  void keep_head(FieldClass c, schema::Part::Reader part) {
    if (c == FieldClass::FACT) {
      const auto id = part.getCase();
      builder_.set_head(part.getType(), SubjectId::from({id.begin(), id.size()}));
    }
    builder_.set_labels(read_labels(part));
  }

  const EventInfo& event_;
  PartBuilder builder_;
};

}  // namespace

Checked<EncodedParts> apply_changes(const EventInfo& target_event, const PartViews& target,
                                    const PartViews& correction) {
  try {
    EncodedParts out;
    for (std::size_t i = 0; i < kClassCount; ++i) {
      Overlay overlay{target_event};
      if (auto wrong = overlay.run(class_at(i), target[i], correction[i])) return *wrong;
      out.words[i] = overlay.finish();
    }
    return out;
  } catch (const kj::Exception&) {
    return SchemaFault{SchemaFault::Kind::schema, "/data", "a part is malformed"};
  }
}

Checked<std::vector<std::string>> changed_fields(const PartViews& correction) {
  try {
    std::vector<std::string> names;
    for (const auto& words : correction) {
      if (words == nullptr) continue;
      PartReader reader{words};
      for (const std::string_view name : read_changes(reader.part()).names)
        names.emplace_back(name);
    }
    std::sort(names.begin(), names.end());
    return names;
  } catch (const kj::Exception&) {
    return SchemaFault{SchemaFault::Kind::schema, "/data", "a part is malformed"};
  }
}

}  // namespace stafett::bti
