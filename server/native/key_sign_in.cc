#include "server/native/key_sign_in.h"

#include "server/native/sign_in_message.h"

namespace stafett::server::native {
namespace {

// Verified against when the key is unknown, so that the time does not tell. The verdict then counts
// for nothing.
crypto::PublicKey nobodys_key() {
  crypto::PublicKey key;  // the base point of Ed25519
  std::memset(key.data(), 0x66, crypto::PublicKey::kBytes);
  *key.data() = 0x58;
  return key;
}

}  // namespace

bool KeySignIn::is_still_valid(const KeyId& key) const {
  const auto found = log_.log.keyring().find(key);
  return found && !found->revoked_at;
}

Result<SignedIn> KeySignIn::person_of(const SignInFrame& frame, const Challenge& challenge,
                                      ByteView binding, std::chrono::seconds session) const {
  const auto found = log_.log.keyring().find(frame.key);
  const crypto::PublicKey public_key = found ? found->public_key : nobodys_key();
  const Bytes message = sign_in_message(log_.log.origin_hash(), challenge, frame.key, binding);
  const bool is_signed = crypto::verify(public_key, message, frame.signature);
  const ActorId actor = found ? found->actor : ActorId{};
  ENGINE_TRY(label, log_.log.index().label_of(log::LabelSpace::person, actor.array()));
  // The program itself does not come in by the door.
  const bool is_own = actor == log_.log.system().actor();
  if (!is_signed || !found || found->revoked_at || !label || is_own)
    return Error{Errc::refused, "no valid key of anybody known signed this"};
  const std::int64_t lasts = std::chrono::microseconds{session}.count();
  return SignedIn{actor, std::move(*label), TimeUs{log_.log.clock().now().value() + lasts}};
}

}  // namespace stafett::server::native
