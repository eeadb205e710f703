// Attacks with bytes: hostile proofs, older and unsigned forms.

#include "engine/base/encoding.h"
#include "engine/transparency/tlog_proof.h"
#include "engine/transparency/witness_request.h"
#include "tests/attacks/lying_log.h"

namespace stafett::log::testing {
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
  // A list that says to be longer than the message: nothing is allocated for it.
  Bytes entry = *lying.log.log().store().entry(lying.last);
  for (std::size_t i = 8; i + 8 <= entry.size(); i += 8) {
    Bytes hostile = entry;
    std::fill_n(hostile.begin() + static_cast<std::ptrdiff_t>(i), 8, std::uint8_t{0xff});
    BOOST_TEST((!format::decode_entry(hostile) ||
                transparency::leaf_hash(hostile) != transparency::leaf_hash(entry)));
  }
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
}  // namespace stafett::log::testing
