#include "projections/catalogue/part_builder.h"

namespace stafett::bti {

void PartBuilder::set_labels(std::span<const NewLabel> labels) {
  if (labels.empty()) return;
  auto list = part().initLabels(static_cast<unsigned>(labels.size()));
  for (unsigned i = 0; i < list.size(); ++i) {
    const NewLabel& label = labels[i];
    list[i].setId(kj::arrayPtr(label.id.data(), label.id.size()));
    list[i].setLabel(label.label.c_str());
    list[i].setKind(static_cast<schema::Label::Kind>(label.kind));
  }
}

kj::Array<capnp::word> PartBuilder::finish() {
  if (!message_) return nullptr;
  return capnp::canonicalize(part().asReader());
}

}  // namespace stafett::bti
