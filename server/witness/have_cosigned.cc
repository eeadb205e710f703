#include "server/witness/have_cosigned.h"

#include "engine/log/witness/request_maker.h"
#include "server/witness/ask_witness.h"

namespace stafett::server {
namespace {

Result<AskedWitness::State> ask_if_needed(const AskingPlace& place,
                                          const transparency::PolicyWitness& witness,
                                          const transparency::TreeHead& head,
                                          const std::string& note) {
  if (witness.url.empty()) return AskedWitness::State::no_url;
  ENGINE_TRY(newest, place.cosigned.newest_of(witness.key));
  // One that has seen another history cosigns nothing of this one ever again.
  if (newest) ENGINE_TRY_VOID(log::check_is_of(place.reads, newest->head));
  const TreeSize old_size = newest ? newest->head.size : TreeSize{0};
  if (old_size >= head.size) return AskedWitness::State::already;
  const WitnessQuestion question{witness.url, note, old_size, [&](TreeSize from) {
                                   return log::make_witness_request(place.reads, head, note, from);
                                 }};
  ENGINE_TRY(cosigned, ask_witness(place.web, question));
  ENGINE_TRY_VOID(place.cosigned.add(place.reads, cosigned, place.clock));
  return AskedWitness::State::cosigned;
}

}  // namespace

std::string_view state_name(AskedWitness::State state) {
  constexpr std::string_view kNames[] = {"cosigned", "already", "no-url", "failed"};
  return kNames[static_cast<std::size_t>(state)];
}

AskedWitness have_cosigned(const AskingPlace& place, const transparency::PolicyWitness& witness,
                           const transparency::TreeHead& head, const std::string& note) {
  const auto state = ask_if_needed(place, witness, head, note);
  if (!state) return {AskedWitness::State::failed, state.error().to_string()};
  return {*state};
}

}  // namespace stafett::server
