#pragma once
// Witness policy: which witnesses there are, and which of them together are enough.
//
// Source:  c2sp.org/tlog-policy; witnesses cosign with Ed25519.
// Threads: pure functions and values.
// Limits:  kPolicyBytesMax per text, kPolicyItemsMax logs, witnesses and groups each.
//
//   log <vkey> [<url>]
//   witness <name> <vkey> [<url>]
//   group <name> all|any|<k> <name>...        of witnesses and groups named before
//   quorum <name>|none                        exactly once

#include "engine/transparency/note.h"

namespace stafett::transparency {

inline constexpr std::size_t kPolicyBytesMax = 32 * 1024;
inline constexpr std::size_t kPolicyItemsMax = 64;

struct PolicyLog {
  VerifierKey key;
  std::string url{};  // empty: none
  friend bool operator==(const PolicyLog&, const PolicyLog&) = default;
};
struct PolicyWitness {
  std::string name;  // of the policy; the key has a name of its own
  VerifierKey key;
  std::string url{};  // its submission prefix; empty: none
  friend bool operator==(const PolicyWitness&, const PolicyWitness&) = default;
};

class WitnessPolicy final {
 public:
  // Errors: malformed (the detail names the line), too_large, unsupported (a key of another type).
  static Result<WitnessPolicy> parse(std::string_view text);

  const std::vector<PolicyLog>& logs() const { return logs_; }
  const std::vector<PolicyWitness>& witnesses() const { return witnesses_; }
  // Of witnesses(), in their order: what open_checkpoint() is given.
  const std::vector<VerifierKey>& keys() const { return keys_; }
  bool asks_for_none() const { return !quorum_; }
  // Whether the witnesses whose keys verified, by their place in keys(), are enough.
  bool is_met(std::span<const VerifiedSignature> cosignatures) const;

 private:
  // A witness, or a group of what came before it.
  struct Node {
    std::string name;
    std::optional<std::size_t> witness;
    std::size_t threshold = 1;
    std::vector<std::size_t> members{};
    bool is_member = false;
  };
  using Words = std::vector<std::string_view>;
  Result<void> take(const Words& words);
  Result<void> take_log(const Words& words);
  Result<void> take_witness(const Words& words);
  Result<void> take_group(const Words& words);
  Result<void> take_quorum(const Words& words);
  Result<void> take_name(std::string_view name) const;
  std::optional<std::size_t> find(std::string_view name) const;

  std::vector<PolicyLog> logs_;
  std::vector<PolicyWitness> witnesses_;
  std::vector<VerifierKey> keys_;
  std::vector<Node> nodes_;  // each refers to earlier ones only
  std::size_t groups_ = 0;
  bool has_quorum_ = false;
  std::optional<std::size_t> quorum_;  // a node; empty: none is asked for
};

}  // namespace stafett::transparency
