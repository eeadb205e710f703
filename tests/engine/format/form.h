#pragma once
// What one value's one byte form means: whatever a decoder accepts, the encoder makes again.

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/format/entry.h"

namespace stafett::format {

Bytes encode_again(const Entry& entry);

// Decodes, and encodes what came out. Errors: those of the decoder.
Result<Bytes> intent_form(ByteView bytes);
Result<Bytes> entry_form(ByteView bytes);
Result<Bytes> engine_event_form(ByteView bytes);

}  // namespace stafett::format
