#include "projections/catalogue/part_check.h"

#include <kj/exception.h>

#include <algorithm>

#include "projections/catalogue/part_reader.h"
#include "projections/catalogue/struct_check.h"

namespace stafett::bti {

namespace {

SchemaFault fault(std::string detail) {
  return {SchemaFault::Kind::schema, "/data", std::move(detail)};
}

class Checker final {
 public:
  Checker(const PartViews& words, const TypeOf& type_of, Withheld not_given)
      : words_(words), type_of_(type_of), not_given_(not_given) {}

  Checked<CheckedParts> run() {
    if (auto wrong = open()) return *wrong;
    if (auto wrong = read_head()) return *wrong;
    for (std::size_t i = 0; i < kClassCount; ++i)
      if (readers_[i])
        if (auto wrong = check_part(class_at(i))) return *wrong;
    if (says_nothing_ && names_fields_) return fault("changes is both empty and not");
    for (const FieldInfo& field : out_.event->fields)
      if (field.required && !not_given_.has(field.field_class) &&
          !bodies_[class_index(field.field_class)].has(field))
        return SchemaFault{SchemaFault::Kind::schema, "/data/" + std::string{field.name},
                           std::string{field.name} + " is missing"};
    return std::move(out_);
  }

 private:
  using Wrong = std::optional<SchemaFault>;

  Wrong open() {
    if (words_[class_index(FieldClass::FACT)] == nullptr) return fault("has no fact part");
    for (std::size_t i = 0; i < kClassCount; ++i) {
      if (words_[i] == nullptr) continue;
      if (words_[i].asBytes().size() > kPartBytesMax) return fault("is too large");
      readers_[i].emplace(words_[i]);
      if (!readers_[i]->is_canonical()) return fault("a part is not canonical");
      const StructView root{readers_[i]->root()};
      if (!is_part_struct(root)) return fault("a part is from a later version");
      bodies_[i] = body_of(readers_[i]->part());
    }
    return std::nullopt;
  }

  Wrong read_head() {
    const auto part = readers_[class_index(FieldClass::FACT)]->part();
    out_.event = registry().find(part.getType());
    if (out_.event == nullptr)
      return SchemaFault{SchemaFault::Kind::schema, "/type", "unknown event type"};
    if (!part.hasCase()) return std::nullopt;
    const auto bytes = part.getCase();
    out_.case_id = SubjectId::from({bytes.begin(), bytes.size()});
    if (!out_.case_id)
      return SchemaFault{SchemaFault::Kind::schema, "/case", "is not 16 bytes long"};
    return std::nullopt;
  }

  Wrong check_part(FieldClass c) {
    const std::size_t index = class_index(c);
    const auto part = readers_[index]->part();
    if (c != FieldClass::FACT && (part.getType() != EventType::UNSET || part.hasCase()))
      return fault("only the fact part names type and case");
    if (part.hasLabels() && c != FieldClass::IDENTITY)
      return fault("only the identity part has labels");
    if (part.hasLabels())
      if (auto wrong = check_labels(part.getLabels())) return wrong;
    const bool empty = part.getBody().isNull();
    if (empty && c != FieldClass::FACT && !part.hasLabels()) return fault("a part is empty");
    if (empty) return std::nullopt;
    StructCheck check{*out_.event, c, SchemaFault::Kind::schema, "/data"};
    if (out_.event->type == EventType::ENTRY_CORRECTED) {
      if (auto wrong = check_correction(part, c)) return wrong;
      check.allow_correction_slots();
    }
    return check.run(bodies_[index]);
  }

  Wrong check_labels(capnp::List<schema::Label>::Reader labels) {
    if (labels.size() == 0 || labels.size() > kListItemsMax) return fault("bad list of labels");
    std::vector<std::array<std::uint8_t, 16>> ids;
    for (auto label : labels) {
      if (!is_label_struct(StructView{capnp::AnyStruct::Reader{label}}))
        return fault("a label is from a later version");
      const auto id = label.getId();
      const auto kind = label.getKind();
      NewLabel read;
      read.label = std::string{view(label.getLabel())};
      const bool known = kind == schema::Label::Kind::PERSON || kind == schema::Label::Kind::CASE;
      if (id.size() != read.id.size() || !known || !is_local_id(read.label))
        return fault("bad label");
      read.kind = static_cast<LabelKind>(kind);
      std::copy(id.begin(), id.end(), read.id.begin());
      ids.push_back(read.id);
      out_.labels.push_back(std::move(read));
    }
    std::sort(ids.begin(), ids.end());
    if (std::adjacent_find(ids.begin(), ids.end()) != ids.end()) return fault("a label repeats");
    return std::nullopt;
  }

  Wrong check_correction(schema::Part::Reader part, FieldClass c) {
    const auto correction = part.getBody().getAs<schema::EntryCorrected>();
    const bool names = correction.getChanged().size() != 0;
    names_fields_ = names_fields_ || names;
    says_nothing_ = says_nothing_ || (correction.hasChanged() && !names);
    const auto fact_part = readers_[class_index(FieldClass::FACT)]->part();
    const EventInfo* target = nullptr;
    if (!fact_part.getBody().isNull()) {
      const auto bytes = fact_part.getBody().getAs<schema::EntryCorrected>().getTarget();
      const auto id = EventId::from({bytes.begin(), bytes.size()});
      const auto type = id ? type_of_(*id) : std::nullopt;
      target = type ? registry().find(*type) : nullptr;
    }
    return check_changes(correction, target, c);
  }

  const PartViews& words_;
  const TypeOf& type_of_;
  const Withheld not_given_;
  std::array<std::optional<PartReader>, kClassCount> readers_;
  std::array<StructView, kClassCount> bodies_;
  CheckedParts out_;
  // Of a correction: an empty list of changed fields, which has no other list beside it.
  bool says_nothing_ = false, names_fields_ = false;
};

}  // namespace

Checked<CheckedParts> check_parts(const PartViews& parts, const TypeOf& type_of,
                                  Withheld not_given) {
  try {
    return Checker{parts, type_of, not_given}.run();
  } catch (const kj::Exception&) {
    return fault("a part is malformed");
  }
}

}  // namespace stafett::bti
