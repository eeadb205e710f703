#include "engine/crypto/key_arena.h"

#include <boost/test/unit_test.hpp>

namespace stafett::crypto {
BOOST_AUTO_TEST_SUITE(key_arena_test)
namespace {

DomainId domain(std::uint8_t n) {
  DomainId id;
  id.data()[15] = n;
  return id;
}

std::array<std::uint8_t, 32> key(std::uint8_t n) {
  std::array<std::uint8_t, 32> bytes;
  bytes.fill(n);
  return bytes;
}

BOOST_AUTO_TEST_CASE(the_least_recently_used_key_leaves_first) {
  KeyArena arena{2};
  std::array<std::uint8_t, 32> out;
  arena.put(domain(1), key(1));
  arena.put(domain(2), key(2));
  BOOST_TEST(arena.copy_out(domain(1), out));
  arena.put(domain(3), key(3));
  BOOST_TEST(!arena.copy_out(domain(2), out));
  BOOST_TEST((arena.copy_out(domain(1), out) && out == key(1)));
  BOOST_TEST((arena.copy_out(domain(3), out) && out == key(3)));
}

BOOST_AUTO_TEST_CASE(a_forgotten_key_is_gone_and_its_slot_is_used_again) {
  KeyArena arena{1};
  std::array<std::uint8_t, 32> out;
  arena.put(domain(1), key(1));
  arena.forget(domain(1));
  BOOST_TEST(!arena.copy_out(domain(1), out));
  arena.put(domain(2), key(2));
  BOOST_TEST((arena.copy_out(domain(2), out) && out == key(2)));
}

BOOST_AUTO_TEST_CASE(derived_keys_come_and_go_with_their_domains_own) {
  KeyArena arena{2};
  std::array<std::uint8_t, 32> out;
  arena.put_derived(domain(1), 0, key(9));
  BOOST_TEST(!arena.copy_derived(domain(1), 0, out), "passed over without the domain's own");
  arena.put(domain(1), key(1));
  BOOST_TEST(!arena.copy_derived(domain(1), 0, out));
  arena.put_derived(domain(1), 0, key(10));
  arena.put_derived(domain(1), KeyArena::kDerivedMax - 1, key(14));
  BOOST_TEST((arena.copy_derived(domain(1), 0, out) && out == key(10)));
  BOOST_TEST((arena.copy_derived(domain(1), KeyArena::kDerivedMax - 1, out) && out == key(14)));
  BOOST_TEST(!arena.copy_derived(domain(1), 1, out));
  BOOST_TEST((arena.copy_out(domain(1), out) && out == key(1)));

  arena.put(domain(1), key(2));
  BOOST_TEST(!arena.copy_derived(domain(1), 0, out), "another key of its own has others");
  arena.put_derived(domain(1), 0, key(20));
  arena.forget(domain(1));
  BOOST_TEST(!arena.copy_derived(domain(1), 0, out));
  arena.put(domain(2), key(3));
  BOOST_TEST(!arena.copy_derived(domain(2), 0, out), "a slot used again has nobody else's keys");
  arena.put_derived(domain(2), 0, key(30));
  arena.clear();
  arena.put(domain(2), key(3));
  BOOST_TEST(!arena.copy_derived(domain(2), 0, out));
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::crypto
