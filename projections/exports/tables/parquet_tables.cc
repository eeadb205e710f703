#include "projections/exports/tables/parquet_tables.h"

#include <zstd.h>

#include <bit>
#include <limits>

#include "engine/base/check.h"
#include "projections/exports/tables/thrift_compact.h"

namespace stafett::bti {
namespace {

constexpr std::string_view kMagic = "PAR1";
constexpr int kZstdLevel = 3;
// Of parquet.thrift.
constexpr int kOptional = 1, kUtf8 = 0, kPlain = 0, kRle = 3, kZstd = 6, kDataPage = 0;

int physical_type(ColumnType type) {
  return type == ColumnType::integer ? 2 : type == ColumnType::real ? 5 : 6;
}

void append_little(Bytes& to, std::uint64_t value, std::size_t bytes) {
  for (std::size_t i = 0; i < bytes; ++i, value >>= 8)
    to.push_back(static_cast<std::uint8_t>(value));
}

Result<Bytes> packed(ByteView plain) {
  Bytes out(ZSTD_compressBound(plain.size()));
  const std::size_t size =
      ZSTD_compress(out.data(), out.size(), plain.data(), plain.size(), kZstdLevel);
  if (ZSTD_isError(size)) return Error{Errc::io, "zstd"};
  out.resize(size);
  return out;
}

Bytes page_header(std::size_t plain, std::size_t packed, std::size_t rows) {
  CompactWriter out;
  out.begin_struct();
  out.field_i32(1, kDataPage);
  out.field_i32(2, static_cast<std::int64_t>(plain));
  out.field_i32(3, static_cast<std::int64_t>(packed));
  out.field_struct(5);
  out.field_i32(1, static_cast<std::int64_t>(rows));
  out.field_i32(2, kPlain);
  out.field_i32(3, kRle);
  out.field_i32(4, kRle);
  out.end_struct();
  out.end_struct();
  return out.bytes();
}

}  // namespace

class ParquetTables::File final {
 public:
  File(storage::Files& files, std::string path, std::vector<Column> columns)
      : files_(files), path_(std::move(path)), columns_(std::move(columns)) {
    group_.resize(columns_.size());
  }

  Result<void> begin() {
    ENGINE_TRY(there, files_.exists(beside()));
    if (there) ENGINE_TRY_VOID(files_.remove(beside()));
    ENGINE_TRY(opened, files_.open_append(beside()));
    out_ = std::move(opened);
    return out_->append(as_bytes(kMagic));
  }
  Result<void> row(const std::vector<Cell>& cells) {
    CHECK(cells.size() == columns_.size());
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      group_[i].add(cells[i]);
      bytes += group_[i].values.size();
    }
    if (++rows_ == kGroupRowsMax || bytes >= kGroupBytesMax) return end_group();
    return {};
  }
  Result<void> finish() {
    ENGINE_TRY_VOID(end_group());
    Bytes tail = metadata();
    append_little(tail, tail.size(), 4);
    append(tail, as_bytes(kMagic));
    ENGINE_TRY_VOID(out_->append(tail));
    ENGINE_TRY_VOID(out_->sync());
    out_.reset();
    return files_.rename(beside(), path_);
  }

 private:
  // One column of the group that is being gathered.
  struct Chunk {
    std::vector<bool> there;  // of each row: not null
    Bytes values;             // PLAIN, of those that are there

    void add(const Cell& cell) {
      there.push_back(!std::holds_alternative<std::monostate>(cell));
      if (const auto* whole = std::get_if<std::int64_t>(&cell)) {
        append_little(values, static_cast<std::uint64_t>(*whole), 8);
      } else if (const auto* real = std::get_if<double>(&cell)) {
        append_little(values, std::bit_cast<std::uint64_t>(*real), 8);
      } else if (const auto* text = std::get_if<std::string>(&cell)) {
        append_little(values, text->size(), 4);
        append(values, as_bytes(*text));
      }
    }

    // Version 1: definition levels as runs, their length first; then the values.
    Bytes page() const {
      Bytes levels;
      for (std::size_t i = 0; i < there.size();) {
        std::size_t end = i;
        while (end < there.size() && there[end] == there[i]) ++end;
        CompactWriter run;
        run.varint(static_cast<std::uint64_t>(end - i) << 1);
        append(levels, run.bytes());
        levels.push_back(there[i] ? 1 : 0);
        i = end;
      }
      Bytes out;
      append_little(out, levels.size(), 4);
      append(out, levels);
      append(out, values);
      return out;
    }
  };

  struct ChunkPlace {
    std::uint64_t offset = 0, plain_bytes = 0, packed_bytes = 0;  // with the page's header
  };
  struct Group {
    std::uint64_t rows = 0;
    std::vector<ChunkPlace> chunks;
  };

  std::string beside() const { return path_ + ".new"; }

  Result<void> end_group() {
    if (rows_ == 0) return {};
    Group group{rows_, {}};
    for (Chunk& chunk : group_) {
      const Bytes plain = chunk.page();
      ENGINE_TRY(small, packed(plain));
      // A page's length is 32 bits: a group's bound is far below.
      CHECK(plain.size() <= std::numeric_limits<std::int32_t>::max());
      const Bytes header = page_header(plain.size(), small.size(), rows_);
      group.chunks.push_back(
          {out_->size(), header.size() + plain.size(), header.size() + small.size()});
      ENGINE_TRY_VOID(out_->append(header));
      ENGINE_TRY_VOID(out_->append(small));
      chunk = {};
    }
    total_rows_ += rows_;
    rows_ = 0;
    groups_.push_back(std::move(group));
    return {};
  }

  Bytes metadata() const {
    CompactWriter out;
    out.begin_struct();
    out.field_i32(1, 1);
    out.field_list(2, CompactWriter::structure, columns_.size() + 1);
    out.begin_struct();
    out.field_text(4, "schema");
    out.field_i32(5, static_cast<std::int64_t>(columns_.size()));
    out.end_struct();
    for (const Column& column : columns_) {
      out.begin_struct();
      out.field_i32(1, physical_type(column.type));
      out.field_i32(3, kOptional);
      out.field_text(4, column.name);
      if (column.type == ColumnType::text) out.field_i32(6, kUtf8);
      out.end_struct();
    }
    out.field_i64(3, static_cast<std::int64_t>(total_rows_));
    out.field_list(4, CompactWriter::structure, groups_.size());
    for (const Group& group : groups_) write(group, out);
    out.field_text(6, "stafett");
    out.end_struct();
    return out.bytes();
  }
  void write(const Group& group, CompactWriter& out) const {
    out.begin_struct();
    out.field_list(1, CompactWriter::structure, group.chunks.size());
    std::uint64_t bytes = 0;
    for (std::size_t i = 0; i < group.chunks.size(); ++i) {
      const ChunkPlace& chunk = group.chunks[i];
      bytes += chunk.plain_bytes;
      out.begin_struct();
      out.field_i64(2, static_cast<std::int64_t>(chunk.offset));
      out.field_struct(3);
      out.field_i32(1, physical_type(columns_[i].type));
      out.field_list(2, CompactWriter::i32, 2);
      out.zigzag(kPlain);
      out.zigzag(kRle);
      out.field_list(3, CompactWriter::binary, 1);
      out.value(columns_[i].name);
      out.field_i32(4, kZstd);
      out.field_i64(5, static_cast<std::int64_t>(group.rows));
      out.field_i64(6, static_cast<std::int64_t>(chunk.plain_bytes));
      out.field_i64(7, static_cast<std::int64_t>(chunk.packed_bytes));
      out.field_i64(9, static_cast<std::int64_t>(chunk.offset));
      out.end_struct();
      out.end_struct();
    }
    out.field_i64(2, static_cast<std::int64_t>(bytes));
    out.field_i64(3, static_cast<std::int64_t>(group.rows));
    out.end_struct();
  }

  storage::Files& files_;
  const std::string path_;
  const std::vector<Column> columns_;
  std::unique_ptr<storage::AppendFile> out_;
  std::vector<Chunk> group_;
  std::uint64_t rows_ = 0;  // of the group
  std::uint64_t total_rows_ = 0;
  std::vector<Group> groups_;
};

ParquetTables::ParquetTables(storage::Files& files, std::string folder)
    : files_(files), folder_(std::move(folder)) {}
ParquetTables::~ParquetTables() = default;

Result<void> ParquetTables::begin(const std::string& name, const std::vector<Column>& columns) {
  ENGINE_TRY_VOID(end_table());
  file_ = std::make_unique<File>(files_, folder_ + "/" + name + ".parquet", columns);
  return file_->begin();
}

Result<void> ParquetTables::row(const std::vector<Cell>& cells) {
  CHECK(file_ != nullptr);
  return file_->row(cells);
}

Result<void> ParquetTables::end_table() {
  if (!file_) return {};
  const Result<void> done = file_->finish();
  file_.reset();
  return done;
}

Result<void> ParquetTables::finish() {
  return end_table();
}

}  // namespace stafett::bti
