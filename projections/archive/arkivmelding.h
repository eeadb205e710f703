#pragma once
// The message by which Fiks Arkiv is told to keep a closed log, and what is read of its answers.
//
// Source:  arkivmelding opprett v2 of KS (fiks-arkiv-specification); docs/formats/archive.md
// Threads: pure functions.

#include <optional>

#include "projections/archive/noark.h"

namespace stafett::bti {

// Of one case: its folder, and one record with all files. `extract.cases` is of that case alone.
// Errors: too_large (no memory).
Result<std::string> arkivmelding(const NoarkExtract& extract);

// An answer of the archive: a receipt, or why not.
struct ArchiveAnswer {
  bool is_receipt = false;
  std::string text;  // a line of at most kAnswerCharactersMax: the archive's number, or the error
};
inline constexpr std::size_t kAnswerCharactersMax = 200;
// Of arkivmelding.kvittering. One that says that something failed is no receipt.
// Errors: malformed (not XML, or neither a number nor an error in it).
Result<ArchiveAnswer> read_receipt(std::string_view xml);

// As one line that an event can carry, whatever the bytes; "ukjent feil" when nothing is left.
std::string as_line(std::string_view text);

}  // namespace stafett::bti
