#include "engine/transparency/witness_request.h"

#include <boost/test/unit_test.hpp>

#include "engine/transparency/tile_builder.h"
#include "tests/engine/transparency/vectors.h"

namespace stafett::transparency {
BOOST_AUTO_TEST_SUITE(witness_request_test)
namespace {

const std::string kWitnessedOrigin = "stafett.example/9901";

crypto::SigningKey witnessed_key(std::uint8_t seed) {
  return crypto::SigningKey::from_seed(Bytes(32, seed));
}

// A log of `size` leaves whose third byte is `branch`: two of them share no root but the first.
struct GrownLog {
  explicit GrownLog(std::uint64_t size, std::uint8_t branch = 0) {
    for (std::uint64_t i = 0; i < size; ++i) {
      const Bytes entry{static_cast<std::uint8_t>(i), 7, i == 0 ? std::uint8_t{0} : branch};
      builder.append(leaf_hash(entry), [](const Tile&, ByteView) {});
    }
  }
  Path proof(std::uint64_t older) {
    TileHashSource source{builder.size(), [&](const Tile& tile) -> Result<Bytes> {
                            const ByteView edge = builder.edge(tile.level);
                            return Bytes(edge.begin(), edge.end());
                          }};
    return consistency_proof(source, TreeSize{older}, builder.size()).value();
  }
  std::string note(std::uint8_t seed = 2) const {
    return sign_checkpoint({kWitnessedOrigin, builder.head()}, witnessed_key(seed));
  }
  std::string request(std::uint64_t older) {
    return format_witness_request({TreeSize{older}, proof(older), note()});
  }
  TileBuilder builder;
};

WitnessedLog believing(std::uint64_t size) {
  return {{{kWitnessedOrigin, KeyType::ed25519, witnessed_key(2).public_key()}},
          GrownLog{size}.builder.head()};
}

int verdict_on(std::string_view body, const WitnessedLog& log) {
  const auto request = open_witness_request(body);
  return request ? static_cast<int>(judge_witness_request(*request, log)) : 400;
}

BOOST_AUTO_TEST_CASE(every_growth_is_cosigned_and_from_its_own_size_only) {
  for (std::uint64_t older = 0; older <= 20; ++older)
    for (std::uint64_t newer = older; newer <= 20; ++newer) {
      GrownLog log{newer};
      const std::string body = log.request(older);
      for (std::uint64_t last = 0; last <= 20; ++last)
        BOOST_TEST(verdict_on(body, believing(last)) == (last == older ? 200 : 409));
    }
}

BOOST_AUTO_TEST_CASE(another_history_is_inconsistent_whatever_proof_comes_with_it) {
  for (std::uint64_t older = 2; older <= 12; ++older)
    for (std::uint64_t newer = older; newer <= 12; ++newer) {
      GrownLog other{newer, 1}, same{newer};
      const std::string note = other.note();
      for (const Path& proof : {other.proof(older), same.proof(older), Path{}, Path(63)})
        BOOST_TEST(verdict_on(format_witness_request({TreeSize{older}, proof, note}),
                              believing(older)) == 422);
    }
}

BOOST_AUTO_TEST_CASE(one_size_with_two_roots_is_inconsistent) {
  const std::string note = GrownLog{5, 1}.note();
  BOOST_TEST(verdict_on(format_witness_request({TreeSize{5}, {}, note}), believing(5)) == 422);
}

BOOST_AUTO_TEST_CASE(a_proof_from_size_0_is_empty) {
  const std::string note = GrownLog{5}.note();
  const WitnessedLog fresh = believing(0);
  BOOST_TEST(verdict_on(format_witness_request({TreeSize{0}, {}, note}), fresh) == 200);
  BOOST_TEST(verdict_on(format_witness_request({TreeSize{0}, {Hash{}}, note}), fresh) == 422);
}

BOOST_AUTO_TEST_CASE(size_0_has_the_empty_root) {
  const auto signed_head = [](const Hash& root) {
    return sign_checkpoint({kWitnessedOrigin, {TreeSize{0}, root}}, witnessed_key(2));
  };
  const WitnessedLog fresh = believing(0);
  BOOST_TEST(verdict_on("old 0\n\n" + signed_head(empty_root()), fresh) == 200);
  BOOST_TEST(verdict_on("old 0\n\n" + signed_head(Hash{}), fresh) == 422);
}

BOOST_AUTO_TEST_CASE(an_old_size_beyond_the_checkpoint_is_malformed) {
  BOOST_TEST(verdict_on("old 6\n\n" + GrownLog{5}.note(), believing(6)) == 400);
}

BOOST_AUTO_TEST_CASE(only_signatures_that_are_believed_count_and_each_of_them_must_verify) {
  GrownLog log{5};
  const std::string body = log.request(3);
  WitnessedLog two = believing(3);
  two.keys.push_back({kWitnessedOrigin, KeyType::ed25519, witnessed_key(9).public_key()});
  BOOST_TEST(verdict_on(body, two) == 200);
  WitnessedLog other = believing(3);
  other.keys = {{kWitnessedOrigin, KeyType::ed25519, witnessed_key(9).public_key()}};
  BOOST_TEST(verdict_on(body, other) == 403);
  // A good line does not make up for a bad one of another believed key.
  NoteSignature bad = sign_note("another text\n", kWitnessedOrigin, witnessed_key(9));
  BOOST_TEST(verdict_on(body + format_signature_line(bad) + "\n", two) == 403);
  BOOST_TEST(verdict_on(body + format_signature_line(bad) + "\n", believing(3)) == 200);
}

struct OtherForm {
  const char* name;
  std::string body;
};

std::vector<OtherForm> other_forms() {
  const std::string note = GrownLog{5}.note();
  const std::string hash = to_base64(Hash{}.view()) + "\n";
  std::string longest;
  for (int i = 0; i < 64; ++i) longest += hash;
  return {{"empty", ""},
          {"no old size", "\n" + note},
          {"no number", "old \n\n" + note},
          {"leading zero", "old 03\n\n" + note},
          {"sign", "old +3\n\n" + note},
          {"two spaces", "old  3\n\n" + note},
          {"trailing space", "old 3 \n\n" + note},
          {"carriage return", "old 3\r\n\n" + note},
          {"2^63", "old 9223372036854775808\n\n" + note},
          {"no empty line", "old 3\n" + note},
          {"short hash", "old 3\nAAAA\n\n" + note},
          {"hash without padding", "old 3\n" + hash.substr(0, 43) + "\n\n" + note},
          {"64 hashes", "old 3\n" + longest + "\n" + note},
          {"no note", "old 3\n\n"},
          {"note without signature", "old 3\n\n" + note.substr(0, note.find("\n\n") + 1)},
          {"no final newline", "old 3\n\n" + note.substr(0, note.size() - 1)}};
}

BOOST_AUTO_TEST_CASE(a_request_of_another_form_is_malformed) {
  for (const OtherForm& form : other_forms()) BOOST_TEST_CONTEXT(form.name) {
      const auto parsed = parse_witness_request(form.body);
      BOOST_REQUIRE(!parsed);
      BOOST_TEST((parsed.error().code() == Errc::malformed));
    }
}

BOOST_AUTO_TEST_CASE(a_request_beyond_its_bound_is_too_large) {
  const auto parsed = parse_witness_request(std::string(kWitnessRequestBytesMax + 1, 'o'));
  BOOST_REQUIRE(!parsed);
  BOOST_TEST((parsed.error().code() == Errc::too_large));
}

BOOST_AUTO_TEST_CASE(a_cosignature_of_a_time_past_63_bits_does_not_verify) {
  const std::string text = format_checkpoint({kWitnessedOrigin, GrownLog{5}.builder.head()});
  const VerifierKey key{"w", KeyType::ed25519_cosignature, witnessed_key(3).public_key()};
  for (const std::uint64_t time_s : {(std::uint64_t{1} << 63) - 1, std::uint64_t{1} << 63}) {
    const Note note{text, {cosign_note(text, "w", witnessed_key(3), time_s)}};
    BOOST_TEST(bool(verify_note(note, std::vector{key})) == (time_s >> 63 == 0));
  }
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::transparency
