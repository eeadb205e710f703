#include "projections/views/generation.h"

#include "engine/base/check.h"
#include "projections/views/row_bytes.h"

namespace stafett::bti {
namespace {

constexpr std::uint8_t kRecordVersion = 1;
constexpr std::size_t kRowKeyBytes = 1 + 4 + SubjectId::kBytes;

Bytes numbered(std::string_view prefix, std::uint32_t number) {
  Bytes key;
  append(key, as_bytes(prefix));
  append(key, big_endian(number));
  return key;
}

}  // namespace

const char* role_name(Role role) {
  switch (role) {
    case Role::building:
      return "building";
    case Role::coming:
      return "coming";
    case Role::serving:
      return "serving";
  }
  return "";
}

Bytes generation_key(std::uint32_t number) {
  return numbered(kGenerationPrefix, number);
}
Bytes row_prefix(std::uint32_t number) {
  return numbered(kRowPrefix, number);
}
Bytes row_key(std::uint32_t number, const SubjectId& case_id) {
  Bytes key = row_prefix(number);
  append(key, case_id.view());
  return key;
}

std::optional<SubjectId> case_of_row_key(ByteView key) {
  if (key.size() != kRowKeyBytes) return std::nullopt;
  return SubjectId::from(key.last(SubjectId::kBytes));
}
std::optional<std::uint32_t> generation_of_row_key(ByteView key) {
  if (key.size() != kRowKeyBytes) return std::nullopt;
  return from_big_endian<std::uint32_t>(key.subspan(1));
}

Bytes encode(const Generation& generation) {
  CHECK(generation.name.size() <= Generation::kNameBytesMax);
  RowWriter out;
  out.integer(kRecordVersion);
  out.integer(static_cast<std::uint8_t>(generation.role));
  out.integer(generation.version);
  out.integer(generation.size.value());
  out.id(generation.leaf);
  out.integer(generation.recorded_at.value());
  out.integer(static_cast<std::uint8_t>(generation.sweep));
  out.id(generation.swept);
  out.text(generation.name);
  out.integer(static_cast<std::uint8_t>(generation.stopped ? 1 : 0));
  if (generation.stopped)
    out.text(std::string_view{*generation.stopped}.substr(0, Generation::kErrorBytesMax));
  return out.take();
}

Result<Generation> decode_generation(ByteView key, ByteView record) {
  const Error damaged{Errc::corrupt, "a generation's record"};
  if (key.size() != 1 + sizeof(std::uint32_t)) return damaged;
  RowReader in{record};
  if (in.integer<std::uint8_t>() != kRecordVersion)
    return Error{Errc::unsupported, "a generation's record is of another version"};
  Generation out;
  out.number = from_big_endian<std::uint32_t>(key.subspan(1));
  const std::uint8_t role = in.integer<std::uint8_t>();
  out.version = in.integer<std::uint32_t>();
  out.size = TreeSize{in.integer<std::uint64_t>()};
  out.leaf = in.id<Hash>();
  out.recorded_at = TimeUs{in.integer<std::int64_t>()};
  const std::uint8_t sweep = in.integer<std::uint8_t>();
  out.swept = in.id<SubjectId>();
  out.name = in.text();
  const std::uint8_t stopped = in.integer<std::uint8_t>();
  if (stopped == 1) out.stopped = in.text();
  if (!in.done() || role < 1 || role > 3 || sweep > 2 || stopped > 1) return damaged;
  out.role = static_cast<Role>(role);
  out.sweep = static_cast<Sweep>(sweep);
  return out;
}

}  // namespace stafett::bti
