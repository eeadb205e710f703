// What an erasure leaves on the disk: neither a word of the case nor a key that opens it, also not
// with copies from before.

#include <fstream>

#include "engine/crypto/aead.h"
#include "engine/log/keeping/key_table.h"
#include "tests/projections/erasure/erased_town.h"

namespace stafett::bti::test {
BOOST_AUTO_TEST_SUITE(remains_test)
namespace {

namespace fs = std::filesystem;

Bytes content_of(const fs::path& path) {
  std::ifstream in{path, std::ios::binary};
  const std::string text{std::istreambuf_iterator<char>{in}, {}};
  const ByteView view = as_bytes(text);
  return Bytes(view.begin(), view.end());
}

std::vector<fs::path> files_below(const fs::path& directory) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator{directory})
    if (entry.is_regular_file()) files.push_back(entry.path());
  return files;
}

// Files, of all below the directory, that hold the bytes.
std::vector<std::string> holding(const fs::path& directory, ByteView needle) {
  std::vector<std::string> found;
  for (const fs::path& path : files_below(directory)) {
    const Bytes bytes = content_of(path);
    if (as_text(bytes).find(as_text(needle)) != std::string::npos) found.push_back(path.string());
  }
  return found;
}

// One sealed part of the case, as somebody saved it.
struct Saved {
  EventId event;
  Bytes sealed;
  DomainId domain;
  Hash origin;
};

Saved save_part(ErasedTown& town) {
  const Position position = town.events("a").front()->position;
  const auto record = got(town.bti.gate->source().subject(town.id_of("a")));
  const auto narrative = static_cast<std::uint8_t>(format::PartClass::narrative);
  return {town.events("a").front()->id, *got(town.bti.log->store().part(position, narrative)),
          record->content, town.bti.log->origin_hash()};
}

bool opens(const Saved& saved, ByteView domain_key) {
  const auto part = format::open_part(
      domain_key, {saved.origin, saved.event, format::PartClass::narrative}, saved.sealed);
  const auto direct = format::open_with_part_key(
      domain_key, {saved.origin, saved.event, format::PartClass::narrative}, saved.sealed);
  return part || direct;
}

// Every record of the domain in any table that is there: as a root key, does it unwrap one that
// opens the part?
bool unwraps(const Saved& saved, ByteView root, const std::vector<log::KeyRecord>& records) {
  std::array<std::uint8_t, 32> wrapping;
  crypto::derive_key(wrapping, root, "stafett/key-table/v1", saved.origin.view());
  Bytes associated;
  append(associated, saved.origin.view());
  append(associated, saved.domain.view());
  associated.push_back(static_cast<std::uint8_t>(log::DomainKind::content));
  for (const log::KeyRecord& record : records)
    for (const ByteView key : {ByteView{wrapping}, root}) {
      const auto domain_key = crypto::open(key, record.wrapped, associated);
      if (domain_key && opens(saved, *domain_key)) return true;
    }
  return false;
}

// A record lies at any place of a file, whatever the file is.
std::vector<log::KeyRecord> records_of(const Saved& saved, const std::vector<Bytes>& files) {
  std::vector<log::KeyRecord> records;
  for (const Bytes& bytes : files) {
    const std::string_view text = as_text(bytes);
    for (std::size_t at = text.find(as_text(saved.domain.view())); at != std::string_view::npos;
         at = text.find(as_text(saved.domain.view()), at + 1)) {
      if (at + log::kKeyRecordBytes > bytes.size()) continue;
      const auto record = log::decode_key_record(ByteView{bytes}.subspan(at, log::kKeyRecordBytes));
      if (record) records.push_back(*record);
    }
  }
  return records;
}

// Whether anything in these files, taken as a key of any kind, opens the part.
bool opens_with(const Saved& saved, const std::vector<fs::path>& paths,
                std::size_t* windows = nullptr) {
  std::vector<Bytes> files;
  for (const fs::path& path : paths) files.push_back(content_of(path));
  const std::vector<log::KeyRecord> records = records_of(saved, files);
  for (const Bytes& bytes : files)
    for (std::size_t at = 0; at + 32 <= bytes.size(); ++at) {
      const ByteView window = ByteView{bytes}.subspan(at, 32);
      if (windows) ++*windows;
      if (opens(saved, window) || unwraps(saved, window, records)) return true;
    }
  return false;
}

// Key files, tables and the guard; the copies' too.
std::vector<fs::path> key_files(const ErasedTown& town, const fs::path& copies) {
  std::vector<fs::path> files;
  for (const fs::path& directory :
       {fs::path{town.paths.keys}, fs::path{town.paths.guard}, fs::path{town.place}, copies})
    for (const fs::path& path : files_below(directory)) {
      const auto extension = path.extension();
      if (extension != ".sst" && extension != ".log") files.push_back(path);
    }
  return files;
}

BOOST_AUTO_TEST_CASE(no_byte_that_is_left_is_a_word_of_the_case_or_opens_one) {
  ErasedTown town;
  town.notes("a", 20, 100);
  town.turn_over();  // a snapshot of it
  BOOST_REQUIRE(town.snapshot("a"));
  auto views = views_of(town);
  ok(Follower{*views}.catch_up());
  ok(views->store().flush());
  const Saved saved = save_part(town);
  const Generation serving = got(views->read()->serving("state"));
  const Bytes row = *got(views->store().get(row_key(serving.number, town.id_of("a"))));
  BOOST_REQUIRE(!holding(town.paths.views, row).empty());

  // Copies from before, as a backup has them: of the database and the table, never of the root key.
  ok(town.bti.log->store().flush());
  const fs::path copies = town.directory.path("copies");
  fs::create_directory(copies);
  fs::copy(town.paths.database, copies / "log", fs::copy_options::recursive);
  fs::copy_file(town.paths.key_table, copies / "table");
  BOOST_TEST(!holding(copies, saved.sealed).empty());
  BOOST_TEST(opens_with(saved, key_files(town, copies)));  // the search finds a key that is there

  BOOST_REQUIRE(town.carry_out(town.approved({"a"}), views.get()));

  const auto nowhere = [&](ByteView needle) {
    for (const std::string& path :
         {town.paths.database, town.paths.keys, town.paths.guard, town.paths.views, town.place})
      for (const std::string& found : holding(path, needle)) BOOST_ERROR(found);
  };
  const auto look = [&] {
    for (const std::string_view word : {kNarrative, kChild}) {
      nowhere(as_bytes(word));
      BOOST_TEST(holding(copies, as_bytes(word)).empty());
    }
    for (const ByteView bytes : {ByteView{saved.sealed}, ByteView{row}}) nowhere(bytes);
    std::size_t windows = 0;
    BOOST_TEST(!opens_with(saved, key_files(town, copies), &windows));
    BOOST_TEST(windows > 10'000u);
  };
  views.reset();
  look();  // while it is open: write-ahead logs too
  town.note("b", "goes-on", 400);
  town.close();
  look();
}

// Lose the disk; put back the copy of the database and the table that the place has.
BOOST_AUTO_TEST_CASE(a_copy_from_before_opens_the_survivors_and_never_the_erased) {
  ErasedTown town;
  const Saved saved = save_part(town);
  ok(town.bti.log->store().flush());
  const fs::path copy = town.directory.path("copy");
  town.close();
  fs::copy(town.paths.database, copy, fs::copy_options::recursive);
  fs::copy(town.paths.guard, town.directory.path("guard"), fs::copy_options::recursive);
  town.open();
  BOOST_REQUIRE(town.carry_out(town.approved({"a"})));
  town.close();
  fs::remove_all(town.paths.database);
  fs::remove_all(town.paths.guard);
  fs::remove(town.paths.key_table);
  fs::copy(copy, town.paths.database, fs::copy_options::recursive);
  fs::copy(town.directory.path("guard"), town.paths.guard, fs::copy_options::recursive);
  fs::copy_file(town.place + "/table", town.paths.key_table);
  town.open();
  BOOST_TEST(town.state("b").notes == 2u);
  town.note("b", "goes-on", 400);
  BOOST_TEST((town.read("a") == Errc::erased));
  BOOST_TEST(town.note_refused("a") == "erased");
  const auto opened = got(town.bti.log->opener().open(
      std::get<Position>(got(town.bti.log->store().event(saved.event)))));
  BOOST_TEST(opened.parts.empty());
  BOOST_TEST(!opened.erased.empty());
  BOOST_TEST(town.verified(4).ok);
  BOOST_TEST(!town.verified(5).ok);  // parts without a key, and the copy knows of no order
  BOOST_TEST(!opens_with(saved, key_files(town, copy)));
  // What the copy brought back is ordered away again.
  BOOST_TEST(!holding(town.paths.database, saved.sealed).empty());
  BOOST_REQUIRE(town.carry_out(town.approved({"a"})));
  BOOST_TEST(town.verified(5).ok);
  BOOST_TEST(holding(town.paths.database, saved.sealed).empty());
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::bti::test
