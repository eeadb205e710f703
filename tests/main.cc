// The one main of every test program: starts libsodium, then Boost.Test.
#define BOOST_TEST_NO_MAIN
#include <boost/test/unit_test.hpp>

#include "engine/crypto/secret.h"

namespace {
bool init_tests() {
  return true;
}
}  // namespace

int main(int argc, char* argv[]) {
  stafett::crypto::init();
  return boost::unit_test::unit_test_main(&init_tests, argc, argv);
}
