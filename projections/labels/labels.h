#pragma once
// Labels: the glossary's names of events, findings, levels, phases and consent status in Norwegian
// bokmål, nynorsk and English. labels.txt is the one place they are written; it is compiled in.
//
// Threads: any; constant.

#include <optional>
#include <span>
#include <string_view>

namespace stafett::bti {

enum class Language : unsigned char { nb, nn, en };
std::optional<Language> language_named(std::string_view tag);  // "nb", "nn", "en"

enum class LabelGroup : unsigned char { event, finding, level, phase, consent };
// "event", "ConsentGranted"; "finding", "F01"; "level", "0"; "phase", "active"; "consent",
// "covered". Empty: no such label.
std::string_view label(LabelGroup group, std::string_view key, Language language);

struct LabelEntry {
  LabelGroup group;
  std::string_view key, nb, nn, en;
};
std::span<const LabelEntry> all_labels();  // sorted by (group, key)

}  // namespace stafett::bti
