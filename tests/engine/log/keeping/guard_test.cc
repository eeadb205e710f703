#include "engine/log/keeping/guard.h"

#include <boost/test/unit_test.hpp>

#include "engine/base/encoding.h"
#include "tests/engine/log/keeping/guard_states.h"
#include "tests/engine/log/keeping/memory_files.h"
#include "tests/engine/log/keeping/worked_bytes.h"

namespace stafett::log {
BOOST_AUTO_TEST_SUITE(guard_test)
namespace {

const std::string kTailPath = kGuardPath + "/tail";
const std::string kCheckpointPath = kGuardPath + "/checkpoint";

std::unique_ptr<Guard> begun(MemoryFiles& files, std::uint64_t size) {
  auto guard = Guard::create(files, kGuardPath, kOrigin, state_at(size));
  BOOST_REQUIRE(guard);
  BOOST_REQUIRE((*guard)->begin(state_at(size)));
  return std::move(*guard);
}

void commit(Guard& guard, std::uint64_t size) {
  BOOST_REQUIRE(guard.pending(TreeSize{size}, state_at(size).root));
  BOOST_REQUIRE(guard.confirm());
}

Errc open_error(MemoryFiles& files) {
  const auto guard = Guard::open(files, kGuardPath, kOrigin);
  return guard ? Errc::unset : guard.error().code();
}

BOOST_AUTO_TEST_CASE(guard_bytes_are_those_of_the_format_page) {
  Bytes tail = encode_tail(kOrigin, state_at(0));
  append(tail, encode_guard_record(kOrigin, 1, state_at(2)));
  append(tail, encode_guard_record(kOrigin, 2, state_at(2)));
  BOOST_TEST(to_hex(tail) == to_hex(worked_bytes("guard.md", "tail")));
  BOOST_TEST(to_hex(encode_checkpoint(kOrigin, checkpoint_at(2))) ==
             to_hex(worked_bytes("guard.md", "checkpoint")));
}

BOOST_AUTO_TEST_CASE(the_worked_bytes_are_what_a_guard_writes_and_reads) {
  MemoryFiles files;
  const auto guard = begun(files, 0);
  commit(*guard, 2);
  BOOST_REQUIRE(guard->swap_checkpoint(TreeSize{0}, checkpoint_at(2)));
  BOOST_TEST((files.raw(kTailPath) == worked_bytes("guard.md", "tail")));
  BOOST_TEST((files.raw(kCheckpointPath) == worked_bytes("guard.md", "checkpoint")));
  const auto again = Guard::open(files, kGuardPath, kOrigin);
  BOOST_REQUIRE(again);
  BOOST_TEST(((*again)->required() == state_at(2)));
  BOOST_TEST(((*again)->checkpoint() == checkpoint_at(2)));
}

BOOST_AUTO_TEST_CASE(a_guard_that_is_not_there_is_not_found) {
  MemoryFiles files;
  BOOST_TEST((open_error(files) == Errc::not_found));
}

BOOST_AUTO_TEST_CASE(a_guard_is_created_once) {
  MemoryFiles files;
  begun(files, 0);
  const auto second = Guard::create(files, kGuardPath, kOrigin, state_at(0));
  BOOST_REQUIRE(!second);
  BOOST_TEST((second.error().code() == Errc::conflict));
}

BOOST_AUTO_TEST_CASE(another_logs_guard_is_a_conflict) {
  MemoryFiles files;
  begun(files, 0);
  const auto other =
      Guard::open(files, kGuardPath, crypto::sha256(as_bytes("stafett.example/9902")));
  BOOST_REQUIRE(!other);
  BOOST_TEST((other.error().code() == Errc::conflict));
}

BOOST_AUTO_TEST_CASE(a_pending_group_alone_is_possible_and_not_required) {
  MemoryFiles files;
  const auto guard = begun(files, 0);
  commit(*guard, 3);
  BOOST_REQUIRE(guard->pending(TreeSize{5}, state_at(5).root));
  const auto again = Guard::open(files, kGuardPath, kOrigin);
  BOOST_REQUIRE(again);
  BOOST_TEST(((*again)->required() == state_at(3)));
  BOOST_TEST(((*again)->possible() == state_at(5)));
}

BOOST_AUTO_TEST_CASE(a_possible_group_that_was_lost_is_not_required_later) {
  MemoryFiles files;
  {
    const auto guard = begun(files, 0);
    BOOST_REQUIRE(guard->pending(TreeSize{5}, state_at(5).root));
  }
  auto guard = Guard::open(files, kGuardPath, kOrigin);
  BOOST_REQUIRE(guard);
  BOOST_REQUIRE((*guard)->begin(state_at(0)));
  BOOST_REQUIRE((*guard)->pending(TreeSize{2}, state_at(2).root));
  const auto again = Guard::open(files, kGuardPath, kOrigin);
  BOOST_REQUIRE(again);
  BOOST_TEST(((*again)->required() == state_at(0)));
  BOOST_TEST(((*again)->possible() == state_at(2)));
}

BOOST_AUTO_TEST_CASE(a_size_that_only_receipts_told_of_agrees_with_any_root) {
  MemoryFiles files;
  BOOST_REQUIRE(Guard::accept(files, kGuardPath, kOrigin, {TreeSize{5}, Hash{}}, std::nullopt));
  const auto guard = Guard::open(files, kGuardPath, kOrigin);
  BOOST_REQUIRE(guard);
  BOOST_TEST(((*guard)->begin(state_at(4)).error().code() == Errc::conflict));
  BOOST_TEST((*guard)->begin(state_at(5)).has_value());
  BOOST_TEST(((*guard)->required() == state_at(5)));
}

BOOST_AUTO_TEST_CASE(a_database_that_is_shorter_or_different_is_a_conflict) {
  MemoryFiles files;
  {
    const auto guard = begun(files, 0);
    commit(*guard, 3);
    BOOST_REQUIRE(guard->pending(TreeSize{5}, state_at(5).root));
  }
  const auto guard = Guard::open(files, kGuardPath, kOrigin);
  BOOST_REQUIRE(guard);
  for (const TreeState& wrong : {state_at(2), TreeState{TreeSize{3}, state_at(4).root},
                                 TreeState{TreeSize{5}, state_at(4).root}}) {
    const auto begun_wrong = (*guard)->begin(wrong);
    BOOST_REQUIRE(!begun_wrong);
    BOOST_TEST((begun_wrong.error().code() == Errc::conflict));
  }
  BOOST_TEST(((*guard)->required() == state_at(3)));
  BOOST_TEST((*guard)->begin(state_at(5)).has_value());
}

BOOST_AUTO_TEST_CASE(a_group_must_grow_and_follow_a_confirmed_one) {
  MemoryFiles files;
  const auto guard = begun(files, 4);
  const auto same = guard->pending(TreeSize{4}, state_at(4).root);
  BOOST_REQUIRE(!same);
  BOOST_TEST((same.error().code() == Errc::conflict));
  BOOST_REQUIRE(guard->pending(TreeSize{5}, state_at(5).root));
  BOOST_TEST(!guard->pending(TreeSize{6}, state_at(6).root).has_value());
}

BOOST_AUTO_TEST_CASE(nothing_is_taken_before_begin) {
  MemoryFiles files;
  const auto guard = Guard::create(files, kGuardPath, kOrigin, state_at(0));
  BOOST_REQUIRE(guard);
  const auto early = (*guard)->pending(TreeSize{1}, state_at(1).root);
  BOOST_REQUIRE(!early);
  BOOST_TEST((early.error().code() == Errc::read_only));
}

// [confirmed 0] [pending 1] [confirmed 1] [pending 2] [confirmed 2] [pending 3]
Bytes long_tail(MemoryFiles& files) {
  const auto guard = begun(files, 0);
  commit(*guard, 1);
  commit(*guard, 2);
  BOOST_REQUIRE(guard->pending(TreeSize{3}, state_at(3).root));
  return files.raw(kTailPath);
}

BOOST_AUTO_TEST_CASE(a_torn_tail_at_every_length_drops_only_what_is_torn) {
  MemoryFiles files;
  const Bytes whole = long_tail(files);
  for (std::size_t length = kGuardHeaderBytes + kGuardRecordBytes; length <= whole.size();
       ++length) {
    files.raw(kTailPath).assign(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
    const auto guard = Guard::open(files, kGuardPath, kOrigin);
    BOOST_TEST_CONTEXT("length " << length) {
      BOOST_REQUIRE(guard);
      const std::size_t records = (length - kGuardHeaderBytes) / kGuardRecordBytes;
      BOOST_TEST(((*guard)->required() == state_at((records - 1) / 2)));
      const bool open_group = records % 2 == 0;
      BOOST_TEST(((*guard)->possible().has_value() == open_group));
      BOOST_TEST((*guard)->torn_bytes() == (length - kGuardHeaderBytes) % kGuardRecordBytes);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_tail_without_its_first_record_is_corrupt) {
  MemoryFiles files;
  const Bytes whole = long_tail(files);
  for (std::size_t length = 0; length < kGuardHeaderBytes + kGuardRecordBytes; ++length) {
    files.raw(kTailPath).assign(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
    BOOST_TEST((open_error(files) == Errc::corrupt), "length " << length);
  }
}

BOOST_AUTO_TEST_CASE(a_flipped_bit_in_the_tail_is_named_or_torn_off_the_end) {
  MemoryFiles files;
  const Bytes whole = long_tail(files);
  for (std::size_t at = 0; at < whole.size(); ++at) {
    files.raw(kTailPath) = whole;
    files.raw(kTailPath)[at] ^= 0x10;
    const auto guard = Guard::open(files, kGuardPath, kOrigin);
    BOOST_TEST_CONTEXT("byte " << at) {
      // Records 4 (a confirmation) and 5 are what a power cut may take: 2 was durable before 3.
      if (at >= kGuardHeaderBytes + 4 * kGuardRecordBytes) {
        BOOST_REQUIRE(guard);
        BOOST_TEST(((*guard)->required() == state_at(2)));
        BOOST_TEST((*guard)->torn_bytes() == kGuardRecordBytes);
        continue;
      }
      BOOST_REQUIRE(!guard);
      BOOST_TEST((guard.error().code() == Errc::corrupt));
      const std::string place =
          at < kGuardHeaderBytes
              ? "header"
              : "record " + std::to_string((at - kGuardHeaderBytes) / kGuardRecordBytes);
      BOOST_TEST(guard.error().detail().find(place) != std::string::npos, guard.error().detail());
    }
  }
}

BOOST_AUTO_TEST_CASE(records_in_another_order_are_corrupt) {
  MemoryFiles files;
  const Bytes whole = long_tail(files);
  auto& tail = files.raw(kTailPath);
  const auto record = [&](std::ptrdiff_t n) {
    return tail.begin() + static_cast<std::ptrdiff_t>(kGuardHeaderBytes) +
           n * static_cast<std::ptrdiff_t>(kGuardRecordBytes);
  };
  std::swap_ranges(record(1), record(2), record(3));
  BOOST_TEST((open_error(files) == Errc::corrupt));
}

BOOST_AUTO_TEST_CASE(a_tail_larger_than_we_write_is_corrupt) {
  MemoryFiles files;
  long_tail(files);
  files.raw(kTailPath).resize(kTailBytesMax + 1);
  BOOST_TEST((open_error(files) == Errc::corrupt));
}

BOOST_AUTO_TEST_CASE(an_unknown_version_is_unsupported) {
  MemoryFiles files;
  long_tail(files);
  auto& tail = files.raw(kTailPath);
  tail[11] = 2;
  const Hash digest = crypto::sha256(ByteView{tail}.first(48));
  std::ranges::copy(digest.view().first(16), tail.begin() + 48);
  BOOST_TEST((open_error(files) == Errc::unsupported));
}

BOOST_AUTO_TEST_CASE(a_damaged_or_missing_checkpoint_is_corrupt) {
  MemoryFiles files;
  const auto guard = begun(files, 0);
  commit(*guard, 2);
  BOOST_REQUIRE(guard->swap_checkpoint(TreeSize{0}, checkpoint_at(2)));
  const Bytes whole = files.raw(kCheckpointPath);
  for (std::size_t at = 0; at < whole.size(); ++at) {
    files.raw(kCheckpointPath)[at] ^= 1;
    BOOST_TEST((open_error(files) == Errc::corrupt), "byte " << at);
    files.raw(kCheckpointPath)
        .assign(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(at));
    BOOST_TEST((open_error(files) == Errc::corrupt), "length " << at);
    files.raw(kCheckpointPath) = whole;
  }
  BOOST_REQUIRE(files.remove(kCheckpointPath));
  BOOST_TEST((open_error(files) == Errc::corrupt));
}

BOOST_AUTO_TEST_CASE(a_checkpoint_never_goes_back_forks_or_runs_ahead) {
  MemoryFiles files;
  const auto guard = begun(files, 0);
  commit(*guard, 4);
  BOOST_REQUIRE(guard->swap_checkpoint(TreeSize{0}, checkpoint_at(3)));
  struct Wrong {
    std::uint64_t old_size;
    GuardedCheckpoint next;
  };
  GuardedCheckpoint fork = checkpoint_at(3);
  fork.state.root = state_at(9).root;
  GuardedCheckpoint fork_of_head = checkpoint_at(4);
  fork_of_head.state.root = state_at(9).root;
  for (const Wrong& wrong : {Wrong{0, checkpoint_at(4)}, Wrong{3, checkpoint_at(2)}, Wrong{3, fork},
                             Wrong{3, fork_of_head}, Wrong{3, checkpoint_at(5)}}) {
    const auto swapped = guard->swap_checkpoint(TreeSize{wrong.old_size}, wrong.next);
    BOOST_REQUIRE(!swapped);
    BOOST_TEST((swapped.error().code() == Errc::conflict));
  }
  BOOST_TEST((guard->checkpoint() == checkpoint_at(3)));
  GuardedCheckpoint cosigned = checkpoint_at(3);
  cosigned.note.push_back('w');
  BOOST_TEST(guard->swap_checkpoint(TreeSize{3}, cosigned).has_value());
  BOOST_TEST(guard->swap_checkpoint(TreeSize{3}, checkpoint_at(4)).has_value());
}

BOOST_AUTO_TEST_CASE(a_published_checkpoint_is_required_even_if_its_confirmation_is_lost) {
  MemoryFiles files;
  const auto guard = begun(files, 0);
  commit(*guard, 4);
  BOOST_REQUIRE(guard->swap_checkpoint(TreeSize{0}, checkpoint_at(4)));
  const auto cut = files.after_power_cut(Unsynced::lost);
  const auto again = Guard::open(*cut, kGuardPath, kOrigin);
  BOOST_REQUIRE(again);
  BOOST_TEST(((*again)->required() == state_at(4)));
  BOOST_TEST(!(*again)->possible().has_value());
}

BOOST_AUTO_TEST_CASE(an_accepted_state_takes_the_place_of_what_was_required) {
  MemoryFiles files;
  {
    const auto guard = begun(files, 0);
    commit(*guard, 9);
    BOOST_REQUIRE(guard->swap_checkpoint(TreeSize{0}, checkpoint_at(9)));
  }
  files.raw(kTailPath).clear();
  BOOST_REQUIRE(Guard::accept(files, kGuardPath, kOrigin, state_at(5), checkpoint_at(4)));
  const auto again = Guard::open(files, kGuardPath, kOrigin);
  BOOST_REQUIRE(again);
  BOOST_TEST(((*again)->required() == state_at(5)));
  BOOST_TEST(((*again)->checkpoint() == checkpoint_at(4)));
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::log
