// The fold of log, baton, people, closing, archive, transfer and rights.

#include "projections/state/case_fold.h"
#include "projections/state/fold_support.h"
#include "projections/state/wire.h"

namespace stafett::bti {

using schema::EventType;

bool CaseFold::log(const Event& event) {
  switch (event.type) {
    case EventType::LOG_OPENED:
      log_opened(event);
      return true;
    case EventType::HOLDER_APPOINTED: {
      const auto facts = event.facts<schema::HolderAppointed>();
      hold(actor_of(event.identities<schema::HolderAppointed>().getPerson()),
           number(text_of(facts.getService())), day_of(event));
      state_.pending_offer.reset();
      return true;
    }
    case EventType::BATON_OFFERED:
      baton_offered(event);
      return true;
    case EventType::BATON_ACCEPTED:
      baton_accepted(event);
      return true;
    case EventType::BATON_DECLINED:
      if (by_id(state_.offers, text_of(event.facts<schema::BatonDeclined>().getOffer())))
        state_.pending_offer.reset();
      return true;
    case EventType::HOLDER_LEFT:
      if (state_.is_holder(actor_of(event.identities<schema::HolderLeft>().getPerson())))
        state_.has_holder = false;
      return true;
    case EventType::PARTICIPANT_ADDED:
      participant_added(event);
      return true;
    case EventType::PARTICIPANT_REMOVED: {
      const auto facts = event.facts<schema::ParticipantRemoved>();
      if (Participant* removed = by_id(state_.participants, text_of(facts.getParticipant())))
        removed->until = day_of(event);
      return true;
    }
    case EventType::LEVEL_CHANGED:
      state_.level = static_cast<std::int8_t>(event.facts<schema::LevelChanged>().getTo());
      return true;
    case EventType::LOG_CLOSED:
      log_closed(event);
      return true;
    default:
      return archive(event) || rights(event);
  }
}

void CaseFold::hold(const ActorId& person, ServiceNo service, std::int32_t since) {
  state_.latest_holder = Holder{person, service, since};
  state_.has_holder = true;
}

void CaseFold::log_opened(const Event& event) {
  const auto facts = event.facts<schema::LogOpened>();
  const ActorId holder = actor_of(event.identities<schema::LogOpened>().getHolder());
  const std::int32_t since = state_.is_holder(holder) ? state_.latest_holder->since : day_of(event);
  hold(holder, number(text_of(facts.getService())), since);
  state_.phase = Phase::active;
  state_.level = static_cast<std::int8_t>(facts.getLevel());
  if (state_.opened == kNever) {
    state_.opened = moment_of(event);
    state_.opened_on = day_of(event);
  }
}

void CaseFold::log_closed(const Event& event) {
  state_.phase = Phase::closed;
  state_.pending_offer.reset();
  state_.stalled = false;
  if (state_.closed == kNever) {
    state_.closed = moment_of(event);
    state_.closed_on = day_of(event);
    state_.closing_reason = event.facts<schema::LogClosed>().getReason();
  }
}

void CaseFold::baton_offered(const Event& event) {
  const auto facts = event.facts<schema::BatonOffered>();
  Offer offer;
  offer.id = text_of(facts.getOffer());
  offer.to = actor_of(event.identities<schema::BatonOffered>().getTo());
  offer.service = number(text_of(facts.getService()));
  offer.on = day_of(event);
  state_.pending_offer = offer;
  state_.offers.push_back(std::move(offer));
}

void CaseFold::baton_accepted(const Event& event) {
  const Offer* offer =
      by_id(state_.offers, text_of(event.facts<schema::BatonAccepted>().getOffer()));
  if (!offer) return;
  hold(actor_of(event.identities<schema::BatonAccepted>().getPerson()), offer->service,
       day_of(event));
  state_.pending_offer.reset();
}

void CaseFold::participant_added(const Event& event) {
  const auto facts = event.facts<schema::ParticipantAdded>();
  Participant added;
  added.id = text_of(facts.getParticipant());
  added.service = number(text_of(facts.getService()));
  added.person = actor_of(event.identities<schema::ParticipantAdded>().getPerson());
  added.task = text_of(event.narratives<schema::ParticipantAdded>().getTask());
  added.since = day_of(event);
  state_.participants.push_back(std::move(added));
}

bool CaseFold::archive(const Event& event) {
  std::string_view message;
  ArchiveStatus status = ArchiveStatus::none;
  switch (event.type) {
    case EventType::ARCHIVE_SENT:
      message = text_of(event.facts<schema::ArchiveSent>().getMessage());
      status = ArchiveStatus::sent;
      break;
    case EventType::ARCHIVE_RECEIPTED:
      message = text_of(event.facts<schema::ArchiveReceipted>().getMessage());
      status = ArchiveStatus::receipted;
      if (state_.closed == kNever) return true;
      break;
    case EventType::ARCHIVE_FAILED:
      message = text_of(event.facts<schema::ArchiveFailed>().getMessage());
      status = ArchiveStatus::failed;
      break;
    default:
      return false;
  }
  if (!message.empty() && !state_.find_id(IdKind::message, message)) return true;
  if (status == ArchiveStatus::receipted) state_.phase = Phase::archived;
  state_.archive = status;
  state_.archive_message = message;
  state_.archive_on = day_of(event);
  return true;
}

bool CaseFold::rights(const Event& event) {
  switch (event.type) {
    case EventType::CLOSURE_DEMANDED:
      state_.closure_demands.push_back(
          {actor_of(event.identities<schema::ClosureDemanded>().getDemander()), day_of(event)});
      return true;
    case EventType::TRANSFER_OFFERED: {
      const auto facts = event.facts<schema::TransferOffered>();
      state_.transfers.push_back({std::string(text_of(facts.getTransfer())),
                                  std::string(text_of(facts.getToMunicipality())), day_of(event),
                                  kNoDate});
      return true;
    }
    case EventType::TRANSFER_ACCEPTED: {
      const auto facts = event.facts<schema::TransferAccepted>();
      if (Transfer* accepted = by_id(state_.transfers, text_of(facts.getTransfer())))
        accepted->accepted_on = day_of(event);
      return true;
    }
    case EventType::RIGHTS_REQUESTED: {
      const auto facts = event.facts<schema::RightsRequested>();
      RightsRequest request;
      request.id = text_of(facts.getRequest());
      request.kind = facts.getKind();
      request.on = day_of(event);
      state_.rights.push_back(std::move(request));
      return true;
    }
    case EventType::RIGHTS_ANSWERED: {
      const auto facts = event.facts<schema::RightsAnswered>();
      if (RightsRequest* answered = by_id(state_.rights, text_of(facts.getRequest()))) {
        answered->outcome = facts.getOutcome();
        answered->answered_on = day_of(event);
      }
      return true;
    }
    default:
      return false;
  }
}

}  // namespace stafett::bti
