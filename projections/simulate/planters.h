#pragma once
// The planters: for each rule, what happens in a case so that exactly its finding follows, and,
// where that cannot be helped, the findings that follow with it.
//
// A planter returns whether the case had a place for it; when it had none, nothing is altered.
// Where a hard rule stands in the way of it live, it comes in as a paper log entered later
// (paperBackfill), or as reads of another system (imported).

#include "projections/simulate/planting.h"

namespace stafett::bti {

constexpr std::int32_t kLateDaysMax = 20;       // how late comes what is planted late
constexpr std::int64_t kJustAfterUs = 300'000;  // before the next step

using Planter = bool (*)(Planting&);

// Null: no events can express it (F58).
Planter planter_of(int rule);

// Each group in a file of its own.
bool plant_f01(Planting& p);  // the concern: plant_concern.cc
bool plant_f02(Planting& p);
bool plant_f03(Planting& p);
bool plant_f04(Planting& p);
bool plant_f52(Planting& p);
bool plant_f53(Planting& p);

bool plant_f05(Planting& p);  // consent to the log: plant_opening.cc
bool plant_f06(Planting& p);
bool plant_f07(Planting& p);
bool plant_f08(Planting& p);
bool plant_f37(Planting& p);
bool plant_f38(Planting& p);
bool plant_f49(Planting& p);

bool plant_f09(Planting& p);  // consent to services: plant_consent.cc
bool plant_f10(Planting& p);
bool plant_f11(Planting& p);
bool plant_f12(Planting& p);
bool plant_f13(Planting& p);
bool plant_f14(Planting& p);
bool plant_f15(Planting& p);
bool plant_f16(Planting& p);
bool plant_f60(Planting& p);

bool plant_f17(Planting& p);  // reading: plant_reading.cc
bool plant_f18(Planting& p);
bool plant_f19(Planting& p);
bool plant_f20(Planting& p);
bool plant_f54(Planting& p);
bool plant_f61(Planting& p);

bool plant_f21(Planting& p);  // the baton and the level: plant_baton.cc
bool plant_f22(Planting& p);
bool plant_f23(Planting& p);
bool plant_f24(Planting& p);
bool plant_f25(Planting& p);
bool plant_f26(Planting& p);

bool plant_f27(Planting& p);  // measures: plant_measures.cc
bool plant_f28(Planting& p);
bool plant_f29(Planting& p);
bool plant_f30(Planting& p);
bool plant_f51(Planting& p);

bool plant_f31(Planting& p);  // hearing and meeting: plant_round.cc
bool plant_f32(Planting& p);
bool plant_f33(Planting& p);
bool plant_f34(Planting& p);
bool plant_f35(Planting& p);
bool plant_f36(Planting& p);

bool plant_f39(Planting& p);  // closing and archive: plant_closing.cc
bool plant_f40(Planting& p);
bool plant_f41(Planting& p);
bool plant_f42(Planting& p);
bool plant_f43(Planting& p);
bool plant_f44(Planting& p);
bool plant_f45(Planting& p);
bool plant_f46(Planting& p);
bool plant_f47(Planting& p);
bool plant_f48(Planting& p);

bool plant_f50(Planting& p);  // what comes up: plant_incidents.cc
bool plant_f55(Planting& p);
bool plant_f56(Planting& p);
bool plant_f57(Planting& p);
bool plant_f59(Planting& p);
bool plant_f62(Planting& p);

}  // namespace stafett::bti
