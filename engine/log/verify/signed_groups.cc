#include "engine/log/verify/signed_groups.h"

#include <algorithm>
#include <map>

#include "engine/transparency/group_path.h"

namespace stafett::log {
namespace {

// A run of leaves [first, first + count) of a group's tree.
struct Node {
  std::uint32_t first, count;
  friend auto operator<=>(const Node&, const Node&) = default;
};

std::uint32_t left_part(std::uint32_t count) {
  return std::bit_floor(count - 1);  // RFC 6962: the largest power of two below count
}

// What the path of the leaf at `index` tells: the root of each of its sibling subtrees. The path is
// leaf's sibling first.
void learn(std::uint32_t index, std::uint32_t count, std::span<const Hash> path,
           std::map<Node, Hash>& known) {
  Node node{0, count};
  std::size_t left = path.size();
  while (node.count > 1 && left > 0) {
    const std::uint32_t split = left_part(node.count);
    const Node low{node.first, split};
    const Node high{node.first + split, node.count - split};
    const bool in_low = index < high.first;
    known.emplace(in_low ? high : low, path[--left]);
    node = in_low ? low : high;
  }
}

// Is there a run of refused intents whose root this is?
bool refused_in_a_row(const Hash& root, std::uint32_t count, std::span<const Hash> refused) {
  if (refused.size() < count) return false;
  for (std::size_t i = 0; i + count <= refused.size(); ++i)
    if (transparency::root_of(refused.subspan(i, count)) == root) return true;
  return false;
}

}  // namespace

void SignedGroups::add(const CheckedEntry& entry) {
  if (entry.group_count == 1) return;
  if (open_.size() >= kOpenMax && !open_.contains(entry.signature)) {
    overflown_ = true;
    return;
  }
  Group& group = open_[entry.signature];
  group.root = entry.group_root;
  group.count = entry.group_count;
  const auto same = [&](const auto& seen) { return seen.first == entry.group_index; };
  // In the order of their indices nearly always, so the last one tells.
  if (!group.recorded.empty() && group.recorded.back().first >= entry.group_index &&
      std::ranges::any_of(group.recorded, same))
    return;
  group.recorded.emplace_back(entry.group_index, entry.position);
  if (group.recorded.size() == group.count) open_.erase(entry.signature);
}

void SignedGroups::resolve_group(const storage::Reads& reads, const Group& group,
                                 std::span<const Hash> refused, Findings& findings) {
  std::map<Node, Hash> known;
  std::vector<bool> recorded(group.count, false);
  for (const auto& [index, position] : group.recorded) {
    recorded[index] = true;
    const Result<Bytes> bytes = reads.entry(position);
    if (!bytes) continue;
    const Result<format::Entry> entry = format::decode_entry(*bytes);
    if (entry) learn(index, group.count, entry->signature.path, known);
  }
  // Maximal subtrees of which nothing is recorded.
  std::vector<Node> nodes{{0, group.count}};
  while (!nodes.empty()) {
    const Node node = nodes.back();
    nodes.pop_back();
    const auto first = recorded.begin() + node.first;
    const auto present = std::count(first, first + node.count, true);
    if (present == node.count) continue;
    if (present > 0) {
      const std::uint32_t split = left_part(node.count);
      nodes.push_back({node.first, split});
      nodes.push_back({node.first + split, node.count - split});
      continue;
    }
    const auto hash = known.find(node);
    if (hash != known.end() && refused_in_a_row(hash->second, node.count, refused)) continue;
    findings.add(group.recorded.front().second, "entry", code::kWithheld,
                 "of the group signed with it, numbers " + std::to_string(node.first) + " to " +
                     std::to_string(node.first + node.count - 1) +
                     " are neither recorded nor refused");
  }
}

void SignedGroups::resolve(const storage::Reads& reads, std::span<const Hash> refused,
                           Findings& findings) const {
  for (const auto& [signature, group] : open_) resolve_group(reads, group, refused, findings);
  if (overflown_)
    findings.add(std::nullopt, "entry", code::kWithheld,
                 "more incomplete signed groups than can be judged");
}

}  // namespace stafett::log
