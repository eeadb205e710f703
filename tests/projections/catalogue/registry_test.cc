#include "projections/catalogue/registry.h"

#include <capnp/dynamic.h>

#include <boost/test/unit_test.hpp>
#include <map>

#include "projections/labels/labels.h"

namespace stafett::bti {
BOOST_AUTO_TEST_SUITE(registry_test)
namespace {

BOOST_AUTO_TEST_CASE(each_type_is_found_by_its_number_and_by_its_name) {
  const auto enumerants = capnp::Schema::from<EventType>().getEnumerants();
  BOOST_REQUIRE(enumerants.size() == kEventTypeCount + 1);
  std::map<StreamKind, int> streams;
  for (const EventInfo& event : registry().events()) {
    std::string name{event.name};
    name[0] = static_cast<char>(name[0] - 'A' + 'a');
    BOOST_TEST(enumerants[static_cast<unsigned>(event.type)].getProto().getName().cStr() == name);
    BOOST_TEST(registry().find(event.type) == &event);
    BOOST_TEST(registry().find(event.name) == &event);
    BOOST_TEST(!event.who.empty());
    BOOST_TEST(event.phases.empty() == (event.stream != StreamKind::case_));
    ++streams[event.stream];
  }
  BOOST_TEST(streams[StreamKind::case_] == 67);
  BOOST_TEST(streams[StreamKind::access] + streams[StreamKind::audit] +
                 streams[StreamKind::directory] ==
             15);
  BOOST_TEST(registry().find(EventType::UNSET) == nullptr);
  BOOST_TEST(registry().find(static_cast<EventType>(83)) == nullptr);
  for (const char* name : {"", "Unset", "concernRaised", "ConcernRaised ", "Zzz"})
    BOOST_TEST(registry().find(name) == nullptr);
}

BOOST_AUTO_TEST_CASE(fields_lie_where_the_generated_code_puts_them) {
  const EventInfo& consent = *registry().find("ConsentGranted");
  const FieldInfo& from = *consent.field("from");
  BOOST_TEST((from.type == FieldType::DATE));
  BOOST_TEST(from.required);
  BOOST_TEST(!from.is_pointer);
  BOOST_TEST(from.scalar_bytes == 4u);
  BOOST_TEST(from.default_bits == 0x80000000u);
  const FieldInfo& replaces = *consent.field("replaces");
  BOOST_TEST((replaces.id_kind == "consent"));
  BOOST_TEST(replaces.is_pointer);
  BOOST_TEST(consent.field("nothing") == nullptr);
  const FieldInfo& digest = *consent.field("documentDigest");
  BOOST_TEST((digest.field_class == FieldClass::NARRATIVE));
}

BOOST_AUTO_TEST_CASE(head_lines_become_sets) {
  const EventInfo& opened = *registry().find("LogOpened");
  BOOST_TEST(opened.phases.has(PhaseWord::pre));
  BOOST_TEST(!opened.phases.has(PhaseWord::open));
  const EventInfo& corrected = *registry().find("EntryCorrected");
  for (const Who who : {Who::author, Who::holder, Who::leader, Who::dpo})
    BOOST_TEST(corrected.who.has(who));
  BOOST_TEST(!corrected.who.has(Who::staff));
  BOOST_TEST(corrected.phases.has(PhaseWord::ended));
  BOOST_TEST(!corrected.phases.has(PhaseWord::start));
  BOOST_TEST((registry().find("ChildHeard")->compartment == CompartmentRule::level0_or_open));
  BOOST_TEST(registry().find("TransferOffered")->phases.has(PhaseWord::after));
}

BOOST_AUTO_TEST_CASE(every_type_and_finding_has_names_in_three_languages) {
  for (const EventInfo& event : registry().events())
    for (const Language language : {Language::nb, Language::nn, Language::en})
      BOOST_TEST(!label(LabelGroup::event, event.name, language).empty());
  BOOST_TEST(
      (label(LabelGroup::finding, "F24", Language::nn) == "Overlevert til teneste utan samtykke"));
  BOOST_TEST((label(LabelGroup::level, "2", Language::en) == "Simple cooperation"));
  BOOST_TEST((label(LabelGroup::phase, "ended", Language::nn) == "Avklart utan vidare tiltak"));
  BOOST_TEST((label(LabelGroup::consent, "expired", Language::nb) == "Utløpt"));
  BOOST_TEST(label(LabelGroup::finding, "F63", Language::nb).empty());
  BOOST_TEST((language_named("nn") == Language::nn));
  BOOST_TEST(!language_named("no").has_value());
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::bti
