#include "server/auth/outside_issuers.h"

#include <algorithm>

#include "server/auth/jws.h"

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
    made->issuers_.push_back(
        std::make_unique<IssuerKeys>(std::move(profile), *made->fetch_, clock, note));
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

Result<OutsideToken> OutsideIssuers::open(std::string_view token, IssuerKeys& issuer,
                                          TimeUs now) const {
  const IssuerProfile& profile = issuer.profile();
  const std::vector<std::string_view> algorithms{profile.algorithms.begin(),
                                                 profile.algorithms.end()};
  IssuerKeys::Keys keys = issuer.current();
  if (!keys) keys = issuer.fetched_anew();
  if (!keys) return Error{Errc::queue_full, "its issuer's keys are not to be had"};
  Result<OpenedJws> opened = open_jws(token, *keys, algorithms);
  // Its key may be newer than those here.
  if (!opened && opened.error().code() == Errc::not_found) {
    keys = issuer.fetched_anew();
    if (keys) opened = open_jws(token, *keys, algorithms);
  }
  if (!opened) return Error{Errc::refused, opened.error().detail()};
  return judge(opened->header, opened->claims, profile, now);
}

}  // namespace stafett::server
