#include "tests/attacks/lying_log.h"

namespace stafett::log::verify_testing {

void LyingLog::change(const std::function<void(Intruder&)>& what, Loot loot) {
  log.close();
  const crypto::SigningKey log_key = log.log_key();
  Intruder intruder{log};
  what(intruder);
  remake_tiles(intruder);
  if (loot == Loot::log_key) resign(intruder, log_key);
}

VerifyReport LyingLog::forged(Position position, const std::function<void(format::Entry&)>& what,
                              Loot loot, const crypto::SigningKey* by) {
  change([&](Intruder& intruder) { forge(intruder, position, what, by); }, loot);
  return log.verify();
}

Kept record_and_keep(TestLog& log, const StreamId& stream) {
  std::vector<Unsigned> events;
  events.push_back(log.event(stream));
  const Outcomes outcomes =
      log.log().submit_and_wait(log.signer().sign(std::move(events), log.clock().now()));
  BOOST_REQUIRE(outcomes.front());
  const auto* receipt = std::get_if<Receipt>(&*outcomes.front());
  BOOST_REQUIRE(receipt != nullptr);
  return {receipt->position, receipt->leaf_hash, receipt->group, receipt->path};
}

VerifyOptions at_level_5() {
  VerifyOptions options;
  options.level = 5;
  return options;
}

}  // namespace stafett::log::verify_testing
