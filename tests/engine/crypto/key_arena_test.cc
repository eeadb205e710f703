#include "engine/crypto/key_arena.h"

#include <boost/test/unit_test.hpp>

namespace stafett::crypto {
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

}  // namespace
}  // namespace stafett::crypto
