// Logs and requests made by other people's programs.
#include <boost/test/unit_test.hpp>

#include "engine/transparency/checkpoint.h"
#include "engine/transparency/proof.h"
#include "engine/transparency/tile_builder.h"
#include "engine/transparency/witness_request.h"
#include "tests/engine/transparency/model.h"
#include "tests/engine/transparency/vectors.h"

namespace stafett::transparency {
BOOST_AUTO_TEST_SUITE(published_logs_test)
namespace {

// Tessera's test log: every checkpoint, tile and bundle follows from the entries and the seed.
BOOST_AUTO_TEST_CASE(tessera_s_log_is_reproduced_byte_for_byte) {
  const auto& log = vectors::all().at("tessera_log").as_object();
  const std::string origin = vectors::text(log.at("origin"));
  const auto secret = vectors::key_from_hex(log.at("seed_hex"));
  const VerifierKey key = VerifierKey::parse(vectors::text(log.at("vkey"))).value();
  BOOST_TEST((VerifierKey{origin, KeyType::ed25519, secret.public_key()} == key));
  const auto& entries = log.at("entries_utf8").as_array();
  const auto& checkpoints = log.at("checkpoints").as_array();
  BOOST_REQUIRE(checkpoints.size() == entries.size() + 1);

  TileBuilder builder;
  std::vector<Hash> leaves;
  std::vector<TreeHead> heads;
  for (std::size_t size = 0; size <= entries.size(); ++size) {
    const std::string want = vectors::text(checkpoints[size]);
    BOOST_TEST(sign_checkpoint({origin, builder.head()}, secret) == want);
    const auto opened = open_checkpoint(want, key, origin);
    BOOST_REQUIRE(opened);
    BOOST_TEST((opened->head() == builder.head()));
    heads.push_back(opened->head());
    Bytes hashes;
    for (const Hash& leaf : leaves) append(hashes, leaf.view());
    BOOST_TEST(to_hex(builder.edge(0)) == to_hex(hashes));
    if (size == entries.size()) break;
    const Hash leaf = leaf_hash(as_bytes(vectors::text(entries[size])));
    leaves.push_back(leaf);
    builder.append(leaf, [](const Tile&, ByteView) { BOOST_FAIL("15 leaves fill no tile"); });
  }

  TileHashSource source{builder.size(), [&](const Tile& tile) -> Result<Bytes> {
                          const ByteView edge = builder.edge(tile.level);
                          return Bytes(edge.begin(), edge.end());
                        }};
  for (const TreeHead& older : heads)
    BOOST_TEST(bool(verify_consistency(
        older, heads.back(), consistency_proof(source, older.size, builder.size()).value())));
}

// A witness as far as requests decide: the HTTP status of its answer.
class Witness {
 public:
  Witness(std::string origin, VerifierKey log)
      : origin_(std::move(origin)), log_{{std::move(log)}} {}

  int add_checkpoint(std::string_view body) {
    const auto request = open_witness_request(body);
    if (!request) return 400;
    BOOST_TEST(format_witness_request(request->request) == body);
    if (request->checkpoint.origin != origin_) return 404;
    const WitnessVerdict verdict = judge_witness_request(*request, log_);
    if (verdict == WitnessVerdict::cosign) log_.last = request->checkpoint.head;
    return static_cast<int>(verdict);
  }
  TreeSize size() const { return log_.last.size; }

 private:
  std::string origin_;
  WitnessedLog log_;
};

BOOST_AUTO_TEST_CASE(the_witness_conformance_sequence_gets_its_answers) {
  const auto& sequence = vectors::all().at("witness_sequence").as_object();
  const VerifierKey key = VerifierKey::parse(vectors::text(sequence.at("log_vkey"))).value();
  BOOST_TEST(to_hex(key.key.view()) == vectors::text(sequence.at("log_pubkey_hex")));
  Witness witness{vectors::text(sequence.at("origin")), key};
  std::size_t sent = 0;
  for (const auto& value : sequence.at("steps").as_array()) {
    const auto& step = value.as_object();
    const auto* body = step.if_contains("body");
    if (body == nullptr) continue;  // another program's policy, without a request to send
    const std::string name = vectors::text(step.at("name"));
    const auto& status = step.at("status");
    // Where two answers are given, the second is that of a decoder as strict as ours: a last base64
    // digit with pad bits makes the request malformed before its signature can be wrong.
    const std::uint64_t want = vectors::number(status.is_array() ? status.at(1) : status);
    const auto got = static_cast<std::uint64_t>(witness.add_checkpoint(vectors::text(*body)));
    BOOST_TEST(got == want, name << ": " << got);
    if (const auto* response = step.if_contains("response"))
      BOOST_TEST(std::to_string(witness.size().value()) + "\n" == vectors::text(*response));
    ++sent;
  }
  BOOST_TEST(sent == 12U);
}

BOOST_AUTO_TEST_CASE(a_published_growth_request_is_consistent) {
  const auto& log = vectors::all().at("tessera_log").as_object();
  Witness witness{vectors::text(log.at("origin")),
                  VerifierKey::parse(vectors::text(log.at("vkey"))).value()};
  const std::string body =
      vectors::text(vectors::all().at("add_checkpoint_body_10_to_15").as_object().at("body"));
  const std::string first = "old 0\n\n" + vectors::text(log.at("checkpoints").as_array()[10]);
  BOOST_TEST(witness.add_checkpoint(body) == 409);
  BOOST_TEST(witness.add_checkpoint(first) == 200);
  BOOST_TEST(witness.add_checkpoint(body) == 200);
  BOOST_TEST(witness.add_checkpoint(body) == 409);
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::transparency
