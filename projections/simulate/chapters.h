#pragma once
// The chapters of a case, each written when the one before has been told. They obey the hard rules
// under the default profile, and act within its deadlines: nothing to remark, by themselves.
//
// A chapter writes its steps and says which comes next: model.stage.

#include <span>
#include <string>

#include "projections/simulate/case_writer.h"

namespace stafett::bti {

void write_concern(CaseWriter& writer);  // until it is decided at level 0
void write_opening(CaseWriter& writer);  // family, consent, the log, the first plan
void write_round(CaseWriter& writer);    // until the next meeting, and that meeting
void write_closing(CaseWriter& writer);  // and the archive

// What the chapters share.

// Heard in words or, too young, exempted; keeps model.last_hearing. Nothing for a pregnant woman.
void hear_child(CaseWriter& writer, const std::string& adult);
boost::json::array latest_hearing(const CaseWriter& writer);
// Those who consent and agree today: guardians with responsibility, the youth, the pregnant woman.
std::vector<const FamilyMember*> deciders(const CaseWriter& writer);
boost::json::array labels_of(std::span<const FamilyMember* const> people);
boost::json::array texts_of(const std::vector<std::string>& texts);
void agree(CaseWriter& writer, const std::string& about);

enum class OpensLog : bool { no, yes };
// Asks all who decide, and gets their consents some days later. Keeps model.consents and services.
void ask_consent(CaseWriter& writer, const std::string& recorder,
                 const std::vector<std::string>& services, OpensLog opens_log);
// The same people consent anew before their consents end, if that is soon after `day`.
void renew_consents(CaseWriter& writer, Date day);
// Ids of the consents that let the log go to another municipality.
boost::json::array consent_to_transfer(CaseWriter& writer, const std::string& municipality);
void youth_decides(CaseWriter& writer);
// A kind of service that is not in the case; empty: none is left.
const Service* further_service(CaseWriter& writer);
void take_in(CaseWriter& writer, const Service& service);  // as participant
void plan_measure(CaseWriter& writer);                     // and start it
void assess_plan_right(CaseWriter& writer);                // the right to an individual plan

// Each at most once, or by chance, between two meetings.
void write_incidents(CaseWriter& writer);

}  // namespace stafett::bti
