#include "projections/archive/printout.h"

#include <boost/json.hpp>
#include <set>

#include "engine/base/encoding.h"
#include "projections/archive/member_text.h"
#include "projections/archive/printed_words.h"
#include "projections/catalogue/registry.h"

namespace stafett::bti {

namespace json = boost::json;

namespace {

constexpr std::size_t kNameBytesMax = 24;  // beside its value; a longer one stands above it
constexpr std::string_view kStyle = R"(
@page { size: A4; margin: 22mm 18mm 20mm 18mm;
  @top-left { content: string(log); font: 8pt "DejaVu Sans"; color: #444; }
  @bottom-left { content: string(confidential); font: 8pt "DejaVu Sans"; color: #444; }
  @bottom-right { content: counter(page) " / " counter(pages); font: 8pt "DejaVu Sans";
    color: #444; } }
body { font: 9.5pt/1.4 "DejaVu Sans", sans-serif; color: #111; }
h1 { font-size: 18pt; margin: 0 0 1mm; string-set: log attr(data-log); }
p.confidential { string-set: confidential content(); margin: 0 0 5mm; color: #444; }
h2 { font-size: 12.5pt; margin: 8mm 0 2mm; padding-bottom: 1mm; border-bottom: 0.5pt solid #777;
  break-after: avoid; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 1mm 2mm 1mm 0; }
table.facts th { width: 42mm; font-weight: normal; color: #444; }
table.list { font-size: 9pt; }
table.list th { border-bottom: 0.5pt solid #777; font-size: 8.5pt; color: #444; }
table.list td { border-bottom: 0.25pt solid #bbb; }
tr { break-inside: avoid; }
div.event { margin: 0 0 3.5mm; padding-left: 3mm; border-left: 1.2pt solid #999;
  break-inside: avoid; }
div.event h3 { font-size: 10pt; margin: 0; break-after: avoid; }
div.event p.who { margin: 0 0 1mm; font-size: 8.5pt; color: #444; break-after: avoid; }
dl { margin: 0; }
dl div { padding-left: 44mm; position: relative; min-height: 1.4em; }
dt { position: absolute; left: 0; width: 42mm; color: #444; }
dt.long { position: static; width: auto; margin-left: -44mm; }
dd { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
div.void h3, div.void dd { text-decoration: line-through; }
p.note { font-size: 8.5pt; color: #444; }
code { font: 7.5pt "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
)";

// What only a machine reads is small.
bool is_digest(std::string_view text) {
  constexpr std::size_t kDigits = 64;
  return text.size() == kDigits && text.find_first_not_of("0123456789abcdef") == text.npos;
}

class Printout final {
 public:
  Printout(const ClosedLog& log, Language language, const std::string& made_at)
      : log_(log), language_(language), made_at_(made_at), words_(log, language) {}

  std::string write() {
    begin();
    about();
    family();
    consents();
    goals();
    measures();
    meetings();
    documents();
    history();
    provenance();
    return out_ + "</body></html>\n";
  }

 private:
  void begin() {
    const std::string title = std::string{words_.say("Stafettlogg for ", "Stafettlogg for ")} +
                              log_.name_of(log_.subject);
    out_ = "<!DOCTYPE html>\n<html lang=\"";
    out_ += words_.say("nb", "nn");
    out_ += "\"><head><meta charset=\"utf-8\"><title>" + escaped(title) + "</title><style>";
    out_ += kStyle;
    out_ += "</style></head><body>\n<h1 data-log=\"Stafettlogg " + escaped(log_.label) + "\">" +
            escaped(title) + "</h1>\n<p class=\"confidential\">";
    out_ += words_.say("Taushetsbelagt. Utskrift ved avslutning, til elevmappen",
                       "Underlagd teieplikt. Utskrift ved avslutning, til elevmappa");
    out_ += "</p>\n";
  }

  void head(std::string_view text) { out_ += "<h2>" + std::string{text} + "</h2>\n"; }

  void fact(std::string_view name, const std::string& value) {
    if (value.empty()) return;
    out_ += "<tr><th>" + std::string{name} + "</th><td>" + escaped(value) + "</td></tr>\n";
  }

  void about() {
    out_ += "<table class=\"facts\">\n";
    fact(words_.say("Sak", "Sak"), log_.label);
    fact(log_.is_child ? words_.say("Barn", "Barn") : words_.say("Gravid", "Gravid"),
         log_.name_of(log_.subject));
    fact(words_.say("Opprettet", "Oppretta"), words_.date(member_text(log_.state, "openedOn")));
    fact(words_.say("Avsluttet", "Avslutta"), words_.date(member_text(log_.state, "closedOn")));
    const json::object& closure = log_.state.at("closure").as_object();
    fact(words_.say("Avsluttet fordi", "Avslutta fordi"),
         words_.value("reason", closure.at("reason")));
    fact(words_.say("Nivå ved avslutning", "Nivå ved avslutning"),
         words_.level(log_.state.at("level")));
    if (const json::object* holder = log_.state.at("holder").if_object())
      fact(words_.say("Siste stafettholder", "Siste stafetthaldar"),
           log_.name_of(member_text(*holder, "person")) + ", " +
               words_.service(member_text(*holder, "service")));
    out_ += "</table>\n";
  }

  void list_head(std::initializer_list<std::string_view> names) {
    out_ += "<table class=\"list\"><thead><tr>";
    for (const std::string_view name : names) out_ += "<th>" + std::string{name} + "</th>";
    out_ += "</tr></thead><tbody>\n";
  }
  void row(std::initializer_list<std::string> cells) {
    out_ += "<tr>";
    for (const std::string& cell : cells) out_ += "<td>" + escaped(cell) + "</td>";
    out_ += "</tr>\n";
  }
  void list_end() { out_ += "</tbody></table>\n"; }

  const json::object* of_state(std::string_view key) const {
    const json::value* found = log_.state.if_contains(key);
    const json::object* object = found ? found->if_object() : nullptr;
    return object && !object->empty() ? object : nullptr;
  }

  void family() {
    const json::object* guardians = of_state("guardians");
    const json::object* participants = of_state("participants");
    if (!guardians && !participants) return;
    head(words_.say("Hvem som var med", "Kven som var med"));
    list_head({words_.say("Hvem", "Kven"), words_.say("Rolle", "Rolle"),
               words_.say("Oppgave", "Oppgåve"), words_.say("Fra", "Frå"),
               words_.say("Til", "Til")});
    if (guardians)
      for (const auto& [person, of] : *guardians)
        row({log_.name_of(std::string{person}),
             std::string{words_.say("Foresatt, ", "Føresett, ")} +
                 words_.value("relation", of.at("relation")),
             {},
             {},
             {}});
    if (participants)
      for (const auto& [id, of] : *participants) {
        const json::object& one = of.as_object();
        const std::string person = member_text(one, "person");
        const std::string of_service = words_.service(member_text(one, "service"));
        row({person.empty() ? of_service : log_.name_of(person) + ", " + of_service,
             std::string{words_.say("Deltaker", "Deltakar")}, member_text(one, "task"),
             words_.date(member_text(one, "since")), words_.date(member_text(one, "until"))});
      }
    list_end();
  }

  void consents() {
    const json::object* all = of_state("consents");
    if (!all) return;
    head(words_.say("Samtykke", "Samtykke"));
    list_head({words_.say("Fra", "Frå"), words_.say("Gjelder", "Gjeld"), words_.say("Form", "Form"),
               words_.say("Gjaldt fra", "Galdt frå"), words_.say("Gjaldt til", "Galdt til")});
    for (const auto& [id, of] : *all) {
      const json::object& one = of.as_object();
      std::string scope;
      if (one.at("openLog") == true) scope = words_.say("å føre loggen", "å føre loggen");
      for (const json::value& each : one.at("services").as_array())
        scope += (scope.empty() ? "" : ", ") + words_.service(std::string{each.as_string()});
      row({log_.name_of(member_text(one, "consenter")), scope, words_.value("form", one.at("form")),
           words_.date(member_text(one, "from")), words_.date(member_text(one, "to"))});
    }
    list_end();
  }

  void goals() {
    const json::object* all = of_state("goals");
    if (!all) return;
    head(words_.say("Mål", "Mål"));
    list_head(
        {words_.say("Mål", "Mål"), words_.say("Område", "Område"), words_.say("Status", "Status")});
    for (const auto& [id, of] : *all)
      row({words_.value("text", of.at("text")), words_.value("area", of.at("area")),
           words_.value("status", of.at("status"))});
    list_end();
  }

  void measures() {
    const json::object* all = of_state("measures");
    if (!all) return;
    head(words_.say("Tiltak", "Tiltak"));
    list_head({words_.say("Tiltak", "Tiltak"), words_.say("Ansvarlig", "Ansvarleg"),
               words_.say("Fra", "Frå"), words_.say("Til", "Til"),
               words_.say("Virkning", "Verknad"), words_.say("Status", "Status")});
    for (const auto& [id, of] : *all) {
      const json::object& one = of.as_object();
      const std::string person = member_text(one, "responsible");
      const std::string of_service = words_.service(member_text(one, "service"));
      const std::string status = member_text(one, "status");
      row({member_text(one, "title"),
           person.empty() ? of_service : log_.name_of(person) + ", " + of_service,
           words_.date(member_text(one, "startedOn")), words_.date(member_text(one, "endedOn")),
           words_.value("effect", one.at("lastEffect")), words_.word_or("measure", status)});
    }
    list_end();
  }

  void meetings() {
    const json::object* all = of_state("meetings");
    if (!all) return;
    head(words_.say("Møter", "Møte"));
    list_head({words_.say("Dato", "Dato"), words_.say("Møte", "Møte"), words_.say("Holdt", "Halde"),
               words_.say("Referat", "Referat")});
    for (const auto& [id, of] : *all)
      row({words_.date(member_text(of.as_object(), "date")), words_.value("kind", of.at("kind")),
           words_.yes_no(of.at("status") == "held"), words_.yes_no(of.at("minutes") == true)});
    list_end();
  }

  void documents() {
    if (log_.documents.empty()) return;
    head(words_.say("Dokumenter", "Dokument"));
    list_head({words_.say("Tittel", "Tittel"), words_.say("Lagt ved", "Lagt ved"), "SHA-256"});
    for (const ClosedDocument& one : log_.documents) {
      out_ += "<tr><td>" + escaped(one.title) + "</td><td>" + words_.instant(one.added_at) +
              "</td><td><code>" + escaped(one.digest) + "</code></td></tr>\n";
    }
    list_end();
  }

  void line(std::string_view name, const std::string& text) {
    if (text.empty()) return;
    const bool is_long = name.size() > kNameBytesMax;
    out_ += std::string{"<div><dt"} + (is_long ? " class=\"long\"" : "") + ">" + std::string{name} +
            "</dt><dd>" + (is_digest(text) ? "<code>" + text + "</code>" : escaped(text)) +
            "</dd></div>\n";
  }

  // Fields that refer to what the reader knows by another name.
  std::string named(const json::object& data, const char* kind, const char* of,
                    const char* title) const {
    const std::string id = member_text(data, kind);
    const json::object* all = id.empty() ? nullptr : of_state(of);
    const json::value* found = all ? all->if_contains(id) : nullptr;
    return found && found->is_object() ? member_text(found->get_object(), title) : std::string{};
  }

  void fields(const EventInfo& info, const json::object& data) {
    for (const FieldInfo& field : info.fields) {
      const json::value* found = data.if_contains(field.name);
      if (!found || found->is_null()) continue;
      const std::string_view word = field_word(field.name, language_);
      line(word.empty() ? field.name : word, words_.shown(field, *found));
    }
  }

  void changes(const std::string& target, const json::object& data) {
    const auto corrected = types_.find(target);
    const EventInfo* info = corrected == types_.end() ? nullptr : corrected->second;
    if (info)
      line(words_.say("Retter", "Rettar"),
           std::string{label(LabelGroup::event, info->name, language_)});
    if (const json::value* changed = data.if_contains("changes"); info && changed)
      if (const json::object* all = changed->if_object()) fields(*info, *all);
  }

  void event(const json::object& one) {
    const std::string type = member_text(one, "type");
    const EventInfo* info = registry().find(std::string_view{type});
    const std::string id = member_text(one, "id");
    if (!info) return;
    types_[id] = info;
    const bool gone = voided_.contains(id);
    const std::string_view name = label(LabelGroup::event, type, language_);
    out_ += std::string{"<div class=\"event"} + (gone ? " void" : "") + "\"><h3>" +
            std::string{name.empty() ? std::string_view{type} : name} + "</h3>\n<p class=\"who\">" +
            words_.instant(member_text(one, "occurredAt")) + ", " +
            escaped(log_.name_of(member_text(one, "actor")));
    if (gone) out_ += ". " + std::string{words_.say("Ført ved feil", "Ført ved feil")};
    if (member_text(one, "mode") == "paperBackfill")
      out_ += ". " + std::string{words_.say("Ført inn fra papir", "Ført inn frå papir")};
    out_ += "</p>\n<dl>";
    const json::object* data = one.at("data").if_object();
    if (data && !gone) {
      line(words_.say("Tiltak", "Tiltak"),
           type == "MeasurePlanned" ? std::string{} : named(*data, "measure", "measures", "title"));
      line(words_.say("Mål", "Mål"),
           type == "GoalSet" ? std::string{} : named(*data, "goal", "goals", "text"));
      if (type == "EntryCorrected") changes(member_text(*data, "target"), *data);
      fields(*info, *data);
    }
    out_ += "</dl></div>\n";
  }

  void history() {
    head(words_.say("Alle oppføringer", "Alle oppføringar"));
    for (const json::value& one : log_.events) {
      const json::object* data = one.at("data").if_object();
      if (!data || one.at("type") != "EntryCorrected") continue;
      if (const json::value* is = data->if_contains("void"); is && *is == true)
        voided_.insert(member_text(*data, "target"));
    }
    for (const json::value& one : log_.events) event(one.as_object());
  }

  void provenance() {
    head(words_.say("Om utskriften", "Om utskrifta"));
    out_ += "<p class=\"note\">";
    out_ += words_.say(
        "Oppføringene står i den rekkefølgen de ble ført. Det som ble skrevet før loggen ble "
        "opprettet (nivå 0), skjermet innhold og barnevernets innhold er ikke med: det ligger hos "
        "tjenesten som skrev det. Oppføringer som er sperret, er heller ikke med.",
        "Oppføringane står i den rekkjefølgja dei vart førte. Det som vart skrive før loggen vart "
        "oppretta (nivå 0), skjerma innhald og innhaldet til barnevernet er ikkje med: det ligg "
        "hos "
        "tenesta som skreiv det. Oppføringar som er sperra, er heller ikkje med.");
    out_ += "</p>\n<table class=\"facts\">\n";
    fact(words_.say("Utskrift laget", "Utskrift laga"), words_.instant(made_at_));
    fact(words_.say("Logg", "Logg"), log_.origin);
    fact(words_.say("Nøkkel", "Nøkkel"), log_.external_key());
    fact(words_.say("Oppføringer", "Oppføringar"), std::to_string(log_.events.size()));
    fact(words_.say("Loggens størrelse", "Storleiken på loggen"),
         std::to_string(log_.head.size.value()));
    out_ += "<tr><th>" + std::string{words_.say("Loggens rot", "Rota til loggen")} +
            "</th><td><code>" + to_hex(log_.head.root.view()) + "</code></td></tr>\n</table>\n";
  }

  const ClosedLog& log_;
  const Language language_;
  const std::string& made_at_;
  const PrintedWords words_;
  std::string out_;
  std::set<std::string> voided_;
  std::map<std::string, const EventInfo*> types_;  // of events shown so far
};

}  // namespace

std::string printout_html(const ClosedLog& log, Language language, const std::string& made_at) {
  return Printout{log, language, made_at}.write();
}

}  // namespace stafett::bti
