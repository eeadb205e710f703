// What is promised to many threads at once; run under the thread sanitizer too.

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <thread>

#include "tests/engine/log/keeping/guard_states.h"
#include "tests/engine/log/keeping/key_table_place.h"

namespace stafett::log {
BOOST_AUTO_TEST_SUITE(keeping_threads_test)
namespace {

BOOST_FIXTURE_TEST_CASE(keys_are_unwrapped_beside_appends_and_never_change, KeyTableFixture) {
  crypto::KeyArena small{2};  // so that nearly every unwrap reads the file
  const auto table = KeyTable::create({*files, random, small, path, origin}, root);
  BOOST_REQUIRE(table);
  BOOST_REQUIRE((*table)->append(domains(0, 10)));
  std::vector<Key> keys;
  for (std::uint64_t n = 0; n < 10; ++n) keys.push_back(key_of(**table, n).value());

  std::atomic<std::size_t> wrong{0};
  std::vector<std::thread> readers;
  for (int reader = 0; reader < 3; ++reader)
    readers.emplace_back([&] {
      for (std::size_t round = 0; round < 100; ++round)
        for (std::uint64_t n = 0; n < 10; ++n)
          if (key_of(**table, n) != keys[n]) ++wrong;
    });
  for (std::uint64_t n = 10; n < 60; ++n)
    BOOST_TEST((*table)->append(domains(n, n + 1)).has_value());
  const RootKey new_root = root_of(2);
  BOOST_TEST(
      (*table)->rewrite([](const DomainId&, DomainKind) { return true; }, new_root).has_value());
  for (std::thread& reader : readers) reader.join();
  BOOST_TEST(wrong == 0u);
  BOOST_TEST((*table)->size() == 60u);
}

BOOST_AUTO_TEST_CASE(checkpoints_are_swapped_beside_commits) {
  MemoryFiles files;
  const auto guard = Guard::create(files, kGuardPath, kOrigin, state_at(0));
  BOOST_REQUIRE(guard);
  BOOST_REQUIRE((*guard)->begin(state_at(0)));
  std::atomic<bool> done{false};
  std::atomic<std::size_t> refused{0};
  std::thread publisher{[&] {
    TreeSize published{0};
    while (!done) {
      const TreeSize size = (*guard)->required().size;
      if (size == published) continue;
      if (!(*guard)->swap_checkpoint(published, checkpoint_at(size.value()))) ++refused;
      published = size;
    }
  }};
  for (std::uint64_t size = 1; size <= 200; ++size) {
    BOOST_TEST((*guard)->pending(TreeSize{size}, state_at(size).root).has_value());
    BOOST_TEST((*guard)->confirm().has_value());
  }
  done = true;
  publisher.join();
  BOOST_TEST(refused == 0u);
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::log
