// Keys of issuers: when they are fetched, how long they are used, whose are taken.

#include "server/auth/issuer_keys.h"

#include <boost/json.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <future>
#include <list>
#include <map>
#include <ostream>

#include "server/auth/jws.h"
#include "tests/support/code_of.h"

namespace stafett::server {
BOOST_AUTO_TEST_SUITE(issuer_keys_test)
namespace {

using boost::json::object;

const std::string kIssuer = "https://issuer.stafett.example";

std::int64_t seconds_us(std::chrono::seconds seconds) {
  return std::chrono::microseconds{seconds}.count();
}

// An issuer that is asked without a network, and may be away.
class PaperIssuer final : public WebFetch {
 public:
  PaperIssuer() { rotate("a"); }
  // From now on it has this key only.
  void rotate(const std::string& id) {
    object key = public_half(make_es256_jwk().value());
    key["kid"] = id;
    set({{"keys", boost::json::array{key}}});
  }
  void set(const object& jwks) {
    const std::lock_guard lock{mutex_};
    documents_[kIssuer + "/jwks"] = boost::json::serialize(jwks);
  }
  void configure(const object& configuration) {
    const std::lock_guard lock{mutex_};
    documents_[kIssuer + "/.well-known/openid-configuration"] =
        boost::json::serialize(configuration);
  }
  Result<FetchedDocument> get(const std::string& url) override {
    const std::lock_guard lock{mutex_};
    ++asked;
    const auto found = documents_.find(url);
    if (away || found == documents_.end()) return Error{Errc::io, "away"};
    return FetchedDocument{found->second, keep};
  }
  Result<FormAnswer> post(const std::string&, const WebForm&) override {
    return Error{Errc::io, "takes no forms"};
  }
  void stop() override {}

  std::atomic<int> asked{0};  // two for each round: configuration and keys
  std::atomic<bool> away{false};
  std::optional<std::chrono::seconds> keep;

 private:
  std::mutex mutex_;
  std::map<std::string, std::string> documents_{
      // Guarded by mutex_.
      {kIssuer + "/.well-known/openid-configuration",
       R"({"issuer":")" + kIssuer + R"(","jwks_uri":")" + kIssuer + R"(/jwks"})"}};
};

IssuerProfile profile() {
  IssuerProfile profile;
  profile.name = "paper";
  profile.issuer = kIssuer;
  profile.metadata = kIssuer + "/.well-known/openid-configuration";
  profile.algorithms = {"ES256"};
  return profile;
}

struct Kept {
  PaperIssuer paper;
  ManualClock clock{TimeUs{1'767'225'600'000'000}};
  std::vector<std::string> noted;
  WaitingRoom room;
  IssuerKeys keys{profile(), paper, clock, room,
                  [this](const std::string& issuer, const Error& why) {
                    noted.push_back(issuer + ": " + why.detail());
                  }};
  void pass(std::chrono::seconds time) {
    clock.set(TimeUs{clock.now().value() + seconds_us(time)});
  }
  // What the thread of its own does, once.
  void look() {
    if (keys.is_due()) (void)keys.refresh();
  }
  // The name of the one key that it has; empty: none.
  std::string key() const { return name_of(keys.current()); }
  static std::string name_of(const IssuerKeys::Keys& all) {
    return all ? std::string{all->at(0).at("kid").as_string()} : std::string{};
  }
  static std::string name_of(const Result<IssuerKeys::Keys>& all) {
    return all ? name_of(*all) : std::string{};
  }
};

constexpr std::chrono::seconds kSecond{1};
constexpr std::chrono::seconds kDay{86'400};

}  // namespace

BOOST_AUTO_TEST_CASE(keys_are_fetched_before_they_are_needed_and_then_once_a_day) {
  Kept kept;
  BOOST_TEST(kept.key() == "");
  kept.look();
  BOOST_TEST(kept.key() == "a");
  kept.paper.rotate("b");
  kept.pass(kDay - kSecond);
  kept.look();
  BOOST_TEST(kept.key() == "a");
  kept.pass(kSecond);
  kept.look();
  BOOST_TEST(kept.key() == "b");
  BOOST_TEST(kept.paper.asked.load() == 4);
}

BOOST_AUTO_TEST_CASE(the_issuer_may_say_how_long_within_bounds) {
  struct {
    std::int64_t said, kept;
  } const cases[] = {{3600, 3600}, {0, 300}, {10, 300}, {1'000'000, 86'400}};
  for (const auto& one : cases) {
    Kept kept;
    kept.paper.keep = std::chrono::seconds{one.said};
    kept.look();
    kept.pass(std::chrono::seconds{one.kept - 1});
    BOOST_TEST(!kept.keys.is_due(), one.said);
    kept.pass(kSecond);
    BOOST_TEST(kept.keys.is_due(), one.said);
  }
}

BOOST_AUTO_TEST_CASE(old_keys_are_used_while_the_issuer_is_away_and_not_for_ever) {
  Kept kept;
  kept.look();
  kept.paper.away = true;
  kept.pass(kDay);
  kept.look();
  BOOST_TEST(kept.key() == "a");
  kept.pass(2 * kDay - kSecond);
  kept.look();
  BOOST_TEST(kept.key() == "a");
  kept.pass(kSecond);
  BOOST_TEST(kept.key() == "");
  BOOST_TEST((kept.noted == std::vector<std::string>{"paper: away", "paper: away"}));
}

BOOST_AUTO_TEST_CASE(an_issuer_that_is_away_is_asked_again_after_a_pause) {
  Kept kept;
  kept.paper.away = true;
  for (int i = 0; i < 10; ++i) kept.look();
  BOOST_TEST(kept.paper.asked.load() == 1);
  kept.paper.away = false;
  kept.pass(IssuerKeys::kRetryPause);
  kept.look();
  BOOST_TEST(kept.key() == "a");
}

BOOST_AUTO_TEST_CASE(a_clock_that_goes_back_makes_keys_due_and_not_useless) {
  Kept kept;
  kept.look();
  kept.pass(-365 * kDay);
  BOOST_TEST(kept.key() == "a");
  BOOST_TEST(kept.keys.is_due());
  kept.look();
  BOOST_TEST(!kept.keys.is_due());
}

BOOST_AUTO_TEST_CASE(an_unknown_key_is_looked_for_once_in_a_while_however_often_it_comes) {
  Kept kept;
  kept.keys.start();
  BOOST_REQUIRE(kept.keys.fetched_anew());
  kept.paper.rotate("b");
  const int before = kept.paper.asked;
  for (int i = 0; i < 100; ++i) BOOST_TEST((code_of(kept.keys.fetched_anew()) == Errc::not_found));
  BOOST_TEST(kept.paper.asked.load() == before);
  kept.pass(IssuerKeys::kAskPause);
  BOOST_TEST(Kept::name_of(kept.keys.fetched_anew()) == "b");
  kept.keys.stop();
}

BOOST_AUTO_TEST_CASE(many_who_wait_for_an_unknown_key_are_not_all_kept_waiting) {
  Kept kept;  // nobody fetches
  std::vector<std::future<Result<IssuerKeys::Keys>>> asking;
  for (std::size_t i = 0; i < 3 * IssuerKeys::kWaitersMax; ++i)
    asking.push_back(std::async(std::launch::async, [&kept] { return kept.keys.fetched_anew(); }));
  std::size_t turned_away = 0;
  while (turned_away < 2 * IssuerKeys::kWaitersMax) {
    for (auto& one : asking)
      if (one.valid() && one.wait_for(std::chrono::milliseconds{1}) == std::future_status::ready) {
        BOOST_TEST((code_of(one.get()) == Errc::queue_full));
        ++turned_away;
      }
  }
  BOOST_REQUIRE(kept.keys.refresh().has_value());
  for (auto& one : asking)
    if (one.valid()) BOOST_TEST(Kept::name_of(one.get()) == "a");
}

// Sixteen issuers that are away, and two threads waiting for each, would be all threads there are.
BOOST_AUTO_TEST_CASE(waiting_for_many_issuers_holds_no_more_threads_than_for_one_and_another) {
  PaperIssuer paper;
  ManualClock clock;
  WaitingRoom room;
  std::vector<std::unique_ptr<IssuerKeys>> all;
  for (int i = 0; i < 16; ++i)
    all.push_back(std::make_unique<IssuerKeys>(profile(), paper, clock, room, IssuerKeys::Note{}));
  std::vector<std::future<Result<IssuerKeys::Keys>>> asking;
  for (const auto& one : all)
    asking.push_back(std::async(std::launch::async, [&one] { return one->at_hand(); }));
  std::size_t turned_away = 0;
  const auto began = std::chrono::steady_clock::now();
  while (turned_away < 16 - WaitingRoom::kPlaces) {
    for (auto& one : asking)
      if (one.valid() && one.wait_for(std::chrono::milliseconds{1}) == std::future_status::ready) {
        BOOST_TEST((code_of(one.get()) == Errc::queue_full));
        ++turned_away;
      }
  }
  BOOST_TEST((std::chrono::steady_clock::now() - began < IssuerKeys::kWaitMax / 2));
  for (const auto& one : all) BOOST_REQUIRE(one->refresh().has_value());
  for (auto& one : asking)
    if (one.valid()) BOOST_TEST(Kept::name_of(one.get()) == "a");
  std::list<WaitingRoom::Place> places;
  for (std::size_t i = 0; i < WaitingRoom::kPlaces; ++i)
    BOOST_TEST(static_cast<bool>(places.emplace_back(room)));
  BOOST_TEST(!WaitingRoom::Place(room));
}

BOOST_AUTO_TEST_CASE(waiting_for_the_first_keys_does_not_count_as_asking_for_an_unknown_one) {
  Kept kept;
  kept.keys.start();
  BOOST_TEST(Kept::name_of(kept.keys.at_hand()) == "a");
  kept.paper.rotate("b");
  BOOST_TEST(Kept::name_of(kept.keys.fetched_anew()) == "b");
  kept.keys.stop();
}

BOOST_AUTO_TEST_CASE(while_the_issuer_is_away_nobody_says_that_there_is_no_such_key) {
  Kept kept;
  kept.look();
  kept.paper.away = true;
  kept.keys.start();
  BOOST_TEST((code_of(kept.keys.fetched_anew()) == Errc::queue_full));
  const int before = kept.paper.asked;
  for (int i = 0; i < 100; ++i) BOOST_TEST((code_of(kept.keys.fetched_anew()) == Errc::queue_full));
  BOOST_TEST(kept.paper.asked.load() == before);
  BOOST_TEST(Kept::name_of(kept.keys.at_hand()) == "a");
  kept.paper.rotate("b");
  kept.paper.away = false;
  kept.pass(IssuerKeys::kRetryPause);
  BOOST_TEST(Kept::name_of(kept.keys.fetched_anew()) == "b");
  kept.keys.stop();
}

BOOST_AUTO_TEST_CASE(nobody_waits_for_first_keys_within_the_pause_after_a_failed_fetch) {
  Kept kept;  // nobody fetches, so a wait would be one of kWaitMax
  kept.paper.away = true;
  kept.look();
  const auto began = std::chrono::steady_clock::now();
  BOOST_TEST((code_of(kept.keys.at_hand()) == Errc::queue_full));
  BOOST_TEST((std::chrono::steady_clock::now() - began < IssuerKeys::kWaitMax / 2));
}

BOOST_AUTO_TEST_CASE(a_stop_wakes_whoever_waits) {
  Kept kept;
  auto asking = std::async(std::launch::async, [&kept] { return kept.keys.fetched_anew(); });
  while (!kept.keys.is_due() || kept.paper.asked > 0) std::this_thread::yield();
  kept.keys.stop();
  BOOST_TEST(!asking.get());
  BOOST_TEST(!kept.keys.fetched_anew());
}

struct Configured {
  const char* name;
  object configuration;
  Errc code;
};
std::ostream& operator<<(std::ostream& out, const Configured& one) {
  return out << one.name;
}
const std::vector<Configured> kConfigurations = {
    {"as_it_should_be", {{"issuer", kIssuer}, {"jwks_uri", kIssuer + "/jwks"}}, Errc::unset},
    {"a_slash_more", {{"issuer", kIssuer + "/"}, {"jwks_uri", kIssuer + "/jwks"}}, Errc::refused},
    {"no_issuer", {{"jwks_uri", kIssuer + "/jwks"}}, Errc::refused},
    {"no_keys", {{"issuer", kIssuer}}, Errc::refused},
    {"unencrypted",
     {{"issuer", kIssuer}, {"jwks_uri", "http://issuer.stafett.example/jwks"}},
     Errc::refused},
    {"at_this_machine",
     {{"issuer", kIssuer}, {"jwks_uri", "http://127.0.0.1/jwks"}},
     Errc::refused},
    {"at_another_host",
     {{"issuer", kIssuer}, {"jwks_uri", "https://keys.stafett.example/jwks"}},
     Errc::refused},
    {"at_another_port",
     {{"issuer", kIssuer}, {"jwks_uri", "https://issuer.stafett.example:444/jwks"}},
     Errc::refused},
    {"at_a_host_that_begins_alike",
     {{"issuer", kIssuer}, {"jwks_uri", kIssuer + ".evil.example/jwks"}},
     Errc::refused},
    {"as_a_user_of_another_host",
     {{"issuer", kIssuer}, {"jwks_uri", "https://issuer.stafett.example@evil.example/jwks"}},
     Errc::refused},
};

BOOST_DATA_TEST_CASE(only_the_issuers_own_keys_are_taken, kConfigurations, one) {
  Kept kept;
  kept.paper.configure(one.configuration);
  BOOST_TEST((code_of(kept.keys.refresh()) == one.code));
  BOOST_TEST(kept.key() == (one.code == Errc::unset ? "a" : ""));
}

BOOST_AUTO_TEST_CASE(keys_at_another_host_are_taken_when_the_profile_says_so) {
  PaperIssuer paper;
  ManualClock clock;
  IssuerProfile with_host = profile();
  with_host.key_hosts = {"keys.stafett.example"};
  WaitingRoom room;
  IssuerKeys keys{with_host, paper, clock, room, {}};
  paper.configure({{"issuer", kIssuer}, {"jwks_uri", "https://keys.stafett.example/jwks"}});
  BOOST_TEST((code_of(keys.refresh()) == Errc::io));  // asked; nobody is there
  paper.configure({{"issuer", kIssuer}, {"jwks_uri", "http://keys.stafett.example/jwks"}});
  BOOST_TEST((code_of(keys.refresh()) == Errc::refused));
}

BOOST_AUTO_TEST_CASE(only_keys_that_verify_what_the_profile_takes_are_kept) {
  const object good = public_half(make_es256_jwk().value());
  const auto with = [&](const char* name, const boost::json::value& value) {
    object key = good;
    key[name] = value;
    return key;
  };
  const auto taken = [](const object& key) {
    Kept kept;
    kept.paper.set({{"keys", boost::json::array{key}}});
    const Errc code = code_of(kept.keys.refresh());
    BOOST_TEST((code == Errc::unset || code == Errc::not_found));
    return code == Errc::unset;
  };
  BOOST_TEST(taken(good));
  BOOST_TEST(taken(with("key_ops", {"verify"})));
  BOOST_TEST(!taken(with("key_ops", {"encrypt"})));
  BOOST_TEST(!taken(with("key_ops", "verify")));
  BOOST_TEST(!taken(with("use", "enc")));
  BOOST_TEST(!taken(with("alg", "ES384")));
  BOOST_TEST(!taken(with("kty", "oct")));
  BOOST_TEST(!taken({{"kty", "oct"}, {"k", "c2VjcmV0"}, {"alg", "HS256"}}));
  BOOST_TEST(!taken({{"kty", "RSA"}, {"n", std::string(342, 'A')}, {"e", "AQAB"}}));
  BOOST_TEST(!taken(with("kid", boost::json::string(257, 'x'))));

  Kept kept;
  kept.paper.set({{"keys", boost::json::array(IssuerKeys::kKeysMax, good)}});
  BOOST_TEST((code_of(kept.keys.refresh()) == Errc::unset));
  kept.paper.set({{"keys", boost::json::array(IssuerKeys::kKeysMax + 1, good)}});
  BOOST_TEST((code_of(kept.keys.refresh()) == Errc::malformed));
  for (const object& bad : {object{}, object{{"keys", "x"}}, object{{"keys", object{}}}}) {
    kept.paper.set(bad);
    BOOST_TEST((code_of(kept.keys.refresh()) == Errc::malformed));
  }
  // What is kept holds nothing secret.
  object secret = make_es256_jwk().value();
  kept.paper.set({{"keys", boost::json::array{secret}}});
  BOOST_REQUIRE(kept.keys.refresh().has_value());
  BOOST_TEST(!kept.keys.current()->at(0).as_object().contains("d"));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::server
