#include "projections/simulate/texts.h"

#include <array>
#include <span>
#include <string_view>

namespace stafett::bti {

namespace {

// "{}" is a day, a place or an activity, by what the sentence asks for.
struct Sentence {
  std::string_view nb, nn;
};
using Sentences = std::span<const Sentence>;

constexpr Sentence kPlaces[] = {
    {"i friminuttene", "i friminutta"}, {"ved bordet", "ved bordet"},
    {"på turdagen", "på turdagen"},     {"i garderoben", "i garderoben"},
    {"i gymsalen", "i gymsalen"},       {"i leken ute", "i leiken ute"},
    {"i overgangene", "i overgangane"}, {"om morgenen", "om morgonen"}};

constexpr Sentence kConcern[] = {
    {"Vi undrer oss over mindre overskudd {}.", "Vi undrast over mindre overskot {}."},
    {"Trekker seg unna de andre {}.", "Trekkjer seg unna dei andre {}."},
    {"Mer uro enn før {}.", "Meir uro enn før {}."},
    {"Trenger mye støtte {}.", "Treng mykje støtte {}."}};
constexpr Sentence kObservation[] = {
    {"Sett fire ganger på to uker: står alene {}.",
     "Sett fire gonger på to veker: står åleine {}."},
    {"Sier nei til å bli med {} tre av fem dager.", "Seier nei til å bli med {} tre av fem dagar."},
    {"Gråt to ganger {} og ville ikke si hvorfor.",
     "Gret to gonger {} og ville ikkje seie kvifor."},
    {"Kom uten matpakke og var trøtt {}.", "Kom utan matpakke og var trøytt {}."}};
constexpr Sentence kChildView[] = {
    {"Vil helst ha en voksen i nærheten {}.", "Vil helst ha ein vaksen i nærleiken {}."},
    {"Sier at det er for mye bråk {}.", "Seier at det er for mykje bråk {}."},
    {"Synes det er blitt bedre {}.", "Synest det er blitt betre {}."},
    {"Ønsker å velge selv hvem en er med {}.", "Ønskjer å velje sjølv kven ein er med {}."}};
constexpr Sentence kFamilyView[] = {
    {"Hjemme ser vi det samme, mest {}.", "Heime ser vi det same, mest {}."},
    {"Vi er glade for at dere sier fra om det som skjer {}.",
     "Vi er glade for at de seier frå om det som skjer {}."},
    {"Vi vil gjerne vite mer om hvordan det går {}.",
     "Vi vil gjerne vite meir om korleis det går {}."}};
constexpr Sentence kReason[] = {
    {"Tiltak i egen tjeneste er prøvd {} og trenger støtte.",
     "Tiltak i eiga teneste er prøvde {} og treng støtte."},
    {"Vi er enige om hva som trengs {}.", "Vi er samde om kva som trengst {}."},
    {"Det går bedre {} enn i høst.", "Det går betre {} enn i haust."}};
constexpr Sentence kGoal[] = {
    {"Deltar to ganger om dagen {}.", "Deltek to gonger om dagen {}."},
    {"Ber om hjelp når det trengs {}.", "Ber om hjelp når det trengst {}."},
    {"Har en fast å være sammen med {}.", "Har ein fast å vere saman med {}."}};
constexpr Sentence kMeasure[] = {{"Liten gruppe {}", "Lita gruppe {}"},
                                 {"Fast voksen {}", "Fast vaksen {}"},
                                 {"Dagsplan med bilder {}", "Dagsplan med bilete {}"},
                                 {"Samtale hver uke, ikke {}", "Samtale kvar veke, ikkje {}"},
                                 {"Avtale om ro {}", "Avtale om ro {}"}};
constexpr Sentence kEvaluation[] = {
    {"Vi ser fremgang {}, men ikke hver dag.", "Vi ser framgang {}, men ikkje kvar dag."},
    {"Virker best {}.", "Verkar best {}."},
    {"Lite endring {}; vi prøver litt til.", "Lita endring {}; vi prøver litt til."}};
constexpr Sentence kMinutes[] = {
    {"Vi gikk gjennom tiltakene og det som skjer {}. Alle kjenner oppgavene sine.",
     "Vi gjekk gjennom tiltaka og det som skjer {}. Alle kjenner oppgåvene sine."},
    {"Kort møte. Mest om hvordan det går {}.", "Kort møte. Mest om korleis det går {}."}};
constexpr Sentence kNote[] = {{"Rolig uke {}.", "Roleg veke {}."},
                              {"Ny fast plass {} fra mandag.", "Ny fast plass {} frå måndag."},
                              {"Planen er fulgt {}.", "Planen er følgd {}."}};
constexpr Sentence kBrightSpot[] = {
    {"Lysglimt: lo høyt og ble med hele tiden {}.", "Lysglimt: lo høgt og vart med heile tida {}."},
    {"Lysglimt: hjalp en annen {}.", "Lysglimt: hjelpte ein annan {}."},
    {"Lysglimt: spurte selv om å få bli med {}.", "Lysglimt: spurde sjølv om å få bli med {}."}};
constexpr Sentence kFamilyNote[] = {
    {"Fortalte om noe fint {} i dag.", "Fortalde om noko fint {} i dag."},
    {"Sov godt, og gledet seg til det som skjer {}.",
     "Sov godt, og gledde seg til det som skjer {}."}};
constexpr Sentence kTask[] = {{"Veileder de ansatte {}", "Rettleier dei tilsette {}"},
                              {"Kartlegger hva som trengs {}", "Kartlegg kva som trengst {}"},
                              {"Samtaler hver fjortende dag", "Samtalar kvar fjortande dag"}};
constexpr Sentence kClosing[] = {
    {"Målene er nådd, og alle er enige om å avslutte. Det går fint {}.",
     "Måla er nådde, og alle er samde om å avslutte. Det går fint {}."},
    {"Loggen avsluttes etter samtale med familien om hvordan det går {}.",
     "Loggen blir avslutta etter samtale med familien om korleis det går {}."}};

constexpr std::array<Sentences, 14> kTopics = {
    kConcern,    kObservation, kChildView, kFamilyView, kReason,     kGoal, kMeasure,
    kEvaluation, kMinutes,     kNote,      kBrightSpot, kFamilyNote, kTask, kClosing};

std::string_view in(Form form, const Sentence& sentence) {
  return form == Form::nb ? sentence.nb : sentence.nn;
}

}  // namespace

std::string sentence(Topic topic, Form form, Draws& draws) {
  const Sentences choices = kTopics[static_cast<std::size_t>(topic)];
  std::string out{in(form, draws.pick(choices))};
  const auto gap = out.find("{}");
  if (gap != std::string::npos) out.replace(gap, 2, in(form, draws.pick(kPlaces)));
  return out;
}

}  // namespace stafett::bti
