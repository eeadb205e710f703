#include "engine/transparency/witness_policy.h"

#include <algorithm>

#include "engine/base/encoding.h"
#include "engine/transparency/lines.h"

namespace stafett::transparency {
namespace {

constexpr std::string_view kNone = "none";

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  for (;;) {
    const std::size_t begin = line.find_first_not_of(" \t");
    if (begin == std::string_view::npos) return words;
    line.remove_prefix(begin);
    const std::size_t end = std::min(line.find_first_of(" \t"), line.size());
    words.push_back(line.substr(0, end));
    line.remove_prefix(end);
  }
}

bool is_allowed(char c) {
  return c == '\t' || c == '\n' || (static_cast<unsigned char>(c) >= 0x20 && c != '\x7f');
}

Result<VerifierKey> key_of(std::string_view vkey, KeyType type) {
  ENGINE_TRY(key, VerifierKey::parse(vkey));
  if (key.type != type) return malformed("a key of the wrong type: a log signs, a witness cosigns");
  return std::move(key);
}

}  // namespace

Result<WitnessPolicy> WitnessPolicy::parse(std::string_view text) {
  if (text.size() > kPolicyBytesMax) return Error{Errc::too_large, "witness policy"};
  if (!text.ends_with('\n') || !std::ranges::all_of(text, is_allowed))
    return malformed("a policy is lines of text");
  WitnessPolicy policy;
  for (std::size_t number = 1; !text.empty(); ++number) {
    ENGINE_TRY(line, take_line(text));
    const Words words = words_of(line);
    if (words.empty() || words[0].starts_with('#')) continue;
    if (const Result<void> taken = policy.take(words); !taken)
      return Error{taken.error().code(),
                   "policy line " + std::to_string(number) + ": " + taken.error().detail()};
  }
  if (!policy.has_quorum_) return malformed("a policy has a quorum line");
  return policy;
}

Result<void> WitnessPolicy::take(const Words& words) {
  if (words[0] == "log") return take_log(words);
  if (words[0] == "witness") return take_witness(words);
  if (words[0] == "group") return take_group(words);
  if (words[0] == "quorum") return take_quorum(words);
  return malformed("not log, witness, group or quorum");
}

Result<void> WitnessPolicy::take_log(const Words& words) {
  if (words.size() < 2 || words.size() > 3) return malformed("log <vkey> [<url>]");
  if (logs_.size() == kPolicyItemsMax) return Error{Errc::too_large, "too many logs"};
  ENGINE_TRY(key, key_of(words[1], KeyType::ed25519));
  if (std::ranges::any_of(logs_, [&](const PolicyLog& log) { return log.key.key == key.key; }))
    return malformed("the log's key is there already");
  logs_.push_back({key, std::string{words.size() == 3 ? words[2] : ""}});
  return {};
}

Result<void> WitnessPolicy::take_witness(const Words& words) {
  if (words.size() < 3 || words.size() > 4) return malformed("witness <name> <vkey> [<url>]");
  if (witnesses_.size() == kPolicyItemsMax) return Error{Errc::too_large, "too many witnesses"};
  ENGINE_TRY_VOID(take_name(words[1]));
  ENGINE_TRY(key, key_of(words[2], KeyType::ed25519_cosignature));
  // A cosignature does not say whose it is but by its key: under two names it would count twice.
  if (std::ranges::any_of(keys_, [&](const VerifierKey& one) { return one.key == key.key; }))
    return malformed("the witness's key is there already");
  nodes_.push_back({std::string{words[1]}, witnesses_.size()});
  witnesses_.push_back(
      {std::string{words[1]}, key, std::string{words.size() == 4 ? words[3] : ""}});
  keys_.push_back(key);
  return {};
}

Result<void> WitnessPolicy::take_group(const Words& words) {
  if (words.size() < 4) return malformed("group <name> all|any|<k> <name>...");
  if (groups_++ == kPolicyItemsMax) return Error{Errc::too_large, "too many groups"};
  ENGINE_TRY_VOID(take_name(words[1]));
  Node group{std::string{words[1]}, std::nullopt};
  for (const std::string_view name : Words{words.begin() + 3, words.end()}) {
    const auto member = find(name);
    if (!member) return malformed("a member is named before its group");
    if (std::exchange(nodes_[*member].is_member, true))
      return malformed("a name is a member at most once");
    group.members.push_back(*member);
  }
  const std::optional<std::uint64_t> number = parse_decimal(words[2]);
  if (words[2] == "all")
    group.threshold = group.members.size();
  else if (words[2] == "any")
    group.threshold = 1;
  else if (number && *number >= 1 && *number <= group.members.size())
    group.threshold = static_cast<std::size_t>(*number);
  else
    return malformed("a threshold is all, any or 1 to the number of members");
  nodes_.push_back(std::move(group));
  return {};
}

Result<void> WitnessPolicy::take_quorum(const Words& words) {
  if (words.size() != 2) return malformed("quorum <name>|none");
  if (std::exchange(has_quorum_, true)) return malformed("a policy has one quorum line");
  if (words[1] == kNone) return {};
  quorum_ = find(words[1]);
  if (!quorum_) return malformed("the quorum is named before");
  return {};
}

Result<void> WitnessPolicy::take_name(std::string_view name) const {
  if (name == kNone) return malformed("no witness and no group is called none");
  if (find(name)) return malformed("the name is there already");
  return {};
}

std::optional<std::size_t> WitnessPolicy::find(std::string_view name) const {
  const auto found = std::ranges::find(nodes_, name, &Node::name);
  if (found == nodes_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - nodes_.begin());
}

bool WitnessPolicy::is_met(std::span<const VerifiedSignature> cosignatures) const {
  if (!quorum_) return true;
  std::vector<bool> met(nodes_.size());
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const Node& node = nodes_[i];
    if (node.witness)
      met[i] = std::ranges::any_of(cosignatures, [&](const VerifiedSignature& one) {
        return one.key_index == *node.witness;
      });
    else
      met[i] =
          static_cast<std::size_t>(std::ranges::count_if(
              node.members, [&](std::size_t member) { return met[member]; })) >= node.threshold;
  }
  return met[*quorum_];
}

}  // namespace stafett::transparency
