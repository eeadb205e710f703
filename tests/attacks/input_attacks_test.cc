// Attacks with bytes: hostile proofs, older and unsigned forms.

#include "engine/base/encoding.h"
#include "engine/transparency/tlog_proof.h"
#include "engine/transparency/witness_request.h"
#include "tests/attacks/lying_log.h"

namespace stafett::log::verify_testing {
BOOST_AUTO_TEST_SUITE(input_attacks_test)
namespace {

using storage::Column;

template <class T>
std::string code_name(const Result<T>& result) {
  return result ? "ok" : errc_name(result.error().code());
}

std::string repeated_line(std::size_t count, std::string_view line) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += line;
  return text;
}

BOOST_AUTO_TEST_CASE(proofs_and_messages_are_hostile) {
  LyingLog lying;
  const std::string note = *lying.log.log().checkpoint_now();
  const std::string hash = to_base64(Hash{}.view()) + "\n";
  const auto proof = [&](const std::string& index, const std::string& path) {
    return transparency::parse_tlog_proof("c2sp.org/tlog-proof@v1\nindex " + index + "\n" + path +
                                          "\n" + note);
  };
  BOOST_TEST(code_name(proof("1", hash)) == "ok");
  BOOST_TEST(code_name(proof("1", repeated_line(64, hash))) == "malformed");
  BOOST_TEST(code_name(proof("01", hash)) == "malformed");
  BOOST_TEST(code_name(proof("18446744073709551616", hash)) == "malformed");
  BOOST_TEST(code_name(transparency::parse_tlog_proof(
                 std::string(transparency::kTlogProofBytesMax + 1, 'x'))) == "too-large");
  const std::string signature = note.substr(note.find("\n\n") + 2);
  const std::string text = note.substr(0, note.find("\n\n") + 2);
  BOOST_TEST(code_name(transparency::parse_note(
                 text + repeated_line(transparency::kNoteSignaturesMax + 1, signature))) != "ok");
  BOOST_TEST(code_name(transparency::parse_note(
                 std::string(transparency::kNoteBytesMax + 1, 'x'))) == "too-large");
  BOOST_TEST(code_name(transparency::parse_witness_request("old 1\n" + repeated_line(64, hash) +
                                                           "\n" + note)) == "malformed");
  BOOST_TEST(code_name(format::decode_entry(Bytes(format::kEntryBytesMax + 1, 0))) != "ok");
}

// The pointers of a message's root, by Cap'n Proto's encoding: places in its bytes.
std::vector<std::size_t> root_pointers(const Bytes& message) {
  const auto number = [&](std::size_t at, std::size_t bytes) {
    std::uint64_t value = 0;
    for (std::size_t i = bytes; i-- > 0;) value = value << 8 | message.at(at + i);
    return value;
  };
  const std::size_t first = 8 * (1 + (number(0, 4) >> 2) + number(4, 2));
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < number(6, 2); ++i) places.push_back(first + 8 * i);
  return places;
}

// Nothing is read or allocated past what is there.
BOOST_AUTO_TEST_CASE(lists_say_to_be_longer_than_the_message) {
  LyingLog lying;
  const Bytes entry = *lying.log.log().store().entry(lying.last);
  const Bytes intent = format::decode_entry(entry)->intent_bytes;
  std::size_t lists = 0;
  const auto check = [&](const Bytes& good, const auto& decode) {
    BOOST_REQUIRE(decode(good));
    for (const std::size_t at : root_pointers(good)) {
      if ((good.at(at) & 3) != 1) continue;  // not a list
      ++lists;
      Bytes hostile = good;
      // 2^29 - 1 elements, of the size they had.
      for (std::size_t i = 4; i < 8; ++i)
        hostile.at(at + i) |= i == 4 ? std::uint8_t{0xf8} : std::uint8_t{0xff};
      BOOST_TEST(code_name(decode(hostile)) == "malformed");
    }
  };
  check(entry, [](const Bytes& bytes) { return format::decode_entry(bytes); });
  check(intent, [](const Bytes& bytes) { return format::decode_intent(bytes); });
  BOOST_TEST(lists >= 10u);
}

BOOST_AUTO_TEST_CASE(an_older_or_unsigned_form_is_slipped_in) {
  {
    LyingLog lying;  // an event without a signature
    const auto report = lying.forged(
        lying.last, [](format::Entry& e) { e.signature.signature = {}; }, Loot::log_key);
    BOOST_TEST(has(report, "signature", "entry", lying.last), described(report));
  }
  {
    LyingLog lying;  // an entry that says to be of a version before the first
    lying.change(
        [&](Intruder& intruder) {
          const auto key = storage::position_key(lying.last);
          Bytes entry = intruder.get(Column::entries, key);
          BOOST_REQUIRE_EQUAL(entry[8], 1);
          entry[8] = 0;
          intruder.put(Column::entries, key, entry);
        },
        Loot::log_key);
    const auto report = lying.log.verify();
    BOOST_TEST(has(report, "entry-hash", "entry", lying.last), described(report));
  }
  LyingLog lying;  // a checkpoint that only somebody else has signed
  const TreeSize size = lying.log.log().head().size;
  const Hash root = lying.log.log().head().root;
  lying.log.close();
  const auto stranger = crypto::SigningKey::generate(lying.log.random());
  Intruder{lying.log}.put_sealed(Column::checkpoints, storage::checkpoint_key(size),
                                 as_bytes(note_of(stranger, size, root)));
  const auto report = lying.log.verify();
  BOOST_TEST(has(report, "checkpoint-signature", "checkpoint " + std::to_string(size.value())),
             described(report));
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::log::verify_testing
