#include "projections/bundle/held_checkpoints.h"

#include "engine/log/log_tree.h"
#include "engine/transparency/checkpoint.h"

namespace stafett::bti {

Result<transparency::TreeHead> open_held(const log::Log& log, const std::string& note) {
  ENGINE_TRY(opened, log::open_log_checkpoint(note, log.keyring().log_keys()));
  const transparency::TreeHead held = opened.head();
  if (held.size > log.head().size)
    return Error{Errc::corrupt, "a checkpoint held elsewhere is of a longer log than this one"};
  ENGINE_TRY(root, log::root_at(log.store(), held.size));
  if (root != held.root)
    return Error{Errc::corrupt, "a checkpoint held elsewhere is of another history of this log"};
  return held;
}

}  // namespace stafett::bti
