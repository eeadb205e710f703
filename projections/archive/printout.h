#pragma once
// A closed log as a page for people: HTML with its own style, made to be printed (A4) and kept in
// the pupil's folder. It refers to nothing outside itself.
//
// Source:  docs/formats/archive.md (printout)
// Threads: pure functions.

#include <string>

#include "projections/archive/closed_log.h"
#include "projections/labels/labels.h"

namespace stafett::bti {

// `made_at`: RFC 3339. REQUIRES: language is nb or nn.
std::string printout_html(const ClosedLog& log, Language language, const std::string& made_at);

// What a field of an event is called, and what its value means. Empty: no word for it.
std::string_view field_word(std::string_view field, Language language);
std::string_view value_word(std::string_view field, std::string_view value, Language language);
std::string_view service_word(std::string_view kind, Language language);

}  // namespace stafett::bti
