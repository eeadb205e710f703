#include "projections/exports/export_words.h"

namespace stafett::bti {
namespace {

struct Word {
  WordGroup group;
  std::string_view key, languages[3];  // by Language
};

using enum WordGroup;

constexpr Word kWords[] = {
    {capacity, "guardian", {"foresatt", "føresett", "guardian"}},
    {capacity, "subject", {"den loggen gjelder", "den loggen gjeld", "the person concerned"}},
    {capacity, "holder", {"stafettholder", "stafetthaldar", "holder"}},
    {capacity, "participant", {"deltaker", "deltakar", "participant"}},
    {capacity, "staff", {"ansatt", "tilsett", "employee"}},
    {capacity, "leader", {"enhetsleder", "einingsleiar", "leader"}},
    {capacity, "coordinator", {"koordinator", "koordinator", "coordinator"}},
    {capacity, "archivist", {"arkivar", "arkivar", "archivist"}},
    {capacity, "auditor", {"tilsyn", "tilsyn", "supervisor"}},
    {capacity, "dpo", {"personvernombud", "personvernombod", "data protection officer"}},
    {capacity, "breakGlass", {"nødtilgang", "naudtilgang", "emergency access"}},
    {capacity, "reporter", {"statistikkmottaker", "statistikkmottakar", "reporting consumer"}},
    {capacity, "operator", {"den som drifter loggen", "den som driftar loggen", "operator"}},
    {purpose, "followUp", {"oppfølging", "oppfølging", "follow-up"}},
    {purpose, "meeting", {"møte", "møte", "meeting"}},
    {purpose, "handover", {"overlevering", "overlevering", "hand-over"}},
    {purpose, "ownCase", {"egen sak", "eiga sak", "own case"}},
    {purpose, "supervision", {"tilsyn", "tilsyn", "supervision"}},
    {purpose, "archive", {"arkivering", "arkivering", "archiving"}},
    {purpose, "control", {"kontroll", "kontroll", "control"}},
    {purpose, "emergency", {"nødsituasjon", "naudsituasjon", "emergency"}},
    {consent_status, "active", {"gjelder", "gjeld", "in force"}},
    {consent_status, "notYet", {"gjelder ikke ennå", "gjeld ikkje enno", "not yet in force"}},
    {consent_status, "expired", {"utløpt", "gått ut", "expired"}},
    {consent_status, "withdrawn", {"trukket tilbake", "trekt tilbake", "withdrawn"}},
    {consent_status, "replaced", {"erstattet av et nytt", "erstatta av eit nytt", "replaced"}},
};

}  // namespace

std::string_view export_word(WordGroup group, std::string_view key, Language language) {
  for (const Word& word : kWords)
    if (word.group == group && word.key == key)
      return word.languages[static_cast<std::size_t>(language)];
  return {};
}

}  // namespace stafett::bti
