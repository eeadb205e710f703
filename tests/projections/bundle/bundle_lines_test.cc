// The lines and files of a bundle: one form, and nothing else is read.

#include <boost/json/serialize.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>

#include "engine/base/encoding.h"
#include "engine/format/entry.h"
#include "engine/log/stream_heads.h"
#include "engine/storage/private_places.h"
#include "projections/bundle/bundle_files.h"
#include "projections/bundle/bundle_lines.h"
#include "projections/bundle/manifest.h"
#include "projections/bundle/scope.h"
#include "tests/engine/format/worked_page.h"
#include "tests/support/repeated.h"
#include "tests/support/temporary_directory.h"

namespace stafett::bti {
BOOST_AUTO_TEST_SUITE(bundle_lines_test)
namespace {

using format::PartClass;
using stafett::testing::repeated;
using stafett::testing::TemporaryDirectory;

EntryLine an_entry() {
  return {Position{7},
          {1, 2, 3},
          transparency::Path{repeated<Hash>(1), repeated<Hash>(2)},
          {{PartClass::fact, repeated<format::Salt>(3), {4, 5}}},
          {PartClass::narrative},
          {PartClass::identity}};
}

BOOST_AUTO_TEST_CASE(a_line_is_read_as_it_was_written) {
  const std::string text = boost::json::serialize(to_json(an_entry()));
  const auto read = parse_entry_line(text);
  BOOST_REQUIRE(read);
  BOOST_TEST(boost::json::serialize(to_json(*read)) == text);
  const StreamLine stream{repeated<StreamId>(1),
                          {format::StreamKind::access, 4, repeated<SubjectId>(2), {}},
                          9,
                          repeated<Hash>(3),
                          1,
                          {repeated<Hash>(4)}};
  const std::string stream_text = boost::json::serialize(to_json(stream));
  const auto stream_read = parse_stream_line(stream_text);
  BOOST_REQUIRE(stream_read);
  BOOST_TEST(boost::json::serialize(to_json(*stream_read)) == stream_text);
}

BOOST_AUTO_TEST_CASE(a_stream_of_no_case_has_none) {
  const StreamLine engine{
      repeated<StreamId>(1), {format::StreamKind::engine, 0, {}, {}}, 1, {}, 0, {}};
  const auto read = parse_stream_line(boost::json::serialize(to_json(engine)));
  BOOST_REQUIRE(read);
  BOOST_TEST(read->record.subject.is_zero());
}

struct BadLine {
  const char* name;
  const char* from;  // of the line's text
  const char* to;
};
std::ostream& operator<<(std::ostream& out, const BadLine& line) {
  return out << line.name;
}
const BadLine kBadLines[] = {
    {"no_object", "{\"position\":7", "[{\"position\":7"},
    {"member_missing", "\"position\":7,", ""},
    {"member_too_many", "\"position\":7", "\"position\":7,\"more\":1"},
    {"position_is_text", "\"position\":7", "\"position\":\"7\""},
    {"position_below_zero", "\"position\":7", "\"position\":-7"},
    {"entry_not_base64", "\"AQID\"", "\"AQI\""},
    {"unknown_class", "\"fact\"", "\"facts\""},
    {"no_class", "\"narrative\"", "\"\""},
    {"class_is_number", "[\"narrative\"]", "[1]"},
    {"salt_too_short", "\"salt\":\"AwMD", "\"salt\":\""},
};

BOOST_DATA_TEST_CASE(a_line_of_another_form_is_refused, boost::unit_test::data::make(kBadLines),
                     bad) {
  std::string text = boost::json::serialize(to_json(an_entry()));
  const std::size_t at = text.find(bad.from);
  BOOST_REQUIRE(at != std::string::npos);
  text.replace(at, std::string_view{bad.from}.size(), bad.to);
  const auto read = parse_entry_line(text);
  BOOST_REQUIRE(!read);
  BOOST_TEST((read.error().code() == Errc::malformed));
}

BOOST_AUTO_TEST_CASE(a_path_longer_than_any_tree_has_is_refused) {
  EntryLine line = an_entry();
  line.path->assign(transparency::kProofNodesMax + 1, Hash{});
  BOOST_TEST(!parse_entry_line(boost::json::serialize(to_json(line))));
}

BOOST_AUTO_TEST_CASE(an_entry_without_a_path_is_one_of_a_range) {
  EntryLine line = an_entry();
  line.path.reset();
  const std::string text = boost::json::serialize(to_json(line));
  const auto read = parse_entry_line(text);
  BOOST_REQUIRE(read);
  BOOST_TEST(!read->path);
  BOOST_TEST(boost::json::serialize(to_json(*read)) == text);
}

BOOST_AUTO_TEST_CASE(a_range_is_of_two_entries_at_least_and_of_no_more_hashes_than_trees_have) {
  RangeLine line{Position{5}, 2, {{repeated<Hash>(1)}, {repeated<Hash>(2), repeated<Hash>(3)}}};
  const std::string text = boost::json::serialize(to_json(line));
  const auto read = parse_range_line(text);
  BOOST_REQUIRE(read);
  BOOST_TEST(boost::json::serialize(to_json(*read)) == text);
  const auto is_read = [](const RangeLine& one) {
    return bool{parse_range_line(boost::json::serialize(to_json(one)))};
  };
  for (const std::uint64_t count : {std::uint64_t{0}, std::uint64_t{1}}) {
    RangeLine few = line;
    few.count = count;
    BOOST_TEST(!is_read(few));
  }
  line.proof.left.assign(63, Hash{});
  line.proof.right.assign(126, Hash{});
  BOOST_TEST(is_read(line));
  RangeLine left = line, right = line;
  left.proof.left.emplace_back();
  right.proof.right.emplace_back();
  BOOST_TEST((!is_read(left) && !is_read(right)));
}

BundleScope a_scope() {
  BundleScope scope;
  scope.origin = "stafett.example/9901";
  scope.made_at = TimeUs{1'771'923'600'000'000};
  scope.chosen_at = TreeSize{40};
  scope.grant = "g1";
  scope.period = DayRange{*Date::parse("2026-01-01"), *Date::parse("2026-03-31")};
  scope.sample = Sample{"a word", 2};
  scope.drawn_from = TreeSize{30};
  scope.cases = {repeated<SubjectId>(1), repeated<SubjectId>(2)};
  return scope;
}

BOOST_AUTO_TEST_CASE(a_scope_has_one_text) {
  const std::string text = scope_text(a_scope());
  const auto read = parse_scope(text);
  BOOST_REQUIRE(read);
  BOOST_TEST(scope_text(*read) == text);
  BOOST_TEST((read->sample == a_scope().sample && read->period == a_scope().period));
  BOOST_TEST((read->drawn_from == TreeSize{30}));
  for (const std::string& other : {" " + text, text + "\n", std::string{"{}\n"}, std::string{},
                                   text.substr(0, text.size() - 1), std::string{"[]"}})
    BOOST_TEST(!parse_scope(other), other);
}

BOOST_AUTO_TEST_CASE(a_population_line_is_read_as_it_was_written) {
  const PopulationLine erased{SubjectId{},
                              false,
                              {{repeated<Hash>(1), 3, repeated<Hash>(2)}},
                              {{Position{4}, {1, 2}, {repeated<Hash>(3)}}}};
  for (const PopulationLine& line :
       {erased, PopulationLine{repeated<SubjectId>(1), true, erased.streams, {}}}) {
    const std::string text = boost::json::serialize(to_json(line));
    const auto read = parse_population_line(text);
    BOOST_REQUIRE(read);
    BOOST_TEST(boost::json::serialize(to_json(*read)) == text);
  }
  PopulationLine more = erased;
  more.shown.push_back(more.shown.front());
  BOOST_TEST(!parse_population_line(boost::json::serialize(to_json(more))));
}

BOOST_AUTO_TEST_CASE(what_could_steer_a_terminal_is_no_name_and_no_scope) {
  const NameLine name{log::LabelSpace::person, repeated<ActorId>(1).array(), "uma"};
  BOOST_TEST(!!parse_name_line(boost::json::serialize(to_json(name))));
  for (const char* bad : {"", "Uma", "u\x1b[2J", "u\nma",
                          "\xc2\x9b"
                          "2J"}) {
    NameLine other = name;
    other.label = bad;
    BOOST_TEST(!parse_name_line(boost::json::serialize(to_json(other))), bad);
    BundleScope scope = a_scope();
    BOOST_TEST(!!parse_scope(scope_text(scope)));
    if (std::string_view{bad} == "Uma") continue;
    scope.grant = bad;
    BOOST_TEST(!parse_scope(scope_text(scope)), bad);
    scope = a_scope();
    scope.sample->seed = bad;
    BOOST_TEST(!parse_scope(scope_text(scope)), bad);
    scope = a_scope();
    scope.origin = bad;
    BOOST_TEST(!parse_scope(scope_text(scope)), bad);
  }
}

struct Signed {
  crypto::SigningKey key = crypto::SigningKey::from_seed(Bytes(32, 2));
  transparency::VerifierKey vkey{"stafett.example/9901", transparency::KeyType::ed25519,
                                 key.public_key()};
  Manifest manifest{"stafett.example/9901", TreeSize{10}, Position{10}, {}};
  Signed() {
    for (const std::string_view name : bundle_file::kAll)
      manifest.files.push_back({std::string{name}, 3, repeated<Hash>(7)});
  }
};

BOOST_AUTO_TEST_CASE(a_manifest_is_the_logs_or_none) {
  const Signed s;
  const std::string note = sign_manifest(s.manifest, s.key);
  const auto opened = open_manifest(note, s.vkey);
  BOOST_REQUIRE(opened);
  BOOST_TEST((opened->files == s.manifest.files && opened->size == s.manifest.size));
  for (std::size_t i = 0; i < note.size(); ++i) {
    std::string altered = note;
    altered[i] = static_cast<char>(altered[i] ^ 1);
    BOOST_TEST(!open_manifest(altered, s.vkey), "byte " << i);
  }
}

BOOST_AUTO_TEST_CASE(what_the_log_signed_for_something_else_is_no_manifest) {
  const Signed s;
  const auto signed_text = [&](const std::string& text) {
    return transparency::format_note({text, {transparency::sign_note(text, s.vkey.name, s.key)}});
  };
  const std::string checkpoint = "stafett.example/9901\n1\n" + std::string(43, 'A') + "=\n";
  const auto of_checkpoint = open_manifest(signed_text(checkpoint), s.vkey);
  BOOST_TEST((!of_checkpoint && of_checkpoint.error().code() == Errc::malformed));
  const auto later = open_manifest(signed_text("Stafett audit bundle v2\nx\n"), s.vkey);
  BOOST_TEST((!later && later.error().code() == Errc::unsupported));
}

BOOST_AUTO_TEST_CASE(a_file_is_read_line_by_line_whatever_their_length) {
  const TemporaryDirectory place;
  const std::string directory = place.path("bundle");
  storage::Files& files = storage::posix_files();
  BOOST_REQUIRE(files.make_directory(directory));
  auto file = BundleFile::create(files, directory, "lines");
  BOOST_REQUIRE(file);
  const std::vector<std::string> lines = {"one", "", std::string(700'000, 'x'), "last"};
  for (const std::string& line : lines) BOOST_REQUIRE((*file)->add(line + "\n"));
  const auto written = (*file)->finish();
  BOOST_REQUIRE(written);
  const auto found = digest_of(files, directory, "lines");
  BOOST_TEST((found && *found == *written));
  auto reader = LineReader::open(files, directory + "/lines");
  BOOST_REQUIRE(reader);
  for (const std::string& line : lines) {
    const auto read = (*reader)->next();
    BOOST_REQUIRE((read && *read));
    BOOST_TEST((**read == line));
  }
  const auto end = (*reader)->next();
  BOOST_TEST((end && !*end));
  BOOST_TEST((*reader)->line() == 4u);
}

BOOST_AUTO_TEST_CASE(what_somebody_else_put_there_is_not_written_into) {
  const TemporaryDirectory place;
  storage::Files& files = storage::posix_files();
  const std::string directory = place.path("bundle");
  BOOST_REQUIRE(files.make_directory(directory));
  std::ofstream{directory + "/there"};  // empty, and open to all
  std::filesystem::create_symlink("elsewhere", directory + "/link");
  for (const char* name : {"there", "link"})
    BOOST_TEST(!BundleFile::create(files, directory, name), name);
  BOOST_TEST(!std::filesystem::exists(directory + "/elsewhere"));
  const auto folder = storage::make_new_folder(directory + "/partial-");
  const auto another = storage::make_new_folder(directory + "/partial-");
  BOOST_REQUIRE((folder && another));
  BOOST_TEST(*folder != *another);
  BOOST_TEST((std::filesystem::status(*folder).permissions() == std::filesystem::perms::owner_all));
}

BOOST_AUTO_TEST_CASE(a_line_that_never_ends_is_refused) {
  const TemporaryDirectory place;
  const std::string directory = place.path("bundle");
  storage::Files& files = storage::posix_files();
  BOOST_REQUIRE(files.make_directory(directory));
  for (const auto& [bytes, code] : {std::pair{kLineBytesMax + 2, Errc::too_large},
                                    std::pair{std::size_t{5}, Errc::malformed}}) {
    const std::string name = std::to_string(bytes);
    BOOST_REQUIRE(files.replace(directory + "/" + name, Bytes(bytes, 'x')));
    auto reader = LineReader::open(files, directory + "/" + name);
    BOOST_REQUIRE(reader);
    const auto read = (*reader)->next();
    BOOST_REQUIRE(!read);
    BOOST_TEST((read.error().code() == code));
  }
}

// The block after the line "<!-- worked-text: NAME -->" of the page.
std::string worked_text(const std::string& name) {
  std::ifstream page{std::string{STAFETT_SOURCE_DIR} + "/docs/formats/bundle.md"};
  std::string line, text;
  while (std::getline(page, line) && line != "<!-- worked-text: " + name + " -->") continue;
  std::getline(page, line);  // the fence
  while (std::getline(page, line) && !line.starts_with("```")) text += line + "\n";
  return text;
}

BOOST_AUTO_TEST_CASE(the_pages_texts_are_the_programs) {
  const Signed s;
  BOOST_TEST(worked_text("manifest") == sign_manifest(s.manifest, s.key));
  const std::string line = worked_text("entry-line");
  const auto read = parse_entry_line(line);
  BOOST_REQUIRE(read);
  BOOST_TEST(boost::json::serialize(to_json(*read)) + "\n" == line);
  const auto entry = format::decode_entry(read->entry);
  BOOST_REQUIRE((entry && read->parts.size() == 1));
  const format::OpenPart& part = read->parts.front();
  BOOST_TEST((format::commitment(part.salt, entry->intent.event_id, part.part_class,
                                 part.plaintext) == entry->intent.parts.front().commitment));
}

BOOST_AUTO_TEST_CASE(the_pages_document_is_the_programs) {
  const std::string text = worked_text("document-line");
  const auto line = parse_document_line(text);
  BOOST_REQUIRE(line);
  BOOST_TEST(boost::json::serialize(to_json(*line)) + "\n" == text);
  BOOST_TEST((line->sha256 == crypto::sha256(as_bytes(std::string_view{"a report"}))));
  BOOST_TEST(document_name(line->position) == "document-9");
}

BOOST_AUTO_TEST_CASE(a_document_is_called_by_its_position_and_nothing_else_is_one) {
  for (const char* name : {"document-0", "document-18446744073709551615"})
    BOOST_TEST(is_document_name(name), name);
  for (const char* name : {"document-", "document-01", "document--1", "document-1x", "document",
                           "documents.jsonl", "document-18446744073709551616", "document-1/x"})
    BOOST_TEST(!is_document_name(name), name);
}

BOOST_AUTO_TEST_CASE(the_pages_range_is_proven_and_no_other) {
  const std::string text = worked_text("range-line");
  const auto line = parse_range_line(text);
  BOOST_REQUIRE(line);
  BOOST_TEST(boost::json::serialize(to_json(*line)) + "\n" == text);
  const auto root =
      Hash::from(*from_hex(format::digits(format::worked_blocks("bundle.md").at("range-root"))));
  BOOST_REQUIRE(root);
  std::vector<Hash> leaves;
  for (const char* entry : {"10", "2021", "3031"})
    leaves.push_back(transparency::leaf_hash(*from_hex(entry)));
  const auto proven = [&](std::span<const Hash> some, std::uint64_t first, std::uint64_t size) {
    return bool{
        transparency::verify_range(some, Position{first}, {TreeSize{size}, *root}, line->proof)};
  };
  BOOST_TEST(proven(leaves, line->first.value(), 8));
  BOOST_TEST(!proven(leaves, 3, 8));
  BOOST_TEST(!proven(leaves, 2, 9));
  BOOST_TEST(!proven(std::span{leaves}.first(2), 2, 8));
}

BOOST_AUTO_TEST_CASE(the_pages_bytes_are_the_programs) {
  const auto blocks = format::worked_blocks("bundle.md");
  const auto head =
      Hash::from(*from_hex(format::digits(format::worked_blocks("entry.md").at("leaf-hash"))));
  BOOST_REQUIRE(head);
  const log::StreamEnd end{log::hidden_stream(repeated<StreamId>(0xc1)), 3, *head};
  BOOST_TEST(format::digits(blocks.at("stream-end-leaf")) == to_hex(log::leaf_of(end).view()));
  BOOST_TEST(format::digits(blocks.at("sample-rank")) ==
             to_hex(sample_rank("a word", repeated<SubjectId>(0xd1)).view()));
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::bti
