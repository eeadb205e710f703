// The witness through a failure at every step: whatever has left it once binds it for ever.

#include <boost/test/unit_test.hpp>

#include "tests/engine/log/witness/grown_log.h"
#include "tests/support/fault_files.h"

namespace stafett::log {
BOOST_AUTO_TEST_SUITE(witness_crash_test)
namespace {

using namespace stafett::log::testing;
using stafett::testing::Fault;
using stafett::testing::FaultDisk;
using stafett::testing::FaultPlan;
using transparency::WitnessVerdict;

constexpr std::uint64_t kCrashSizes = 6;
const std::string kCrashPath = "/disk/witness";

// What anybody outside may hold.
struct Released {
  std::uint64_t size = 0;  // the largest cosigned
  std::uint64_t answers = 0;
};

// Asks for every size from 2 on, and goes on from what the witness says that it has.
void grow(Witness& witness, const GrownLog& log, Released& released) {
  std::uint64_t from = 0;
  for (std::uint64_t size = 2; size < 2 + kCrashSizes;) {
    const auto answer = witness.add_checkpoint(log.request(from, size));
    if (!answer) return;  // a failure
    if (answer->verdict == WitnessVerdict::conflict) {
      from = answer->size.value();
      size = std::max(size, from + 1);
      continue;
    }
    BOOST_REQUIRE((answer->verdict == WitnessVerdict::cosign));
    ++released.answers;
    released.size = from = size++;
  }
}

// What monitors are shown has left it too.
void look(const Witness& witness, Released& released) {
  const auto note = witness.cosigned(grown_origin_hash());
  if (!note) return;
  const auto parsed = transparency::parse_note(*note);
  const auto checkpoint = transparency::parse_checkpoint(parsed->text);
  released.size = std::max(released.size, checkpoint->head.size.value());
}

void check_bound(Witness& witness, const Released& released, const GrownLog& log) {
  const GrownLog fork{40, 1};
  const std::uint64_t known = witness.known().at(0).size.value();
  BOOST_TEST(known >= released.size);
  if (released.size < 2) return;
  for (std::uint64_t from = 0; from <= known; ++from) {
    const auto answer = witness.add_checkpoint(fork.request(from, 39));
    BOOST_REQUIRE(answer);
    BOOST_TEST((answer->verdict != WitnessVerdict::cosign));
  }
  const auto goes_on = witness.add_checkpoint(log.request(known, 39));
  BOOST_REQUIRE(goes_on);
  BOOST_TEST((goes_on->verdict == WitnessVerdict::cosign));
}

void run_with(Fault fault, std::uint64_t at, std::uint64_t seed, bool& fired) {
  const FaultPlan plan{fault, at, seed};
  BOOST_TEST_CONTEXT(plan) {
    FaultDisk disk;
    const auto files = stafett::testing::fault_files(disk);
    ManualClock clock{TimeUs{1'767'139'200'000'000}};
    const GrownLog log{40};
    BOOST_REQUIRE(Witness::create(*files, kCrashPath, "w", witness_key()));
    BOOST_REQUIRE(Witness::open(*files, clock, kCrashPath, witness_key())
                      .value()
                      ->trust(kGrownOrigin, GrownLog::vkey()));
    disk.power_cycle(plan);
    Released released;
    {
      auto witness = Witness::open(*files, clock, kCrashPath, witness_key());
      if (witness) {
        // After the failure it is asked on, as logs do, or it is killed there.
        const int rounds = seed % 2 == 0 ? 1 : 3;
        for (int round = 0; round < rounds; ++round) {
          grow(**witness, log, released);
          look(**witness, released);
        }
        // Whoever shows another history meets the same process first.
        if (rounds > 1 && disk.fired() && released.size >= 2) {
          const auto answer =
              (*witness)->add_checkpoint(GrownLog(40, 1).request(released.size, 39));
          BOOST_TEST((!answer || answer->verdict != WitnessVerdict::cosign));
          look(**witness, released);
        }
      }
    }
    fired = disk.fired();
    // A new process before the power goes: it shows what it finds.
    if (const auto next = Witness::open(*files, clock, kCrashPath, witness_key()))
      look(**next, released);
    disk.power_cycle();
    const auto again = Witness::open(*files, clock, kCrashPath, witness_key());
    BOOST_REQUIRE_MESSAGE(again, again.error().to_string());
    check_bound(**again, released, log);
    if (!fired) BOOST_TEST(released.answers == kCrashSizes);
  }
}

BOOST_AUTO_TEST_CASE(no_failure_at_any_step_lets_it_cosign_another_history) {
  const std::uint64_t seed = stafett::testing::seed_from_environment(1);
  for (const Fault fault :
       {Fault::power_cut, Fault::io_error, Fault::no_space, Fault::failed_persisted})
    for (std::uint64_t survives = 0; survives < 4; ++survives) {
      bool fired = true;
      std::uint64_t at = 0;
      for (; fired; ++at) run_with(fault, at, seed + survives, fired);
      BOOST_TEST(at > 20u);  // it did visit the steps
    }
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::log
