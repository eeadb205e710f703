#include "engine/log/witness/witness.h"

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <map>
#include <random>
#include <thread>

#include "engine/base/encoding.h"
#include "engine/crypto/sha256.h"
#include "engine/transparency/checkpoint.h"
#include "engine/transparency/witness_policy.h"
#include "tests/engine/log/witness/grown_log.h"
#include "tests/support/fault_disk.h"
#include "tests/support/temporary_directory.h"

namespace stafett::log {
BOOST_AUTO_TEST_SUITE(witness_test)
namespace {

using namespace stafett::log::testing;
using transparency::WitnessVerdict;

constexpr std::int64_t kWitnessedAt = 1'767'139'200;

// A witness on the real disk that believes GrownLog's key.
struct LiveWitness {
  LiveWitness() {
    BOOST_REQUIRE(Witness::create(files, path, "witness.example/w1", witness_key()));
    open();
    BOOST_REQUIRE(witness->trust(kGrownOrigin, GrownLog::vkey()));
  }
  void open() {
    witness.reset();  // gives the lock back
    auto opened = Witness::open(files, clock, path);
    BOOST_REQUIRE_MESSAGE(opened, opened.error().to_string());
    witness = std::move(*opened);
  }
  WitnessAnswer ask(const std::string& body) {
    const auto answer = witness->add_checkpoint(body);
    BOOST_REQUIRE_MESSAGE(answer, answer.error().to_string());
    return *answer;
  }
  int status(const std::string& body) { return static_cast<int>(ask(body).verdict); }

  stafett::testing::TemporaryDirectory directory;
  const std::string path = directory.path("witness");
  storage::Files& files = storage::posix_files();
  ManualClock clock{TimeUs{kWitnessedAt * 1'000'000}};
  std::unique_ptr<Witness> witness;
};

BOOST_AUTO_TEST_CASE(a_checkpoint_that_goes_on_is_cosigned_and_the_next_goes_on_from_it) {
  LiveWitness live;
  const GrownLog log{300};
  for (const auto& [older, newer] : {std::pair{0, 1}, {1, 1}, {1, 200}, {200, 300}}) {
    const auto from = static_cast<std::uint64_t>(older), to = static_cast<std::uint64_t>(newer);
    const WitnessAnswer answer = live.ask(log.request(from, to));
    BOOST_REQUIRE((answer.verdict == WitnessVerdict::cosign));
    check_cosigned(log.note(to), answer, live.witness->vkey(), kWitnessedAt);
    // Monitors get what the log was given, with both signatures and no others.
    BOOST_TEST(live.witness->cosigned(grown_origin_hash()).value() == log.note(to) + answer.lines);
  }
  const WitnessAnswer stale = live.ask(log.request(200, 300));
  BOOST_TEST((stale.verdict == WitnessVerdict::conflict));
  BOOST_TEST(stale.size.value() == 300u);
  BOOST_TEST(live.status(GrownLog(301, 1).request(300, 301)) == 422);
}

BOOST_AUTO_TEST_CASE(what_was_cosigned_is_known_after_a_restart) {
  LiveWitness live;
  const GrownLog log{20};
  BOOST_TEST(live.status(log.request(0, 7)) == 200);
  const std::string cosigned = live.witness->cosigned(grown_origin_hash()).value();
  live.open();
  BOOST_TEST(live.witness->cosigned(grown_origin_hash()).value() == cosigned);
  BOOST_TEST(live.status(log.request(0, 20)) == 409);
  BOOST_TEST(live.status(GrownLog(20, 1).request(7, 20)) == 422);
  BOOST_TEST(live.status(log.request(7, 20)) == 200);
}

BOOST_AUTO_TEST_CASE(a_second_witness_of_one_directory_is_refused) {
  LiveWitness live;
  const auto second = Witness::open(live.files, live.clock, live.path);
  BOOST_REQUIRE(!second);
  BOOST_TEST((second.error().code() == Errc::locked));
}

BOOST_AUTO_TEST_CASE(a_witness_is_made_once) {
  LiveWitness live;
  const auto again = Witness::create(live.files, live.path, "another", witness_key());
  BOOST_TEST((again.error().code() == Errc::conflict));
  for (const char* name : {"", "a b", "a+b", "a\n"})
    BOOST_TEST((Witness::create(live.files, live.path + "2", name, witness_key()).error().code() ==
                Errc::invalid_argument));
}

// A checkpoint whose extension lines fill the note up to so many bytes.
std::string padded_request(const GrownLog& log, std::uint64_t older, std::uint64_t newer,
                           std::size_t note_bytes) {
  const std::string request = log.request(older, newer);
  const std::string plain = log.note(newer);
  const std::string text = transparency::parse_note(plain)->text;
  const std::string extension(note_bytes - plain.size() - 1, 'x');
  const std::string padded = text + extension + "\n";
  const transparency::Note note{padded,
                                {transparency::sign_note(padded, kGrownOrigin, GrownLog::key())}};
  return request.substr(0, request.size() - plain.size()) + transparency::format_note(note);
}

BOOST_AUTO_TEST_CASE(a_note_that_leaves_no_room_for_the_cosignature_makes_it_forget_nothing) {
  LiveWitness live;
  const GrownLog log{20}, fork{20, 1};
  BOOST_TEST(live.status(log.request(0, 10)) == 200);
  const std::string cosigned = live.witness->cosigned(grown_origin_hash()).value();
  const std::string body = padded_request(log, 10, 12, transparency::kNoteBytesMax - 10);
  BOOST_TEST(transparency::parse_witness_request(body).has_value());
  for (int i = 0; i < 2; ++i) {
    BOOST_TEST(live.status(body) == 400);
    BOOST_TEST(live.status(fork.request(0, 12)) == 409);
    BOOST_TEST(live.ask(fork.request(0, 12)).size.value() == 10u);
    BOOST_TEST(live.status(fork.request(10, 12)) == 422);
    BOOST_TEST(live.witness->cosigned(grown_origin_hash()).value() == cosigned);
    live.open();
  }
  // With room for it, extension lines are cosigned as they are.
  BOOST_TEST(live.status(padded_request(log, 10, 12, transparency::kNoteBytesMax - 200)) == 200);
  live.open();
  BOOST_TEST(live.status(fork.request(0, 13)) == 409);
  BOOST_TEST(live.status(log.request(12, 13)) == 200);
}

BOOST_AUTO_TEST_CASE(an_unknown_log_and_an_unbelieved_key_get_nothing) {
  LiveWitness live;
  const auto other = crypto::SigningKey::from_seed(Bytes(32, 6));
  const auto head = GrownLog{3}.head(3);
  const std::string of_another =
      "old 0\n\n" + transparency::sign_checkpoint({"another.example", head}, other);
  BOOST_TEST(live.status(of_another) == 404);
  BOOST_TEST(
      live.status("old 0\n\n" + transparency::sign_checkpoint({kGrownOrigin, head}, other)) == 403);
  BOOST_TEST(live.status("old 0\n") == 400);
  BOOST_TEST((live.witness->cosigned(grown_origin_hash()).error().code() == Errc::not_found));
  BOOST_TEST((live.witness->cosigned(Hash{}).error().code() == Errc::not_found));
}

BOOST_AUTO_TEST_CASE(a_further_key_is_believed_without_forgetting_what_was_cosigned) {
  LiveWitness live;
  const GrownLog log{9};
  BOOST_TEST(live.status(log.request(0, 4)) == 200);
  const auto next = crypto::SigningKey::from_seed(Bytes(32, 6));
  const transparency::VerifierKey key{kGrownOrigin, transparency::KeyType::ed25519,
                                      next.public_key()};
  BOOST_REQUIRE(live.witness->trust(kGrownOrigin, key));
  BOOST_TEST((live.witness->trust(kGrownOrigin, key).error().code() == Errc::conflict));
  live.open();
  BOOST_TEST(live.status(log.request(0, 9)) == 409);
  BOOST_TEST(live.status(log.request(4, 9)) == 200);
}

BOOST_AUTO_TEST_CASE(nothing_is_cosigned_at_an_earlier_time_than_the_last) {
  LiveWitness live;
  const GrownLog log{9};
  BOOST_TEST(live.status(log.request(0, 4)) == 200);
  live.clock.set(TimeUs{(kWitnessedAt - 1) * 1'000'000});
  BOOST_TEST((live.witness->add_checkpoint(log.request(4, 9)).error().code() == Errc::refused));
  live.clock.set(TimeUs{kWitnessedAt * 1'000'000});
  BOOST_TEST(live.status(log.request(4, 9)) == 200);
}

BOOST_AUTO_TEST_CASE(a_witness_does_not_open_on_what_it_has_not_cosigned_itself) {
  LiveWitness live;
  const GrownLog log{9}, other{9, 1};
  BOOST_TEST(live.status(log.request(0, 4)) == 200);
  const std::string file = live.path + "/logs/" + to_hex(grown_origin_hash().view());
  const Bytes good = live.files.read(file, kWitnessFileBytesMax).value();
  const std::string text{as_text(good)};
  live.witness.reset();
  const std::size_t note = text.find("\n\n") + 2;
  std::vector<std::string> changed{text.substr(0, note) + other.note(4),  // the log's word alone
                                   text.substr(0, text.size() - 1), text.substr(0, note - 1),
                                   "x" + text};
  // A line by another key than the log's is passed over, as after the log's key has changed: the
  // witness's own signature is over the same text.
  const std::size_t log_line = text.find("\n\xe2\x80\x94 ", note);
  const std::size_t log_key = text.find(' ', log_line + 5) + 6;
  for (std::size_t at = 0; at < text.size(); at += 7) {
    if (at > log_line && at <= log_key) continue;
    std::string flipped = text;
    flipped[at] = static_cast<char>(flipped[at] ^ 1);
    changed.push_back(flipped);
  }
  for (const std::string& one : changed) {
    BOOST_REQUIRE(live.files.replace(file, as_bytes(one)));
    const auto opened = Witness::open(live.files, live.clock, live.path);
    BOOST_TEST(!opened.has_value(), one);
    if (!opened) BOOST_TEST((opened.error().code() == Errc::corrupt));
  }
  BOOST_REQUIRE(live.files.replace(file, good));
  live.open();
  BOOST_TEST(live.status(log.request(4, 9)) == 200);
}

BOOST_AUTO_TEST_CASE(of_requests_at_once_all_that_are_cosigned_are_of_one_history) {
  const std::uint64_t seed = stafett::testing::seed_from_environment(1);
  BOOST_TEST_MESSAGE("seed " << seed);
  constexpr std::uint64_t kSizeMax = 120;
  LiveWitness live;
  const GrownLog branches[] = {GrownLog{kSizeMax, 0}, GrownLog{kSizeMax, 1}};
  struct Cosigned {
    std::size_t branch;
    std::uint64_t older, newer;
  };
  std::mutex mutex;
  std::vector<Cosigned> cosigned;
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < 4; ++i)
    threads.emplace_back([&, i] {
      std::mt19937_64 random{seed + i};
      for (std::uint64_t size = 0; size < kSizeMax;) {
        const std::size_t branch = i % 2;
        const std::uint64_t newer =
            size + 1 + random() % std::min<std::uint64_t>(6, kSizeMax - size);
        const auto answer =
            live.witness->add_checkpoint(branches[branch].request(size, newer)).value();
        if (answer.verdict == WitnessVerdict::inconsistent) return;  // the other branch was first
        if (answer.verdict == WitnessVerdict::conflict) {
          size = answer.size.value();
          continue;
        }
        const std::lock_guard lock{mutex};
        cosigned.push_back({branch, size, newer});
        size = newer;
      }
    });
  for (std::thread& thread : threads) thread.join();
  BOOST_TEST(cosigned.size() > 10u);
  std::ranges::sort(cosigned, {}, &Cosigned::older);
  std::uint64_t last = 0;
  for (const Cosigned& one : cosigned) {
    BOOST_TEST(one.older == last);  // each goes on from the one before, and none from the same
    last = one.newer;
    // At size 1 both are the same log still.
    if (one.newer > 1) BOOST_TEST(one.branch == cosigned.back().branch);
  }
  BOOST_TEST(last == kSizeMax);
}

// The text blocks of docs/formats/witness.md, by name.
std::map<std::string, std::string> worked_texts() {
  std::ifstream page{std::string{STAFETT_SOURCE_DIR} + "/docs/formats/witness.md"};
  std::map<std::string, std::string> texts;
  std::string name;
  for (std::string line; std::getline(page, line);) {
    const std::string mark = "<!-- worked-text: ";
    if (line.starts_with(mark)) {
      name = line.substr(mark.size(), line.find(" -->") - mark.size());
      std::getline(page, line);  // the fence
      while (std::getline(page, line) && line != "```") texts[name] += line + "\n";
    }
  }
  return texts;
}

BOOST_AUTO_TEST_CASE(the_worked_bytes_are_what_a_witness_reads_says_and_keeps) {
  const std::map<std::string, std::string> texts = worked_texts();
  stafett::testing::TemporaryDirectory directory;
  const std::string path = directory.path("witness");
  storage::Files& files = storage::posix_files();
  ManualClock clock{TimeUs{kWitnessedAt * 1'000'000}};
  BOOST_REQUIRE(Witness::create(files, path, "witness.stafett.example/w1",
                                crypto::SigningKey::from_seed(Bytes(32, 6))));
  auto witness = Witness::open(files, clock, path);
  BOOST_REQUIRE(witness);
  BOOST_TEST((*witness)->vkey().to_string() + "\n" == texts.at("witness-key"));
  BOOST_REQUIRE((*witness)->trust(kGrownOrigin, GrownLog::vkey()));

  transparency::CompactRange range;
  for (const Bytes& entry : {Bytes{}, Bytes{0x00}}) range.append(transparency::leaf_hash(entry));
  const std::string two =
      transparency::sign_checkpoint({kGrownOrigin, range.head()}, GrownLog::key());
  BOOST_TEST(((*witness)->add_checkpoint("old 0\n\n" + two)->verdict == WitnessVerdict::cosign));
  const std::string& body = texts.at("witness-request");
  const auto request = transparency::parse_witness_request(body);
  BOOST_REQUIRE(request);
  BOOST_TEST(transparency::format_witness_request(*request) == body);
  const auto answer = (*witness)->add_checkpoint(body);
  BOOST_REQUIRE(answer);
  BOOST_TEST(request->checkpoint_note + answer->lines == texts.at("cosigned"));
  BOOST_TEST((*witness)->cosigned(grown_origin_hash()).value() == texts.at("cosigned"));
  const std::string kept = path + "/logs/" + to_hex(grown_origin_hash().view());
  BOOST_TEST(as_text(files.read(kept, kWitnessFileBytesMax).value()) == texts.at("witness-file"));
  const auto policy = transparency::WitnessPolicy::parse(texts.at("policy"));
  BOOST_REQUIRE(policy);
  BOOST_TEST((policy->keys().at(0) == (*witness)->vkey()));
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::log
