#pragma once
// Words that an export shows people beside the program's own: what somebody read as, what for, and
// how it stands with a consent. The glossary's names are in projections/labels.
//
// Threads: any; constant.

#include <string_view>

#include "projections/labels/labels.h"

namespace stafett::bti {

enum class WordGroup : unsigned char { capacity, purpose, consent_status };
// "holder"; "followUp"; "replaced". Empty: no such word.
std::string_view export_word(WordGroup group, std::string_view key, Language language);

}  // namespace stafett::bti
