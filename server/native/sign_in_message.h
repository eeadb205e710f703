#pragma once
// What a key signs to open a connection of the native stream.
//
// Source:  docs/reference/native-stream.md.
// Threads: pure functions.

#include "engine/base/bytes.h"
#include "server/native/frames.h"

namespace stafett::server::native {

// "stafett/sign-in/v1\0" || origin hash || challenge || key id || length of the binding (u8) ||
// binding. `binding`: what ties the signature to the encrypted channel, so that whoever relays it
// into another one is refused; empty where nothing is encrypted. REQUIRES: at most 255 bytes.
Bytes sign_in_message(const Hash& origin_hash, const Challenge& challenge, const KeyId& key,
                      ByteView binding);

}  // namespace stafett::server::native
