#include <algorithm>

#include "engine/base/clock.h"
#include "engine/base/encoding.h"
#include "engine/crypto/sha256.h"
#include "projections/archive/noark.h"
#include "projections/archive/xml_writer.h"
#include "projections/calendar/calendar.h"

namespace stafett::bti {

namespace json = boost::json;

namespace {

constexpr char kStructureSpace[] = "http://www.arkivverket.no/standarder/noark5/arkivstruktur";
constexpr char kOwnSpace[] = "https://stafett.example/noark/v1";
constexpr char kPurpose[] = "Stafettlogger";

std::string word(const json::object& from, std::string_view key) {
  const json::value* value = from.if_contains(key);
  if (!value || value->is_null()) return {};
  return value->is_string() ? std::string{value->get_string()} : json::serialize(*value);
}

class Structure final {
 public:
  explicit Structure(const NoarkExtract& extract)
      : extract_(extract), xml_("arkiv", kStructureSpace) {}

  Result<std::string> write() {
    const std::string first = first_opened();
    xml_.attribute("xsi:schemaLocation", std::string{kStructureSpace} + " arkivstruktur.xsd");
    xml_.element("systemID", unit_id("arkiv", extract_.origin));
    xml_.element("tittel", "Stafettlogger, " + extract_.creator);
    xml_.element("arkivstatus", "Avsluttet");
    xml_.element("dokumentmedium", "Elektronisk arkiv");
    made_and_ended(first, extract_.archivist, extract_.made_at, extract_.archivist);
    xml_.open("arkivskaper");
    xml_.element("arkivskaperID", extract_.origin);
    xml_.element("arkivskaperNavn", extract_.creator);
    xml_.close();
    xml_.open("arkivdel");
    xml_.element("systemID", unit_id("arkivdel", extract_.origin));
    xml_.element("tittel", kPurpose);
    xml_.element("arkivdelstatus", "Avsluttet periode");
    xml_.element("dokumentmedium", "Elektronisk arkiv");
    made_and_ended(first, extract_.archivist, extract_.made_at, extract_.archivist);
    xml_.element("arkivperiodeStartDato", local_day(first));
    xml_.element("arkivperiodeSluttDato", local_day(extract_.made_at));
    for (const NoarkCase& one : extract_.cases) folder(one);
    return xml_.finish();
  }

 private:
  std::string first_opened() const {
    const auto earliest = std::ranges::min_element(
        extract_.cases, {}, [](const NoarkCase& one) -> const auto& {
          return one.log.opened.at.empty() ? one.log.closed.at : one.log.opened.at;
        });
    return began(earliest->log).at;
  }
  static const ClosedAct& began(const ClosedLog& log) {
    return log.opened.at.empty() ? log.closed : log.opened;
  }

  void made_and_ended(std::string_view made, std::string_view by, std::string_view ended,
                      std::string_view ended_by) {
    xml_.element("opprettetDato", made);
    xml_.element("opprettetAv", by);
    xml_.element("avsluttetDato", ended);
    xml_.element("avsluttetAv", ended_by);
  }

  void folder(const NoarkCase& one) {
    const ClosedLog& log = one.log;
    xml_.open("mappe");
    xml_.element("systemID", log.uuid());
    xml_.element("mappeID", log.label);
    xml_.element("tittel", "Stafettlogg for " + log.name_of(log.subject));
    xml_.element("offentligTittel", "Stafettlogg");
    xml_.element("dokumentmedium", "Elektronisk arkiv");
    made_and_ended(began(log).at, log.name_of(began(log).by), log.closed.at,
                   log.name_of(log.closed.by));
    provenance(log);
    parts(log);
    shielding();
    number_ = 0;
    own_documents(one);
    for (std::size_t at = 0; at < log.documents.size(); ++at)
      attached(log, log.documents[at], one.documents[at]);
    xml_.close();
  }

  // Where the log had come when this was taken from it.
  void provenance(const ClosedLog& log) {
    xml_.open("virksomhetsspesifikkeMetadata");
    xml_.open("stafettlogg", kOwnSpace);
    xml_.element("eksternNoekkel", log.external_key());
    xml_.element("nivaa", word(log.state, "level"));
    xml_.element("avslutningsgrunn", word(log.state.at("closure").as_object(), "reason"));
    xml_.element("hendelser", std::to_string(log.events.size()));
    xml_.element("loggstoerrelse", std::to_string(log.head.size.value()));
    xml_.element("loggrot", to_hex(log.head.root.view()));
    xml_.close();
    xml_.close();
  }

  void part(const ClosedLog& log, const std::string& person, const char* role) {
    xml_.open("part");
    xml_.element("partID", person);
    xml_.element("partNavn", log.name_of(person));
    xml_.element("partRolle", role);
    xml_.close();
  }
  void parts(const ClosedLog& log) {
    part(log, log.subject, log.is_child ? "Barn" : "Gravid");
    if (const json::object* guardians = log.state.at("guardians").if_object())
      for (const auto& [person, about] : *guardians) part(log, std::string{person}, "Foresatt");
  }

  void shielding() {
    xml_.open("skjerming");
    xml_.element("tilgangsrestriksjon", "Unntatt offentlighet");
    xml_.element("skjermingshjemmel", extract_.shielding);
    xml_.element("skjermingMetadata", "Skjerming tittel mappe eller registrering");
    xml_.element("skjermingMetadata", "Skjerming navn part");
    xml_.element("skjermingDokument", "Skjerming av hele dokumentet");
    xml_.close();
  }

  void begin_note(const std::string& id, std::string_view made, std::string_view by) {
    xml_.open_as("registrering", "arkivnotat");
    xml_.element("systemID", id);
    xml_.element("opprettetDato", made);
    xml_.element("opprettetAv", by);
    xml_.element("arkivertDato", extract_.made_at);
    xml_.element("arkivertAv", extract_.archivist);
    shielding();
  }
  void end_note(const std::string& title, const std::string& about) {
    xml_.element("tittel", title);
    xml_.element("offentligTittel", "Stafettlogg");
    if (!about.empty()) xml_.element("beskrivelse", about);
    xml_.close();
  }

  void own_documents(const NoarkCase& one) {
    const ClosedLog& log = one.log;
    begin_note(unit_id("utskrift", log.external_key()), extract_.made_at, extract_.archivist);
    bool is_first = true;
    for (const ArchivedFile& file : one.own) {
      document(log.external_key(), file, is_first ? "Hoveddokument" : "Vedlegg", extract_.made_at,
               extract_.archivist);
      is_first = false;
    }
    end_note("Stafettlogg, utskrift ved avslutning", {});
  }

  void attached(const ClosedLog& log, const ClosedDocument& document_,
                const std::optional<ArchivedFile>& file) {
    const std::string by = log.name_of(document_.added_by);
    begin_note(document_.id, document_.added_at, by);
    number_ = 0;
    if (file) document(log.external_key(), *file, "Hoveddokument", document_.added_at, by);
    end_note(
        document_.title,
        file ? std::string{} : "Dokumentet finnes ikke i loggen. SHA-256: " + document_.digest);
  }

  void document(const std::string& key, const ArchivedFile& file, const char* as,
                std::string_view made, std::string_view by) {
    xml_.open("dokumentbeskrivelse");
    xml_.element("systemID", unit_id("dokumentbeskrivelse", key + "/" + file.name));
    xml_.element("dokumenttype", file.kind);
    xml_.element("dokumentstatus", "Dokumentet er ferdigstilt");
    xml_.element("tittel", file.title);
    xml_.element("opprettetDato", made);
    xml_.element("opprettetAv", by);
    xml_.element("dokumentmedium", "Elektronisk arkiv");
    xml_.element("tilknyttetRegistreringSom", as);
    xml_.element("dokumentnummer", std::to_string(++number_));
    xml_.element("tilknyttetDato", made);
    xml_.element("tilknyttetAv", by);
    xml_.open("dokumentobjekt");
    xml_.element("systemID", unit_id("dokumentobjekt", key + "/" + file.name));
    xml_.element("versjonsnummer", "1");
    xml_.element("variantformat", file.variant);
    xml_.element("format", file.format);
    xml_.element("opprettetDato", made);
    xml_.element("opprettetAv", by);
    xml_.element("referanseDokumentfil", file.name);
    xml_.element("sjekksum", to_hex(file.sha256.view()));
    xml_.element("sjekksumAlgoritme", "SHA-256");
    xml_.element("filstoerrelse", std::to_string(file.bytes));
    xml_.close();
    xml_.close();
  }

  const NoarkExtract& extract_;
  XmlWriter xml_;
  int number_ = 0;  // of the last document of a record
};

}  // namespace

std::string unit_id(std::string_view kind, std::string_view of) {
  constexpr std::uint8_t kNul[1] = {0};
  const Hash hash =
      crypto::sha256({as_bytes("stafett/archive/v1"), kNul, as_bytes(kind), kNul, as_bytes(of)});
  std::array<std::uint8_t, 16> id{};
  std::copy_n(hash.view().begin(), id.size(), id.begin());
  id[6] = static_cast<std::uint8_t>((id[6] & 0x0F) | 0x80);  // version 8: ours
  id[8] = static_cast<std::uint8_t>((id[8] & 0x3F) | 0x80);
  return to_uuid_text(id);
}

std::string local_day(const std::string& instant) {
  const auto at = parse_time(instant);
  return at ? local_date(*at).to_text() : instant;
}

Result<std::string> arkivstruktur(const NoarkExtract& extract) {
  return Structure{extract}.write();
}

}  // namespace stafett::bti
