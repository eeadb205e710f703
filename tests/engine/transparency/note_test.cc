#include "engine/transparency/note.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "tests/engine/transparency/vectors.h"

namespace stafett::transparency {
BOOST_AUTO_TEST_SUITE(note_test)
namespace {

const boost::json::array& published() {
  return vectors::all().at("notes").as_array();
}

VerifierKey key_of(const boost::json::value& vector) {
  return VerifierKey::parse(vectors::text(vector.at("vkey"))).value();
}

// The text of two published notes, signed by both keys.
struct TwoSigned {
  std::string text = vectors::text(published()[1].at("text"));
  VerifierKey peter = key_of(published()[1]);
  VerifierKey enoch = key_of(published()[2]);
  std::string peter_line = vectors::text(published()[1].at("sig_line"));
  std::string enoch_line = vectors::text(published()[2].at("sig_line"));
  std::string both() const { return text + "\n" + peter_line + enoch_line; }
};

Errc code_of_note(const std::string& note) {
  const auto parsed = parse_note(note);
  return parsed ? Errc::unset : parsed.error().code();
}

bool verifies(const std::string& note, const std::vector<VerifierKey>& keys) {
  const auto parsed = parse_note(note);
  return parsed && verify_note(*parsed, keys);
}

BOOST_AUTO_TEST_CASE(the_specification_s_example_verifies) {
  const std::string note = vectors::text(published()[0].at("note"));
  const VerifierKey key = key_of(published()[0]);
  BOOST_TEST(key.to_string() == vectors::text(published()[0].at("vkey")));
  const Note parsed = parse_note(note).value();
  BOOST_TEST(parsed.text == "This is an example message.\n");
  BOOST_TEST(format_note(parsed) == note);
  const auto verified = verify_note(parsed, std::vector{key});
  BOOST_REQUIRE(verified);
  BOOST_REQUIRE(verified->size() == 1U);
  BOOST_TEST(!verified->front().time_s);
}

BOOST_AUTO_TEST_CASE(go_s_signature_is_reproduced_from_its_seed) {
  const TwoSigned two;
  const auto key = vectors::key_from_hex(published()[1].at("seed_hex"));
  BOOST_TEST((VerifierKey{"PeterNeumann", KeyType::ed25519, key.public_key()} == two.peter));
  BOOST_TEST(format_signature_line(sign_note(two.text, "PeterNeumann", key)) + "\n" ==
             two.peter_line);
}

BOOST_AUTO_TEST_CASE(published_cosignatures_verify_and_are_reproduced) {
  const auto& cosignatures = vectors::all().at("cosignature_v1").as_array();
  BOOST_REQUIRE(cosignatures.size() == 2U);
  for (const auto& vector : cosignatures) {
    const VerifierKey key = key_of(vector);
    const std::string text = vectors::text(vector.at("note_text"));
    const std::string line = vectors::text(vector.at("sig_line"));
    const std::uint64_t time_s = vectors::number(vector.at("timestamp"));
    const auto verified = verify_note(parse_note(text + "\n" + line).value(), std::vector{key});
    BOOST_REQUIRE(verified);
    BOOST_TEST((verified->front().time_s == time_s));
    const auto secret = vectors::key_from_hex(vector.at("seed_hex"));
    BOOST_TEST(format_signature_line(cosign_note(text, key.name, secret, time_s)) + "\n" == line);
  }
}

BOOST_AUTO_TEST_CASE(unknown_keys_are_ignored_known_ones_must_verify) {
  const TwoSigned two;
  const Note note = parse_note(two.both()).value();
  const auto both = verify_note(note, std::vector{two.enoch, two.peter});
  BOOST_REQUIRE(both);
  BOOST_REQUIRE(both->size() == 2U);
  BOOST_TEST((*both)[0].key_index == 1U);
  BOOST_TEST((*both)[1].key_index == 0U);
  BOOST_TEST(verify_note(note, std::vector{two.enoch}).value().size() == 1U);

  const auto unknown = verify_note(note, std::vector{key_of(published()[0])});
  BOOST_REQUIRE(!unknown);
  BOOST_TEST((unknown.error().code() == Errc::bad_signature));
  BOOST_TEST(!verify_note(note, {}));

  Note spoiled = note;
  spoiled.signatures[0].signature[5] ^= 1;
  BOOST_TEST(!verify_note(spoiled, std::vector{two.enoch, two.peter}));
  BOOST_TEST(bool(verify_note(spoiled, std::vector{two.enoch})));
}

BOOST_AUTO_TEST_CASE(a_repeated_signature_counts_once_and_each_repeat_must_verify) {
  const TwoSigned two;
  Note note = parse_note(two.text + "\n" + two.peter_line + two.peter_line).value();
  BOOST_TEST(verify_note(note, std::vector{two.peter}).value().size() == 1U);
  note.signatures[1].signature[0] ^= 1;
  BOOST_TEST(!verify_note(note, std::vector{two.peter}));
}

BOOST_AUTO_TEST_CASE(two_keys_with_one_name_and_id_are_refused) {
  const TwoSigned two;
  const auto verified =
      verify_note(parse_note(two.both()).value(), std::vector{two.peter, two.enoch, two.peter});
  BOOST_REQUIRE(!verified);
  BOOST_TEST((verified.error().code() == Errc::invalid_argument));
}

BOOST_AUTO_TEST_CASE(every_flipped_bit_of_a_note_is_noticed) {
  const TwoSigned two;
  const std::vector<VerifierKey> keys{two.peter, two.enoch};
  const std::string good = two.text + "\n" + two.peter_line;
  BOOST_REQUIRE(verifies(good, keys));
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    std::string bad = good;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << bit % 8));
    BOOST_REQUIRE_MESSAGE(!verifies(bad, keys), "bit " << bit);
  }
  for (std::size_t i = 0; i < good.size(); ++i) {
    BOOST_REQUIRE_MESSAGE(!verifies(good.substr(0, i) + good.substr(i + 1), keys), "without " << i);
    BOOST_REQUIRE_MESSAGE(!verifies(good.substr(0, i), keys), "cut at " << i);
  }
}

BOOST_AUTO_TEST_CASE(a_cosignature_does_not_pass_as_another_time_or_as_a_plain_signature) {
  const auto& vector = vectors::all().at("cosignature_v1").as_array()[0];
  const VerifierKey key = key_of(vector);
  const std::string text = vectors::text(vector.at("note_text"));
  Note note = parse_note(text + "\n" + vectors::text(vector.at("sig_line"))).value();
  BOOST_REQUIRE(verify_note(note, std::vector{key}));
  for (std::size_t i = 0; i < 8; ++i) {
    Note other = note;
    other.signatures[0].signature[i] ^= 1;
    BOOST_TEST(!verify_note(other, std::vector{key}));
  }
  const VerifierKey plain{key.name, KeyType::ed25519, key.key};
  note.signatures[0].id = plain.id();
  BOOST_TEST(!verify_note(note, std::vector{plain}));
  note.signatures[0].signature.erase(note.signatures[0].signature.begin(),
                                     note.signatures[0].signature.begin() + 8);
  BOOST_TEST(!verify_note(note, std::vector{plain}));
}

// The text and the signatures are split at the last empty line, and the text keeps its own.
BOOST_AUTO_TEST_CASE(a_text_may_hold_empty_lines_and_signature_lines) {
  const TwoSigned two;
  const auto secret = vectors::key_from_hex(published()[1].at("seed_hex"));
  Note note{two.both() + "\nmore\n", {}};
  note.signatures.push_back(sign_note(note.text, two.peter.name, secret));
  const std::string formatted = format_note(note);
  BOOST_TEST((parse_note(formatted).value() == note));
  BOOST_TEST(verifies(formatted, {two.peter}));
}

BOOST_AUTO_TEST_CASE(a_note_has_at_most_100_signatures_and_64_kib) {
  const TwoSigned two;
  std::string note = two.text + "\n";
  for (int i = 0; i < 100; ++i) note += two.enoch_line;
  BOOST_TEST(verifies(note, {two.enoch}));
  BOOST_TEST((code_of_note(note + two.enoch_line) == Errc::too_large));
  const std::string tail = "\n\n" + two.peter_line;
  const std::string largest = std::string(kNoteBytesMax - tail.size(), 'x') + tail;
  BOOST_TEST((code_of_note(largest) == Errc::unset));
  BOOST_TEST((code_of_note("x" + largest) == Errc::too_large));
}

BOOST_AUTO_TEST_CASE(a_note_with_a_changed_form_is_malformed) {
  const TwoSigned two;
  const std::string dash = "\xe2\x80\x94 ";
  const std::string base64 = two.peter_line.substr(two.peter_line.rfind(' ') + 1);
  const std::string name = two.peter.name;
  const std::string bad[] = {
      "",
      "\n",
      two.text,
      two.text + "\n",
      two.text + two.peter_line,                                              // no empty line
      two.text + "\n" + two.peter_line.substr(0, two.peter_line.size() - 1),  // no last newline
      two.text + "\n" + two.peter_line + "\n",
      two.text + "\n" + two.peter_line + "x\n",
      two.text + "\n\n" + two.peter_line + "\n" + "- x y\n",
      two.text + "\n-- " + name + " " + base64,
      two.text + "\n" + dash + name + base64,
      two.text + "\n" + dash + name + "  " + base64,
      two.text + "\n" + dash + " " + base64,
      two.text + "\n" + dash + name + " " + base64.substr(0, base64.size() - 1) + " \n",
      two.text + "\n" + dash + name + "+x " + base64,
      two.text + "\n" + dash + name + "\xc2\xa0 " + base64,
      two.text + "\n" + dash + name + " \n",
      two.text + "\n" + dash + name + " AAAAAA==\n",  // an id and nothing
      two.text + "\n" + dash + name + " AAAAAAB\n",
      two.text + "\n" + dash + name + " AAAAAAA\n",
      two.text + "\n" + dash + name + " AAAAAAB=\n",  // not canonical: pad bits
      two.text + "\n" + dash + name + " AAAA-_A=\n",
      "a\tb\n\n" + two.peter_line,
      "a\r\n\n" + two.peter_line,
      std::string("a\0b\n\n", 5) + two.peter_line,
      "a\xff\n\n" + two.peter_line,
      "a\xed\xa0\x80\n\n" + two.peter_line,
  };
  for (const std::string& note : bad)
    BOOST_TEST((code_of_note(note) == Errc::malformed), "accepted: " << note);
  BOOST_TEST((code_of_note(two.text + "\n" + dash + name + " AAAAAAA=\n") == Errc::unset));
}

BOOST_AUTO_TEST_CASE(key_names_have_no_space_plus_or_control_character) {
  for (const std::string_view good : {"x", "stafett.example/9901", "example.com/foo", "\xc3\xa6"})
    BOOST_TEST(is_key_name(good));
  for (const std::string_view bad :
       {"", " ", "a b", "a+b", "a\tb", "a\nb", "a\x01", "a\xc2\x85", "a\xc2\xa0", "\xe1\x9a\x80",
        "\xe2\x80\x80", "\xe2\x80\x8a", "\xe2\x80\xa8", "\xe2\x80\xaf", "\xe2\x81\x9f",
        "\xe3\x80\x80", "\xff"})
    BOOST_TEST(!is_key_name(bad));
  BOOST_TEST(!is_key_name(std::string(1025, 'x')));
}

struct BadKey {
  const char* vkey;
  Errc want;
};
std::ostream& operator<<(std::ostream& out, const BadKey& bad) {
  return out << bad.vkey;
}

const BadKey bad_keys[] = {
    {"", Errc::malformed},
    {"PeterNeumann", Errc::malformed},
    {"PeterNeumann+c74f20a3", Errc::malformed},
    {"PeterNeumann+c74f20a3+", Errc::malformed},
    {"+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", Errc::malformed},
    {"Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", Errc::malformed},
    {"PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", Errc::malformed},
    {"PeterNeumann+0c74f20a+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", Errc::malformed},
    {"PeterNeumann+c74f20a30+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", Errc::malformed},
    {"PeterNeumann+c74f20+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", Errc::malformed},
    {"PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10T", Errc::malformed},
    {"PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW\n", Errc::malformed},
    {"PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==", Errc::malformed},
    {"PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", Errc::unsupported},
};
BOOST_DATA_TEST_CASE(a_bad_vkey_is_refused, boost::unit_test::data::make(bad_keys), bad) {
  const auto key = VerifierKey::parse(bad.vkey);
  BOOST_REQUIRE(!key);
  BOOST_TEST((key.error().code() == bad.want));
}

BOOST_AUTO_TEST_CASE(a_vkey_of_a_small_order_point_is_refused) {
  VerifierKey key{"small.example", KeyType::ed25519, {}};
  key.key.data()[0] = 1;  // the neutral point: any signature of (R, 0) could be made to fit
  BOOST_TEST(!VerifierKey::parse(key.to_string()));
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::transparency
