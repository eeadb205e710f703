// Parquet as written, read by a decoder of the test's own: footer, row groups, pages, nulls.

#include "projections/exports/tables/parquet_tables.h"

#include <sys/resource.h>
#include <zstd.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <map>
#include <optional>

#include "projections/exports/tables/sqlite_tables.h"
#include "tests/support/temporary_directory.h"

namespace stafett::bti {
BOOST_AUTO_TEST_SUITE(parquet_tables_test)
namespace {

// Any value of Thrift's compact protocol; a structure by field ids.
struct Thrift {
  std::int64_t number = 0;
  std::string text;
  std::vector<Thrift> list;
  std::map<int, Thrift> fields;
  const Thrift& at(int id) const { return fields.at(id); }
};

class Decoder {
 public:
  explicit Decoder(ByteView bytes) : bytes_(bytes) {}
  Thrift structure() {
    Thrift out;
    for (int id = 0;;) {
      const std::uint8_t head = next();
      if (head == 0) return out;
      id = (head >> 4) != 0 ? id + (head >> 4) : static_cast<int>(zigzag());
      out.fields[id] = value(head & 15);
    }
  }
  std::size_t position() const { return at_; }

 private:
  std::uint8_t next() { return bytes_[at_++]; }
  std::uint64_t varint() {
    std::uint64_t out = 0;
    for (int shift = 0;; shift += 7) {
      const std::uint8_t byte = next();
      out |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return out;
    }
  }
  std::int64_t zigzag() {
    const std::uint64_t raw = varint();
    return static_cast<std::int64_t>(raw >> 1) ^ -static_cast<std::int64_t>(raw & 1);
  }
  Thrift value(int type) {
    Thrift out;
    if (type == 5 || type == 6) out.number = zigzag();
    if (type == 8) {
      const std::size_t size = varint();
      out.text = std::string{as_text(bytes_.subspan(at_, size))};
      at_ += size;
    }
    if (type == 9) {
      const std::uint8_t head = next();
      const std::size_t size = (head >> 4) == 15 ? varint() : head >> 4;
      for (std::size_t i = 0; i < size; ++i) out.list.push_back(value(head & 15));
    }
    if (type == 12) out = structure();
    return out;
  }
  ByteView bytes_;
  std::size_t at_ = 0;
};

std::uint64_t little(ByteView bytes, std::size_t at, std::size_t count) {
  std::uint64_t out = 0;
  for (std::size_t i = count; i-- > 0;) out = out << 8 | bytes[at + i];
  return out;
}

Bytes read_file(const std::string& path) {
  return storage::posix_files().read(path, std::size_t{64} << 20).value();
}

Thrift footer_of(ByteView file) {
  BOOST_REQUIRE(file.size() > 12);
  BOOST_TEST(as_text(file.first(4)) == "PAR1");
  BOOST_TEST(as_text(file.last(4)) == "PAR1");
  const std::uint64_t size = little(file, file.size() - 8, 4);
  BOOST_REQUIRE(size <= file.size() - 12);
  return Decoder{file.subspan(file.size() - 8 - size, size)}.structure();
}

// Of a column of 8-byte values: each row's, nothing for null.
std::vector<std::optional<std::uint64_t>> column(ByteView file, const Thrift& chunk) {
  const Thrift& meta = chunk.at(3);
  const ByteView rest = file.subspan(static_cast<std::size_t>(meta.at(9).number));
  Decoder decoder{rest};
  const Thrift page = decoder.structure();
  Bytes plain(static_cast<std::size_t>(page.at(2).number));
  const std::size_t got =
      ZSTD_decompress(plain.data(), plain.size(), rest.data() + decoder.position(),
                      static_cast<std::size_t>(page.at(3).number));
  BOOST_REQUIRE(got == plain.size());
  const std::size_t levels = little(plain, 0, 4);
  std::vector<std::optional<std::uint64_t>> out;
  std::size_t value_at = 4 + levels;
  for (std::size_t at = 4; at < 4 + levels;) {
    std::uint64_t run = 0;
    for (int shift = 0;; shift += 7) {
      const std::uint8_t byte = plain[at++];
      run |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    const bool there = plain[at++] == 1;
    for (std::uint64_t i = 0; i < run >> 1; ++i, value_at += there ? 8 : 0)
      out.push_back(there ? std::optional{little(plain, value_at, 8)} : std::nullopt);
  }
  BOOST_TEST(value_at == plain.size());
  return out;
}

BOOST_AUTO_TEST_CASE(every_row_of_several_groups_is_there_nulls_too) {
  const testing::TemporaryDirectory place;
  ParquetTables tables{storage::posix_files(), place.path("")};
  constexpr std::int64_t kRows = 2 * ParquetTables::kGroupRowsMax + 5;
  BOOST_REQUIRE(tables.begin("many", {{"n", ColumnType::integer}}));
  for (std::int64_t i = 0; i < kRows; ++i)
    BOOST_REQUIRE(tables.row({i % 7 == 3 ? Cell{} : Cell{i - 1000}}));
  BOOST_REQUIRE(tables.finish());
  const Bytes file = read_file(place.path("many.parquet"));
  const Thrift footer = footer_of(file);
  BOOST_TEST(footer.at(3).number == kRows);
  BOOST_TEST(footer.at(4).list.size() == 3);
  std::int64_t i = 0;
  std::size_t wrong = 0;
  for (const Thrift& group : footer.at(4).list)
    for (const auto& value : column(file, group.at(1).list.front())) {
      const std::optional<std::uint64_t> want =
          i % 7 == 3 ? std::nullopt : std::optional{static_cast<std::uint64_t>(i - 1000)};
      if (value != want) ++wrong;
      ++i;
    }
  BOOST_TEST(wrong == 0);
  BOOST_TEST(i == kRows);
}

BOOST_AUTO_TEST_CASE(a_group_ends_when_its_bytes_are_many) {
  const testing::TemporaryDirectory place;
  ParquetTables tables{storage::posix_files(), place.path("")};
  BOOST_REQUIRE(tables.begin("long", {{"t", ColumnType::text}}));
  const std::string text(std::size_t{1} << 20, 'a');
  for (int i = 0; i < 20; ++i) BOOST_REQUIRE(tables.row({Cell{text}}));
  BOOST_REQUIRE(tables.finish());
  const Thrift footer = footer_of(read_file(place.path("long.parquet")));
  BOOST_TEST(footer.at(4).list.size() == 3);
}

BOOST_AUTO_TEST_CASE(tables_without_rows_have_columns_and_lie_under_their_names_when_whole) {
  const testing::TemporaryDirectory place;
  ParquetTables tables{storage::posix_files(), place.path("")};
  BOOST_REQUIRE(tables.begin("first", {{"a", ColumnType::real}, {"b", ColumnType::text}}));
  BOOST_TEST(!std::filesystem::exists(place.path("first.parquet")));
  BOOST_REQUIRE(tables.begin("second", {{"a", ColumnType::real}}));
  BOOST_TEST(std::filesystem::exists(place.path("first.parquet")));
  BOOST_REQUIRE(tables.finish());
  const Thrift footer = footer_of(read_file(place.path("first.parquet")));
  BOOST_TEST(footer.at(2).list.size() == 3);
  BOOST_TEST(footer.at(2).list.back().at(4).text == "b");
  BOOST_TEST(footer.at(3).number == 0);
  BOOST_TEST(footer.at(4).list.empty());
}

// In MiB, the most that this process has ever had.
long peak() {
  rusage usage{};
  BOOST_REQUIRE(getrusage(RUSAGE_SELF, &usage) == 0);
  return usage.ru_maxrss / 1024;
}

// 320 MB of rows; SQLite's come from the same calls.
void write_many(TableWriter& tables) {
  BOOST_REQUIRE(tables.begin("many", {{"n", ColumnType::integer}, {"t", ColumnType::text}}));
  std::string text(1'000, 'a');
  for (std::int64_t i = 0; i < 320'000; ++i) {
    text.replace(0, 8, std::to_string(10'000'000 + i));
    const bool is_taken = tables.row({Cell{i}, Cell{text}}).has_value();
    if (!is_taken) BOOST_FAIL("a row is not taken");
  }
  BOOST_REQUIRE(tables.finish());
}

BOOST_AUTO_TEST_CASE(memory_does_not_grow_with_rows) {
// gcc has a macro that says so, clang a feature.
#ifndef __has_feature
#define __has_feature(name) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
  constexpr long kMibMax = 1'024;  // what is freed is kept
#else
  constexpr long kMibMax = 64;
#endif
  const testing::TemporaryDirectory place;
  const long before = peak();
  ParquetTables parquet{storage::posix_files(), place.path("")};
  write_many(parquet);
  BOOST_TEST(peak() - before < kMibMax);
  auto sqlite = SqliteTables::open(storage::posix_files(), place.path("many.sqlite"));
  BOOST_REQUIRE(sqlite);
  write_many(**sqlite);
  BOOST_TEST(peak() - before < kMibMax);
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::bti
