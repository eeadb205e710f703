#include "projections/simulate/names.h"

#include <array>

namespace stafett::bti {

namespace {

constexpr std::array kAdjectives = {
    "Blid",       "Rolig",  "Snill", "Kjapp",  "Stille",   "Munter", "Varsom",      "Tapper",
    "Lystig",     "Klok",   "Rund",  "Grønn",  "Lys",      "Varm",   "Frodig",      "Mektig",
    "Kvikk",      "Sindig", "Lun",   "Trygg",  "Fargerik", "Lett",   "Fornøyd",     "Sprek",
    "Nysgjerrig", "Mild",   "Ærlig", "Gyllen", "Dyp",      "Høflig", "Treffsikker", "Iltert"};
constexpr std::array kNouns = {
    "Bjørk", "Lampe",  "Sky",     "Sykkel", "Krakk", "Tinde",        "Bekk",     "Kopp",
    "Vott",  "Furu",   "Nøkkel",  "Planke", "Fjær",  "Vindu",        "Kvist",    "Tromme",
    "Rips",  "Blyant", "Kompass", "Lykt",   "Trapp", "Ball",         "Mosedott", "Padleåre",
    "Skje",  "Brygge", "Grein",   "Kurv",   "Pute",  "Melkekartong", "Drage",    "Steinrøys"};

}  // namespace

std::string synthetic_name(Draws& draws) {
  std::string out = draws.pick(kAdjectives);
  out += ' ';
  out += draws.pick(kNouns);
  return out;
}

}  // namespace stafett::bti
