#include "engine/log/backup/lost_events.h"

#include <algorithm>

#include "engine/log/log_tree.h"
#include "engine/transparency/group_path.h"

namespace stafett::log {
namespace {

class Finder final {
 public:
  Finder(const storage::Reads& reads, const PublicRecord& record)
      : reads_(reads), record_(record) {}

  Result<void> hear(const HeldState& held) {
    const TreeState& state = held.state;
    if (state.size > reads_.size()) {
      beyond(held.source, state.size, state.root);
      return {};
    }
    if (state.root.is_zero()) return {};  // a size alone, which the copy reaches
    ENGINE_TRY(root, root_at(reads_, state.size));
    if (root == state.root) return {};
    return contradicts(held.source, "another root at size " + std::to_string(state.size.value()));
  }

  Result<void> hear(const HeldCheckpoint& held) {
    const auto opened = open_log_checkpoint(held.note, record_.keyring.log_keys());
    if (!opened)
      return Error{Errc::bad_signature,
                   held.source + ": no checkpoint of this log: " + opened.error().to_string()};
    return hear(HeldState{held.source, {opened->head().size, opened->head().root}});
  }

  Result<void> hear(const HeldReceipt& held) {
    ENGINE_TRY_VOID(check_signature(held));
    if (held.position.value() >= reads_.size().value()) {
      beyond(held.source, TreeSize{held.group.first.value() + held.group.count}, Hash{});
      return {};
    }
    ENGINE_TRY(entry, reads_.entry(held.position));
    if (transparency::leaf_hash(entry) == held.leaf_hash) return {};
    return contradicts(held.source,
                       "another entry at position " + std::to_string(held.position.value()));
  }

  std::optional<LostEvents> lost() const {
    if (end_ <= reads_.size()) return std::nullopt;
    return LostEvents{Position{reads_.size().value()}, Position{end_.value()}, root_, known_by_};
  }

 private:
  static Error contradicts(const std::string& source, const std::string& what) {
    return Error{Errc::conflict, source + " shows another history than this copy: " + what};
  }

  // The one that reaches farthest says how far; of two, the one with a root.
  void beyond(const std::string& source, TreeSize size, const Hash& root) {
    if (known_by_.size() < kNamedMax) known_by_.push_back(source);
    if (size > end_ || (size == end_ && root_.is_zero())) root_ = root;
    end_ = std::max(end_, size);
  }

  Result<void> check_signature(const HeldReceipt& held) const {
    const format::ReceiptGroup& group = held.group;
    const auto refused = [&] {
      return Error{Errc::bad_signature, held.source + ": no receipt of this log"};
    };
    const std::uint64_t first = group.first.value();
    if (held.position.value() < first || held.position.value() - first >= group.count ||
        first > transparency::kTreeSizeMax.value())
      return refused();
    const auto root = transparency::root_from_group_path(
        held.leaf_hash, held.position.value() - first, group.count, held.path);
    if (!root) return refused();
    const Bytes message =
        format::receipt_message(record_.keyring.origin_hash(), group.first, group.count, *root);
    const auto key = record_.keyring.log_key_at(TreeSize{group.first.value()});
    if (!crypto::verify(key.key, message, group.signature)) return refused();
    return {};
  }

  static constexpr std::size_t kNamedMax = 100;
  const storage::Reads& reads_;
  const PublicRecord& record_;
  TreeSize end_{0};
  Hash root_;
  std::vector<std::string> known_by_;  // the first kNamedMax
};

}  // namespace

Result<std::optional<LostEvents>> find_lost_events(const storage::Reads& reads,
                                                   const PublicRecord& record,
                                                   const Evidence& evidence) {
  if (!record.genesis || !record.keyring.genesis())
    return Error{Errc::corrupt, "the copy has no genesis"};
  if (evidence.receipts.size() + evidence.checkpoints.size() > kEvidenceMax)
    return Error{Errc::too_large, "receipts and checkpoints"};
  Finder finder{reads, record};
  for (const HeldState& held : evidence.states) ENGINE_TRY_VOID(finder.hear(held));
  for (const HeldCheckpoint& held : evidence.checkpoints) ENGINE_TRY_VOID(finder.hear(held));
  for (const HeldReceipt& held : evidence.receipts) ENGINE_TRY_VOID(finder.hear(held));
  return finder.lost();
}

}  // namespace stafett::log
