#include "projections/archive/printout.h"

#include <boost/json.hpp>
#include <set>
#include <span>

#include "engine/base/clock.h"
#include "engine/base/encoding.h"
#include "projections/archive/member_text.h"
#include "projections/calendar/calendar.h"
#include "projections/catalogue/registry.h"
#include "projections/viewer/viewed_case.h"

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
  orphans: 4; widows: 3; }
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

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

class Printout final {
 public:
  Printout(const ClosedLog& log, Language language, const std::string& made_at)
      : log_(log), language_(language), made_at_(made_at) {}

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
  std::string_view say(std::string_view nb, std::string_view nn) const {
    return language_ == Language::nn ? nn : nb;
  }

  // "2026-03-08" or an instant, as people write it.
  std::string date(const std::string& text) const {
    const auto day = Date::parse(text);
    if (!day) return text;
    return std::to_string(day->day()) + "." + std::to_string(day->month()) + "." +
           std::to_string(day->year());
  }
  std::string instant(const std::string& text) const {
    const auto at = parse_time(text);
    if (!at) return text;
    const std::int32_t minute = local_minute(*at);
    const auto two = [](std::int32_t number) {
      return (number < 10 ? "0" : "") + std::to_string(number);
    };
    return date(local_date(*at).to_text()) + " kl. " + two(minute / 60) + "." + two(minute % 60);
  }

  std::string service(const std::string& id) const {
    const auto known = log_.services.find(id);
    const std::string kind = known == log_.services.end() ? id : known->second;
    const std::string_view word = service_word(kind, language_);
    if (word.empty()) return id;
    return kind == id ? std::string{word} : std::string{word} + " (" + id + ")";
  }

  void begin() {
    const std::string title =
        std::string{say("Stafettlogg for ", "Stafettlogg for ")} + log_.name_of(log_.subject);
    out_ = "<!DOCTYPE html>\n<html lang=\"";
    out_ += say("nb", "nn");
    out_ += "\"><head><meta charset=\"utf-8\"><title>" + escaped(title) + "</title><style>";
    out_ += kStyle;
    out_ += "</style></head><body>\n<h1 data-log=\"Stafettlogg " + escaped(log_.label) + "\">" +
            escaped(title) + "</h1>\n<p class=\"confidential\">";
    out_ += say("Taushetsbelagt. Utskrift ved avslutning, til elevmappen",
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
    fact(say("Sak", "Sak"), log_.label);
    fact(log_.is_child ? say("Barn", "Barn") : say("Gravid", "Gravid"), log_.name_of(log_.subject));
    fact(say("Opprettet", "Oppretta"), date(member_text(log_.state, "openedOn")));
    fact(say("Avsluttet", "Avslutta"), date(member_text(log_.state, "closedOn")));
    const json::object& closure = log_.state.at("closure").as_object();
    fact(say("Avsluttet fordi", "Avslutta fordi"), value("reason", closure.at("reason")));
    fact(say("Nivå ved avslutning", "Nivå ved avslutning"), level(log_.state.at("level")));
    if (const json::object* holder = log_.state.at("holder").if_object())
      fact(say("Siste stafettholder", "Siste stafetthaldar"),
           log_.name_of(member_text(*holder, "person")) + ", " +
               service(member_text(*holder, "service")));
    out_ += "</table>\n";
  }

  std::string level(const json::value& number) const {
    const std::string text = json::serialize(number);
    const std::string_view name = label(LabelGroup::level, text, language_);
    return name.empty() ? text : text + " " + std::string{name};
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
    head(say("Hvem som var med", "Kven som var med"));
    list_head({say("Hvem", "Kven"), say("Rolle", "Rolle"), say("Oppgave", "Oppgåve"),
               say("Fra", "Frå"), say("Til", "Til")});
    if (guardians)
      for (const auto& [person, of] : *guardians)
        row({log_.name_of(std::string{person}),
             std::string{say("Foresatt, ", "Føresett, ")} + value("relation", of.at("relation")),
             {},
             {},
             {}});
    if (participants)
      for (const auto& [id, of] : *participants) {
        const json::object& one = of.as_object();
        const std::string person = member_text(one, "person");
        const std::string of_service = service(member_text(one, "service"));
        row({person.empty() ? of_service : log_.name_of(person) + ", " + of_service,
             std::string{say("Deltaker", "Deltakar")}, member_text(one, "task"),
             date(member_text(one, "since")), date(member_text(one, "until"))});
      }
    list_end();
  }

  void consents() {
    const json::object* all = of_state("consents");
    if (!all) return;
    head(say("Samtykke", "Samtykke"));
    list_head({say("Fra", "Frå"), say("Gjelder", "Gjeld"), say("Form", "Form"),
               say("Gjaldt fra", "Galdt frå"), say("Gjaldt til", "Galdt til")});
    for (const auto& [id, of] : *all) {
      const json::object& one = of.as_object();
      std::string scope;
      if (one.at("openLog") == true) scope = say("å føre loggen", "å føre loggen");
      for (const json::value& each : one.at("services").as_array())
        scope += (scope.empty() ? "" : ", ") + service(std::string{each.as_string()});
      row({log_.name_of(member_text(one, "consenter")), scope, value("form", one.at("form")),
           date(member_text(one, "from")), date(member_text(one, "to"))});
    }
    list_end();
  }

  void goals() {
    const json::object* all = of_state("goals");
    if (!all) return;
    head(say("Mål", "Mål"));
    list_head({say("Mål", "Mål"), say("Område", "Område"), say("Status", "Status")});
    for (const auto& [id, of] : *all)
      row({value("text", of.at("text")), value("area", of.at("area")),
           value("status", of.at("status"))});
    list_end();
  }

  void measures() {
    const json::object* all = of_state("measures");
    if (!all) return;
    head(say("Tiltak", "Tiltak"));
    list_head({say("Tiltak", "Tiltak"), say("Ansvarlig", "Ansvarleg"), say("Fra", "Frå"),
               say("Til", "Til"), say("Virkning", "Verknad"), say("Status", "Status")});
    for (const auto& [id, of] : *all) {
      const json::object& one = of.as_object();
      const std::string person = member_text(one, "responsible");
      const std::string of_service = service(member_text(one, "service"));
      const std::string status = member_text(one, "status");
      row({member_text(one, "title"),
           person.empty() ? of_service : log_.name_of(person) + ", " + of_service,
           date(member_text(one, "startedOn")), date(member_text(one, "endedOn")),
           value("effect", one.at("lastEffect")), word_or("measure", status)});
    }
    list_end();
  }

  void meetings() {
    const json::object* all = of_state("meetings");
    if (!all) return;
    head(say("Møter", "Møte"));
    list_head({say("Dato", "Dato"), say("Møte", "Møte"), say("Holdt", "Halde"),
               say("Referat", "Referat")});
    for (const auto& [id, of] : *all)
      row({date(member_text(of.as_object(), "date")), value("kind", of.at("kind")),
           yes_no(of.at("status") == "held"), yes_no(of.at("minutes") == true)});
    list_end();
  }

  void documents() {
    if (log_.documents.empty()) return;
    head(say("Dokumenter", "Dokument"));
    list_head({say("Tittel", "Tittel"), say("Lagt ved", "Lagt ved"), "SHA-256"});
    for (const ClosedDocument& one : log_.documents) {
      out_ += "<tr><td>" + escaped(one.title) + "</td><td>" + instant(one.added_at) +
              "</td><td><code>" + escaped(one.digest) + "</code></td></tr>\n";
    }
    list_end();
  }

  std::string yes_no(bool is) const {
    return std::string{is ? say("ja", "ja") : say("nei", "nei")};
  }

  std::string word_or(std::string_view field, const std::string& text) const {
    const std::string_view word = value_word(field, text, language_);
    return word.empty() ? text : std::string{word};
  }

  std::string value(std::string_view field, const json::value& of) const {
    if (of.is_null()) return {};
    if (of.is_bool()) return yes_no(of.get_bool());
    if (of.is_string()) return word_or(field, std::string{of.get_string()});
    if (const json::array* many = of.if_array()) {
      std::string text;
      for (const json::value& one : *many) text += (text.empty() ? "" : ", ") + value(field, one);
      return text;
    }
    return json::serialize(of);
  }

  // A field of an event, by what kind of field it is. Empty: it tells people nothing.
  std::string shown(const FieldInfo& field, const json::value& of) const {
    if (id_kind_of(field)) return {};  // what it names is told where it is
    if (const json::array* many = of.if_array()) {
      std::string text;
      for (const json::value& one : *many) {
        const std::string each = shown(field, one);
        if (!each.empty()) text += (text.empty() ? "" : ", ") + each;
      }
      return text;
    }
    switch (field.type) {
      case FieldType::PERSON:
        return of.is_string() ? log_.name_of(std::string{of.get_string()}) : std::string{};
      case FieldType::SERVICE:
        return of.is_string() ? service(std::string{of.get_string()}) : std::string{};
      case FieldType::DATE:
        return of.is_string() ? date(std::string{of.get_string()}) : std::string{};
      case FieldType::TIME:
        return of.is_string() ? instant(std::string{of.get_string()}) : std::string{};
      case FieldType::ENUMERATION:
      case FieldType::BOOL:
        return value(field.name, of);
      case FieldType::INT:
        return field.name == "level" || field.name == "from" || field.name == "to"
                   ? level(of)
                   : json::serialize(of);
      case FieldType::TEXT:
      case FieldType::LINE:
      case FieldType::LANG:
      case FieldType::DIGEST:
        return of.is_string() ? std::string{of.get_string()} : std::string{};
      default:
        return {};
    }
  }

  void line(std::string_view name, const std::string& text) {
    if (text.empty()) return;
    const bool is_long = name.size() > kNameBytesMax;
    out_ += std::string{"<div><dt"} + (is_long ? " class=\"long\"" : "") + ">" + std::string{name} +
            "</dt><dd>" + escaped(text) + "</dd></div>\n";
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
      line(word.empty() ? field.name : word, shown(field, *found));
    }
  }

  void changes(const std::string& target, const json::object& data) {
    const auto corrected = types_.find(target);
    const EventInfo* info = corrected == types_.end() ? nullptr : corrected->second;
    if (info)
      line(say("Retter", "Rettar"), std::string{label(LabelGroup::event, info->name, language_)});
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
            instant(member_text(one, "occurredAt")) + ", " +
            escaped(log_.name_of(member_text(one, "actor")));
    if (gone) out_ += ". " + std::string{say("Ført ved feil", "Ført ved feil")};
    if (member_text(one, "mode") == "paperBackfill")
      out_ += ". " + std::string{say("Ført inn fra papir", "Ført inn frå papir")};
    out_ += "</p>\n<dl>";
    const json::object* data = one.at("data").if_object();
    if (data && !gone) {
      line(say("Tiltak", "Tiltak"),
           type == "MeasurePlanned" ? std::string{} : named(*data, "measure", "measures", "title"));
      line(say("Mål", "Mål"),
           type == "GoalSet" ? std::string{} : named(*data, "goal", "goals", "text"));
      if (type == "EntryCorrected") changes(member_text(*data, "target"), *data);
      fields(*info, *data);
    }
    out_ += "</dl></div>\n";
  }

  void history() {
    head(say("Alle oppføringer", "Alle oppføringar"));
    for (const json::value& one : log_.events) {
      const json::object* data = one.at("data").if_object();
      if (!data || one.at("type") != "EntryCorrected") continue;
      if (const json::value* is = data->if_contains("void"); is && *is == true)
        voided_.insert(member_text(*data, "target"));
    }
    for (const json::value& one : log_.events) event(one.as_object());
  }

  void provenance() {
    head(say("Om utskriften", "Om utskrifta"));
    out_ += "<p class=\"note\">";
    out_ += say(
        "Oppføringene står i den rekkefølgen de ble ført. Det som ble skrevet før loggen ble "
        "opprettet (nivå 0), skjermet innhold og barnevernets innhold er ikke med: det ligger hos "
        "tjenesten som skrev det. Oppføringer som er sperret, er heller ikke med.",
        "Oppføringane står i den rekkjefølgja dei vart førte. Det som vart skrive før loggen vart "
        "oppretta (nivå 0), skjerma innhald og innhaldet til barnevernet er ikkje med: det ligg "
        "hos "
        "tenesta som skreiv det. Oppføringar som er sperra, er heller ikkje med.");
    out_ += "</p>\n<table class=\"facts\">\n";
    fact(say("Utskrift laget", "Utskrift laga"), instant(made_at_));
    fact(say("Logg", "Logg"), log_.origin);
    fact(say("Nøkkel", "Nøkkel"), log_.external_key());
    fact(say("Oppføringer", "Oppføringar"), std::to_string(log_.events.size()));
    fact(say("Loggens størrelse", "Storleiken på loggen"), std::to_string(log_.head.size.value()));
    out_ += "<tr><th>" + std::string{say("Loggens rot", "Rota til loggen")} + "</th><td><code>" +
            to_hex(log_.head.root.view()) + "</code></td></tr>\n</table>\n";
  }

  const ClosedLog& log_;
  const Language language_;
  const std::string& made_at_;
  std::string out_;
  std::set<std::string> voided_;
  std::map<std::string, const EventInfo*> types_;  // of events shown so far
};

}  // namespace

std::string printout_html(const ClosedLog& log, Language language, const std::string& made_at) {
  return Printout{log, language, made_at}.write();
}

}  // namespace stafett::bti
