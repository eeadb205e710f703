// Names of items and roles, for people.

#include <array>

#include "projections/worklists/work_list.h"

namespace stafett::bti {
namespace {

struct Name {
  std::string_view code, nb, nn, en;
};

constexpr std::array kItems = {
    Name{"nextMeeting", "Neste møte", "Neste møte", "Next meeting"},
    Name{"logRequired", "Nivået krever stafettlogg", "Nivået krev stafettlogg",
         "The level asks for a log"},
    Name{"noHolder", "Ingen stafettholder", "Ingen stafetthaldar", "No holder"},
    Name{"keRequest", "Løftet til koordinerende enhet, ikke møtt",
         "Løfta til koordinerande eining, ikkje møtt",
         "Raised with coordinating unit, no meeting yet"},
    Name{"notSent", "Avsluttet, ikke sendt til arkiv", "Avslutta, ikkje send til arkiv",
         "Closed, not sent to archive"},
    Name{"consentAsked", "Samtykke bedt om", "Samtykke bede om", "Consent asked for"},
    Name{"consentEnding", "Samtykke går ut", "Samtykke går ut", "Consent ends"},
    Name{"evaluation", "Tiltak skal evalueres", "Tiltak skal evaluerast",
         "Measure to be evaluated"},
    Name{"baton", "Har stafettpinnen", "Har stafettpinnen", "Has the baton"},
};

constexpr std::array<Name, 9> kRoles = {
    Name{"holder", "stafettholder", "stafetthaldar", "holder"},
    Name{"responsible", "ansvarlig", "ansvarleg", "responsible"},
    Name{"offered", "tilbudt stafettpinnen", "tilbydd stafettpinnen", "offered the baton"},
    Name{"leader", "leder", "leiar", "leader"},
    Name{"coordinator", "koordinator", "koordinator", "coordinator"},
    Name{"dpo", "personvernombud", "personvernombod", "data protection officer"},
    Name{"archivist", "arkivar", "arkivar", "archivist"},
    Name{"guardian", "foresatt", "føresett", "guardian"},
    Name{"subject", "barn eller gravid", "barn eller gravid", "child or pregnant woman"},
};

std::string_view in(const Name& name, Language language) {
  switch (language) {
    case Language::nb:
      return name.nb;
    case Language::nn:
      return name.nn;
    case Language::en:
      break;
  }
  return name.en;
}

}  // namespace

std::string_view work_role_name(WorkRole role) {
  return kRoles[static_cast<std::size_t>(role)].code;
}

std::string_view work_role_name(WorkRole role, Language language) {
  return in(kRoles[static_cast<std::size_t>(role)], language);
}

std::string_view work_name(std::string_view rule, Language language) {
  for (const Name& name : kItems)
    if (name.code == rule) return in(name, language);
  return label(LabelGroup::finding, rule, language);
}

}  // namespace stafett::bti
