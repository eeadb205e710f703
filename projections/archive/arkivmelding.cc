#include "projections/archive/arkivmelding.h"

#include "engine/base/encoding.h"
#include "projections/archive/xml_writer.h"
#include "projections/catalogue/atoms.h"

namespace stafett::bti {
namespace {

constexpr char kMessageSpace[] =
    "https://ks-no.github.io/standarder/fiks-protokoll/fiks-arkiv/arkivmelding/opprett/v2";
// The elements of codes are of the catalogue's namespace.
constexpr char kCatalogueSpace[] =
    "https://ks-no.github.io/standarder/fiks-protokoll/fiks-arkiv/metadatakatalog/v2";
constexpr char kSystem[] = "Stafett";

class Message final {
 public:
  explicit Message(const NoarkExtract& extract)
      : extract_(extract), one_(extract.cases.front()), xml_("arkivmelding", kMessageSpace) {}

  Result<std::string> write() {
    const std::vector<const ArchivedFile*> files = all_files();
    xml_.element("system", kSystem);
    xml_.element("antallFiler", std::to_string(files.size()));
    folder();
    record(files);
    return xml_.finish();
  }

 private:
  std::vector<const ArchivedFile*> all_files() const {
    std::vector<const ArchivedFile*> files;
    for (const ArchivedFile& file : one_.own) files.push_back(&file);
    for (const auto& file : one_.documents)
      if (file) files.push_back(&*file);
    return files;
  }

  void in_catalogue(const char* name, std::string_view text) {
    xml_.open(name, kCatalogueSpace);
    xml_.text(text);
    xml_.close();
  }
  void code(const char* name, std::string_view text) {
    xml_.open(name);
    in_catalogue("kode", text);
    xml_.close();
  }
  void key(const std::string& of) {
    xml_.open("referanseEksternNoekkel");
    in_catalogue("fagsystem", kSystem);
    in_catalogue("noekkel", of);
    xml_.close();
  }
  void shielding() {
    xml_.open("skjerming");
    code("tilgangsrestriksjon", "Unntatt offentlighet");
    xml_.element("skjermingshjemmel", extract_.shielding);
    xml_.close();
  }
  void part(const std::string& person, const char* role) {
    xml_.open("part");
    xml_.element("partID", person);
    xml_.element("partNavn", one_.log.name_of(person));
    code("partRolle", role);
    xml_.close();
  }

  void folder() {
    const ClosedLog& log = one_.log;
    const ClosedAct& began = log.opened.at.empty() ? log.closed : log.opened;
    xml_.open("mappe");
    xml_.element("tittel", "Stafettlogg for " + log.name_of(log.subject));
    xml_.element("offentligTittel", "Stafettlogg");
    xml_.element("opprettetDato", began.at);
    xml_.element("opprettetAv", log.name_of(began.by));
    xml_.element("avsluttetDato", log.closed.at);
    xml_.element("avsluttetAv", log.name_of(log.closed.by));
    part(log.subject, log.is_child ? "Barn" : "Gravid");
    shielding();
    key(log.external_key());
    xml_.close();
  }

  void record(const std::vector<const ArchivedFile*>& files) {
    xml_.open_as("registrering", "arkivnotat");
    xml_.element("opprettetDato", extract_.made_at);
    xml_.element("opprettetAv", extract_.archivist);
    xml_.open("referanseForelderMappe");
    xml_.open("referanseEksternNoekkel", kCatalogueSpace);
    xml_.element("fagsystem", kSystem);
    xml_.element("noekkel", one_.log.external_key());
    xml_.close();
    xml_.close();
    shielding();
    int number = 0;
    for (const ArchivedFile* file : files) document(*file, ++number);
    xml_.element("tittel", "Stafettlogg, utskrift ved avslutning");
    xml_.element("offentligTittel", "Stafettlogg");
    key(one_.log.external_key() + "/utskrift");
    xml_.close();
  }

  void document(const ArchivedFile& file, int number) {
    xml_.open("dokumentbeskrivelse");
    code("dokumenttype", file.kind);
    code("dokumentstatus", "Dokumentet er ferdigstilt");
    xml_.element("tittel", file.title);
    code("tilknyttetRegistreringSom", number == 1 ? "Hoveddokument" : "Vedlegg");
    xml_.element("dokumentnummer", std::to_string(number));
    xml_.open("dokumentobjekt");
    code("variantformat", file.variant);
    code("format", file.format);
    xml_.element("filnavn", file.name);
    xml_.element("referanseDokumentfil", file.name);
    xml_.element("sjekksum", to_hex(file.sha256.view()));
    xml_.element("sjekksumAlgoritme", "SHA-256");
    xml_.element("filstoerrelse", std::to_string(file.bytes));
    xml_.close();
    xml_.close();
  }

  const NoarkExtract& extract_;
  const NoarkCase& one_;
  XmlWriter xml_;
};

}  // namespace

Result<std::string> arkivmelding(const NoarkExtract& extract) {
  return Message{extract}.write();
}

std::string as_line(std::string_view text) {
  constexpr std::size_t kCharacterBytesMax = 4;
  std::string line;
  for (std::size_t characters = 0; !text.empty() && characters < kAnswerCharactersMax;
       ++characters) {
    std::size_t bytes = 1;  // of one character that a line may have
    while (bytes <= kCharacterBytesMax && line_problem(text.substr(0, bytes))) ++bytes;
    if (bytes > kCharacterBytesMax) bytes = 1;
    line += line_problem(text.substr(0, bytes)) ? " " : text.substr(0, bytes);
    text.remove_prefix(bytes);
  }
  while (line.ends_with(' ')) line.pop_back();
  while (line.starts_with(' ')) line.erase(0, 1);
  return line.empty() ? "ukjent feil" : line;
}

Result<ArchiveAnswer> read_receipt(std::string_view xml) {
  ENGINE_TRY(failed, first_text(xml, "feilmelding"));
  if (failed) return ArchiveAnswer{false, as_line(*failed)};
  // The folder's number in the archive; where it has none, the record's or the folder's id.
  for (const char* name : {"mappeID", "registreringsID", "systemID"}) {
    ENGINE_TRY(found, first_text(xml, name));
    constexpr std::string_view kBlanks = " \t\r\n";
    if (found && found->find_first_not_of(kBlanks) != std::string::npos)
      return ArchiveAnswer{true, as_line(*found)};
  }
  return Error{Errc::malformed, "neither a receipt nor an error"};
}

}  // namespace stafett::bti
