#pragma once
// A log as a witness meets it: requests of any growth, also of another history.

#include "engine/log/witness/witness.h"
#include "engine/transparency/tile_builder.h"

namespace stafett::log::testing {

inline const std::string kGrownOrigin = "stafett.example/9901";

// Leaves follow from their position and, but for the first, from the branch.
class GrownLog final {
 public:
  explicit GrownLog(std::uint64_t size, std::uint8_t branch = 0);

  transparency::TreeHead head(std::uint64_t size) const;
  std::string note(std::uint64_t size) const;  // signed by the log
  std::string request(std::uint64_t older, std::uint64_t newer) const;

  static crypto::SigningKey key();
  static transparency::VerifierKey vkey();

 private:
  std::vector<Hash> leaves_;
};

crypto::SigningKey witness_key();
Hash grown_origin_hash();
// What the answer's one line says of this checkpoint note verifies, at this time.
void check_cosigned(const std::string& note, const WitnessAnswer& answer,
                    const transparency::VerifierKey& witness, std::int64_t time_s);

}  // namespace stafett::log::testing
