#include "tests/engine/log/witness/grown_log.h"

#include <boost/test/unit_test.hpp>

#include "engine/crypto/sha256.h"
#include "engine/transparency/checkpoint.h"

namespace stafett::log::testing {
namespace {

transparency::CompactRange range_of(const std::vector<Hash>& leaves, std::uint64_t size) {
  transparency::CompactRange range;
  for (std::uint64_t i = 0; i < size; ++i) range.append(leaves[i]);
  return range;
}

class LeafSource final : public transparency::HashSource {
 public:
  explicit LeafSource(const std::vector<Hash>& leaves) : leaves_(leaves) {}
  Result<Hash> hash_of(const transparency::Subtree& subtree) override {
    transparency::CompactRange range;
    for (std::uint64_t i = subtree.index << subtree.level; i < (subtree.index + 1) << subtree.level;
         ++i)
      range.append(leaves_[i]);
    return range.root();
  }

 private:
  const std::vector<Hash>& leaves_;
};

}  // namespace

GrownLog::GrownLog(std::uint64_t size, std::uint8_t branch) {
  for (std::uint64_t i = 0; i < size; ++i) {
    const Bytes entry{static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(i >> 8),
                      i == 0 ? std::uint8_t{0} : branch};
    leaves_.push_back(transparency::leaf_hash(entry));
  }
}

transparency::TreeHead GrownLog::head(std::uint64_t size) const {
  return range_of(leaves_, size).head();
}

std::string GrownLog::note(std::uint64_t size) const {
  return transparency::sign_checkpoint({kGrownOrigin, head(size)}, key());
}

std::string GrownLog::request(std::uint64_t older, std::uint64_t newer) const {
  LeafSource source{leaves_};
  return transparency::format_witness_request(
      {TreeSize{older},
       transparency::consistency_proof(source, TreeSize{older}, TreeSize{newer}).value(),
       note(newer)});
}

crypto::SigningKey GrownLog::key() {
  return crypto::SigningKey::from_seed(Bytes(32, 2));
}

transparency::VerifierKey GrownLog::vkey() {
  return {kGrownOrigin, transparency::KeyType::ed25519, key().public_key()};
}

crypto::SigningKey witness_key() {
  return crypto::SigningKey::from_seed(Bytes(32, 5));
}

Hash grown_origin_hash() {
  return crypto::sha256(as_bytes(kGrownOrigin));
}

void check_cosigned(const std::string& note, const WitnessAnswer& answer,
                    const transparency::VerifierKey& witness, std::int64_t time_s) {
  const auto opened = transparency::open_checkpoint(note + answer.lines, GrownLog::vkey(),
                                                    kGrownOrigin, std::span{&witness, 1});
  BOOST_REQUIRE_MESSAGE(opened, opened.error().to_string());
  BOOST_REQUIRE(opened->cosignatures().size() == 1u);
  BOOST_TEST(opened->cosignatures()[0].time_s.value() == static_cast<std::uint64_t>(time_s));
}

}  // namespace stafett::log::testing
