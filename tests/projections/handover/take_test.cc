// A package that cannot be taken over as it was checked leaves nothing in the log.

#include "projections/handover/take.h"

#include <boost/test/unit_test.hpp>

#include "engine/base/clock.h"
#include "engine/crypto/sha256.h"
#include "engine/crypto/system_random.h"
#include "tests/support/temporary_directory.h"

namespace stafett::bti {
BOOST_AUTO_TEST_SUITE(take_test)
namespace {

struct Receiver {
  testing::TemporaryDirectory directory;
  crypto::SystemRandom random;
  ManualClock clock{*parse_time("2026-01-12T08:00:00Z")};
  log::LogPaths paths = log::LogPaths::beside(directory.path("log"));
  BtiLog bti;
  HandoverScope scope;
  TakeWish wish;

  Receiver() {
    log::LogOptions options{clock, random, storage::posix_files()};
    options.checkpoint_interval = std::chrono::milliseconds{0};
    NewBtiLog fresh;
    fresh.origin = "stafett.example/9902";
    BOOST_REQUIRE(create_log(paths, fresh, options));
    Result<BtiLog> opened = open_log(paths, options);
    BOOST_REQUIRE(opened);
    bti = std::move(*opened);
    scope.origin = "stafett.example/9901";
    wish = {"ny-1", "ola", "admin", "school", directory.path("package"), {}, 5};
    BOOST_REQUIRE(storage::posix_files().replace(wish.package, as_bytes("bytes")));
    wish.digest = crypto::sha256(as_bytes("bytes"));
  }
  Errc take() {
    const auto taken = take_handover(bti, scope, wish);
    BOOST_REQUIRE(!taken);
    return taken.error().code();
  }
};

BOOST_AUTO_TEST_CASE(of_a_package_that_was_written_since_nothing_is_recorded) {
  Receiver receiver;
  const TreeSize before = receiver.bti.log->head().size;
  BOOST_REQUIRE(storage::posix_files().replace(receiver.wish.package, as_bytes("other")));
  BOOST_TEST((receiver.take() == Errc::conflict));
  BOOST_REQUIRE(storage::posix_files().replace(receiver.wish.package, as_bytes("byte")));
  BOOST_TEST((receiver.take() == Errc::conflict));
  BOOST_TEST((receiver.bti.log->head().size == before));
}

BOOST_AUTO_TEST_CASE(of_a_package_that_is_too_large_nothing_is_recorded) {
  Receiver receiver;
  const TreeSize before = receiver.bti.log->head().size;
  receiver.wish.bytes = kHandoverPieceBytes * kHandoverPiecesMax + 1;
  BOOST_TEST((receiver.take() == Errc::too_large));
  BOOST_TEST((receiver.bti.log->head().size == before));
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::bti
