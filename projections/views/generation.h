#pragma once
// Generations: the rows of one version of one projection, and how far into the log they have come.
// Keys and records of the view store.
//
// Source:  docs/formats/view-rows.md (layouts with worked bytes)
// Threads: values.

#include <optional>
#include <string>

#include "engine/base/result.h"
#include "projections/views/projection.h"

namespace stafett::bti {

// Numbers are stored: append only.
enum class Role : std::uint8_t {
  building = 1,  // rows are being made from the whole log; worth nothing until they all are
  coming = 2,    // whole at its size, catching up beside the one that serves
  serving = 3,   // what readers get
};
// A change of the directory makes every row anew, case by case in the order of their ids.
enum class Sweep : std::uint8_t {
  none = 0,
  running = 1,
  running_once_more = 2,  // it changed again meanwhile: over from the start when this one is done
};

const char* role_name(Role role);  // "building", "coming", "serving"

struct Generation {
  static constexpr std::size_t kNameBytesMax = 64;
  static constexpr std::size_t kErrorBytesMax = 512;

  std::uint32_t number = 0;
  std::string name;
  std::uint32_t version = 0;
  Role role = Role::building;
  TreeSize size;       // the rows are those of entries [0, size)
  Hash leaf;           // leaf hash of entry size - 1; zero at size 0
  TimeUs recorded_at;  // of entry size - 1
  Sweep sweep = Sweep::none;
  SubjectId swept;                     // of a running sweep: rows up to this case are made anew
  std::optional<std::string> stopped;  // the projection failed; why

  bool is_of(const CaseProjection& projection) const {
    return name == projection.name() && version == projection.version();
  }
  friend bool operator==(const Generation&, const Generation&) = default;
};

Bytes encode(const Generation& generation);  // REQUIRES: the limits; `number` is in the key
// Errors: unsupported (another record version), corrupt.
Result<Generation> decode_generation(ByteView key, ByteView record);

Bytes generation_key(std::uint32_t number);             // 'g' BE32
Bytes row_prefix(std::uint32_t number);                 // 'r' BE32
Bytes row_key(std::uint32_t number, const SubjectId&);  // 'r' BE32, case id
// Empty: not a row's key.
std::optional<SubjectId> case_of_row_key(ByteView key);
std::optional<std::uint32_t> generation_of_row_key(ByteView key);
inline constexpr std::string_view kGenerationPrefix = "g";
inline constexpr std::string_view kRowPrefix = "r";
inline constexpr std::string_view kNextGenerationKey = "n";

}  // namespace stafett::bti
