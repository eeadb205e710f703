// The way back from an issuer: a sign-in is good for one exchange, and no issuer takes all places.

#include "server/session/code_flow.h"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>
#include <condition_variable>
#include <future>
#include <new>

#include "engine/crypto/seeded_random.h"
#include "server/auth/jws.h"
#include "server/session/browser_sessions.h"
#include "tests/support/code_of.h"

namespace stafett::server {
BOOST_AUTO_TEST_SUITE(code_flow_test)
namespace {

using boost::json::object;

std::string url_of(const std::string& name) {
  return "https://" + name + ".stafett.example";
}

// Issuers without a network, whose token endpoints answer when they are told to.
class PaperIssuers final : public WebFetch {
 public:
  Result<FetchedDocument> get(const std::string& url) override {
    const std::string issuer = url.substr(0, url.find('/', 8));
    const object configuration{{"issuer", issuer},
                               {"jwks_uri", issuer + "/jwks"},
                               {"authorization_endpoint", issuer + "/auth"},
                               {"token_endpoint", issuer + "/token"}};
    const object jwks{{"keys", {public_half(make_es256_jwk().value())}}};
    return FetchedDocument{boost::json::serialize(url.ends_with("/jwks") ? jwks : configuration),
                           std::nullopt};
  }
  Result<FormAnswer> post(const std::string& url, const WebForm&) override {
    std::unique_lock lock{mutex_};
    ++posted_;
    news_.notify_all();
    if (throws) throw std::bad_alloc{};
    news_.wait(lock, [&] { return held_.empty() || !url.starts_with(held_); });
    return FormAnswer{400, R"({"error":"invalid_grant"})"};
  }
  void stop() override {}

  void hold(const std::string& url) {
    const std::lock_guard lock{mutex_};
    held_ = url;
    news_.notify_all();
  }
  int posted() const {
    const std::lock_guard lock{mutex_};
    return posted_;
  }
  void wait_for_posts(int count) {
    std::unique_lock lock{mutex_};
    BOOST_REQUIRE(news_.wait_for(lock, std::chrono::seconds{20}, [&] { return posted_ >= count; }));
  }

  std::atomic<bool> throws{false};

 private:
  mutable std::mutex mutex_;
  std::condition_variable news_;
  std::string held_;  // Guarded by mutex_, as all below.
  int posted_ = 0;
};

IssuerProfile profile_of(const std::string& name) {
  IssuerProfile profile;
  profile.name = name;
  profile.issuer = url_of(name);
  profile.metadata = url_of(name) + "/.well-known/openid-configuration";
  profile.algorithms = {"ES256"};
  profile.audiences = {"here"};
  profile.scopes = {"log"};
  profile.claim = "pid";
  profile.browser = BrowserClient{"me", "secret", ""};
  return profile;
}

struct Town {
  Town() {
    auto made = std::make_unique<PaperIssuers>();
    web = made.get();
    std::vector<IssuerProfile> profiles;
    std::map<std::string, ClientSecrets> secrets;
    for (const char* name : {"one", "two", "three"}) {
      profiles.push_back(profile_of(name));
      secrets[name].secret = "s";
    }
    issuers = OutsideIssuers::make(profiles, std::move(made), clock, {}).value();
    for (const char* name : {"one", "two", "three"})
      BOOST_REQUIRE(issuers->find(url_of(name))->refresh().has_value());
    flow.emplace(*issuers, std::move(secrets), PublicUrl{"https://here.example"}, clock, random);
  }
  CodeFlow::Checked answered(const std::string& issuer) {
    const auto begun = flow->begin(issuer, "/", std::nullopt);
    BOOST_REQUIRE(begun.has_value());
    const std::string mark = "&state=";
    const std::string state = begun->address.substr(begun->address.find(mark) + mark.size(), 43);
    const auto checked =
        flow->check({issuer, state, "junk", std::nullopt, std::nullopt}, begun->sealed);
    BOOST_REQUIRE_MESSAGE(checked, (checked ? "" : checked.error().to_string()));
    return *checked;
  }
  std::future<Errc> ending(const CodeFlow::Checked& checked) {
    return std::async(std::launch::async, [this, checked] { return code_of(flow->end(checked)); });
  }

  ManualClock clock{TimeUs{1'767'225'600'000'000}};
  crypto::SeededRandom random{1};
  PaperIssuers* web = nullptr;
  std::unique_ptr<OutsideIssuers> issuers;
  std::optional<CodeFlow> flow;
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_sign_in_is_good_for_one_exchange) {
  Town town;
  const CodeFlow::Checked checked = town.answered("one");
  town.web->hold(url_of("one"));
  auto first = town.ending(checked);
  town.web->wait_for_posts(1);
  BOOST_TEST((code_of(town.flow->end(checked)) == Errc::refused));  // while it is under way
  town.web->hold("");
  BOOST_TEST((first.get() == Errc::refused));
  BOOST_TEST((code_of(town.flow->end(checked)) == Errc::refused));  // and afterwards
  BOOST_TEST(town.web->posted() == 1);
}

BOOST_AUTO_TEST_CASE(an_issuer_that_is_slow_leaves_places_to_others) {
  Town town;
  town.web->hold(url_of("one"));
  std::vector<std::future<Errc>> held;
  for (std::size_t i = 0; i < CodeFlow::kIssuerPlaces; ++i)
    held.push_back(town.ending(town.answered("one")));
  town.web->wait_for_posts(CodeFlow::kIssuerPlaces);
  const CodeFlow::Checked third = town.answered("one");
  BOOST_TEST((code_of(town.flow->end(third)) == Errc::queue_full));
  BOOST_TEST((code_of(town.flow->end(town.answered("two"))) == Errc::refused));  // it has answered
  town.web->hold("");
  for (auto& one : held) BOOST_TEST((one.get() == Errc::refused));
  // Nothing was sent of the one that there was no place for: it may come again.
  const int posted = town.web->posted();
  BOOST_TEST((code_of(town.flow->end(third)) == Errc::refused));
  BOOST_TEST(town.web->posted() == posted + 1);
}

BOOST_AUTO_TEST_CASE(what_is_thrown_leaves_no_place_taken) {
  Town town;
  town.web->throws = true;
  for (std::size_t i = 0; i < 2 * WaitingRoom::kPlaces; ++i) {
    const CodeFlow::Checked checked = town.answered("one");
    BOOST_CHECK_THROW((void)town.flow->end(checked), std::bad_alloc);
  }
  town.web->throws = false;
  BOOST_TEST((code_of(town.flow->end(town.answered("one"))) == Errc::refused));
}

BOOST_AUTO_TEST_CASE(states_that_are_spent_are_remembered_until_they_are_too_old) {
  SpentStates spent;
  const TimeUs now{1'000}, later{2'000};
  BOOST_TEST(spent.spend("a", later, now));
  BOOST_TEST(!spent.spend("a", later, now));
  BOOST_TEST(spent.spend("b", later, now));
  BOOST_TEST(spent.spend("c", TimeUs{3'000}, later));
  BOOST_TEST(spent.size() == 1u);
  for (std::size_t i = 0; i < SpentStates::kStatesMax; ++i)
    BOOST_TEST(spent.spend(std::to_string(i), TimeUs{3'000}, later));
  BOOST_TEST(spent.size() == SpentStates::kStatesMax);
  BOOST_TEST(!spent.spend("0", TimeUs{3'000}, later));
  BOOST_TEST(spent.spend("c", TimeUs{3'000}, later));  // the first is forgotten
}

BOOST_AUTO_TEST_CASE(whose_a_session_is_means_something_to_one_process_only) {
  Town town;
  const PublicUrl here{"https://here.example"};
  const BrowserSessions one{here, {}, *town.issuers, {}, town.clock, town.random};
  const BrowserSessions other{here, {}, *town.issuers, {}, town.clock, town.random};
  const auto ended = [](const IssuerProfile& issuer, const char* number) {
    OutsideToken who;
    who.national_id = number;
    return CodeFlow::Ended{issuer, who, Hash{}, "/", std::nullopt};
  };
  const IssuerProfile here_known = profile_of("one"), elsewhere = profile_of("two");
  const Hash lise = one.subject_of(ended(here_known, "15887012345"));
  BOOST_TEST((lise == one.subject_of(ended(here_known, "15887012345"))));
  BOOST_TEST((lise != one.subject_of(ended(here_known, "02898154321"))));
  BOOST_TEST((lise != one.subject_of(ended(elsewhere, "15887012345"))));
  BOOST_TEST((lise != other.subject_of(ended(here_known, "15887012345"))));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::server
