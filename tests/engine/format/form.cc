#include "tests/engine/format/form.h"

#include "engine/format/engine_event.h"

namespace stafett::format {

Bytes encode_again(const Entry& entry) {
  // The inner intent anew too, so that it is known to have one form as well.
  return encode_entry(entry.stamp, entry.signature, entry.sealed, entry.public_part,
                      encode(entry.intent));
}

Result<Bytes> intent_form(ByteView bytes) {
  ENGINE_TRY(intent, decode_intent(bytes));
  return encode(intent);
}

Result<Bytes> entry_form(ByteView bytes) {
  ENGINE_TRY(entry, decode_entry(bytes));
  return encode_again(entry);
}

Result<Bytes> engine_event_form(ByteView bytes) {
  ENGINE_TRY(event, decode_engine_event(bytes));
  return encode(event);
}

}  // namespace stafett::format
