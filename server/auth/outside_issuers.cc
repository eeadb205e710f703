#include "server/auth/outside_issuers.h"

#include <algorithm>

namespace stafett::server {
namespace {

// Whether one could call somebody what the other calls somebody else.
bool share_labels(const IssuerProfile& one, const IssuerProfile& other) {
  if (one.subject == SubjectRule::national_id || other.subject == SubjectRule::national_id)
    return false;
  return one.label_prefix.starts_with(other.label_prefix) ||
         other.label_prefix.starts_with(one.label_prefix);
}

}  // namespace

Result<std::unique_ptr<OutsideIssuers>> OutsideIssuers::make(std::vector<IssuerProfile> profiles,
                                                             std::unique_ptr<WebFetch> fetch,
                                                             Clock& clock, IssuerKeys::Note note) {
  if (profiles.size() > kIssuersMax) return Error{Errc::invalid_argument, "too many issuers"};
  auto made = std::unique_ptr<OutsideIssuers>(new OutsideIssuers(std::move(fetch)));
  for (IssuerProfile& profile : profiles) {
    ENGINE_TRY_VOID(check(profile));
    if (std::ranges::any_of(made->issuers_, [&](const auto& one) {
          return one->profile().name == profile.name || one->profile().issuer == profile.issuer;
        }))
      return Error{Errc::invalid_argument, "two issuers '" + profile.name + "', or of its url"};
    if (std::ranges::any_of(made->issuers_,
                            [&](const auto& one) { return share_labels(one->profile(), profile); }))
      return Error{Errc::invalid_argument, "'" + profile.name + "' names people as another does"};
    made->issuers_.push_back(std::make_unique<IssuerKeys>(std::move(profile), *made->fetch_, clock,
                                                          made->waiting_for_keys_, note));
  }
  return made;
}

OutsideIssuers::~OutsideIssuers() {
  stop();
}

void OutsideIssuers::start() {
  for (const auto& one : issuers_) one->start();
}

void OutsideIssuers::stop() {
  fetch_->stop();
  for (const auto& one : issuers_) one->stop();
}

bool OutsideIssuers::any_by_national_id() const {
  return std::ranges::any_of(issuers_, [](const auto& one) {
    // A machine's token may be about one person only, whom it names so.
    return one->profile().subject != SubjectRule::label;
  });
}

IssuerKeys* OutsideIssuers::find(std::string_view issuer) const {
  const auto found = std::ranges::find_if(
      issuers_, [&](const auto& one) { return one->profile().issuer == issuer; });
  return found == issuers_.end() ? nullptr : found->get();
}

IssuerKeys* OutsideIssuers::find_for_browsers(std::string_view name) const {
  const auto found = std::ranges::find_if(issuers_, [&](const auto& one) {
    return one->profile().browser && one->profile().name == name;
  });
  return found == issuers_.end() ? nullptr : found->get();
}

Result<void> OutsideIssuers::verify(const ReadJws& token, IssuerKeys& issuer) const {
  const IssuerProfile& profile = issuer.profile();
  const std::vector<std::string_view> algorithms{profile.algorithms.begin(),
                                                 profile.algorithms.end()};
  ENGINE_TRY(keys, issuer.at_hand());
  Result<void> verified = verify_jws(token, *keys, algorithms);
  // Its key may be newer than those here.
  if (!verified && verified.error().code() == Errc::not_found) {
    const Result<IssuerKeys::Keys> newer = issuer.fetched_anew();
    if (newer) verified = verify_jws(token, **newer, algorithms);
    if (!newer && newer.error().code() == Errc::queue_full) return newer.error();
  }
  if (!verified) return Error{Errc::refused, verified.error().detail()};
  return {};
}

Result<OutsideToken> OutsideIssuers::open(const ReadJws& token, IssuerKeys& issuer,
                                          TimeUs now) const {
  ENGINE_TRY_VOID(verify(token, issuer));
  return judge(token.header, token.claims, issuer.profile(), now);
}

Result<OutsideToken> OutsideIssuers::open_id_token(const ReadJws& token, IssuerKeys& issuer,
                                                   const IdTokenAsked& asked, TimeUs now) const {
  ENGINE_TRY_VOID(verify(token, issuer));
  return judge_id_token(token.header, token.claims, issuer.profile(), asked, now);
}

}  // namespace stafett::server
