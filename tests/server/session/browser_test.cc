// What browsers bring and are sent: cookies, where a request comes from, addresses, and a sign-in
// that is under way.

#include <boost/test/unit_test.hpp>

#include "engine/crypto/seeded_random.h"
#include "engine/crypto/sha256.h"
#include "server/session/login_seal.h"
#include "server/session/public_url.h"
#include "server/session/same_origin.h"
#include "server/session/session_cookies.h"
#include "tests/support/code_of.h"

namespace stafett::server {
BOOST_AUTO_TEST_SUITE(browser_test)

BOOST_AUTO_TEST_CASE(a_cookie_is_found_by_its_whole_name_and_only_once) {
  const SessionCookies encrypted{true}, plain{false};
  const auto found = [&](const char* header) {
    return encrypted.session_in(header).value_or("none");
  };
  BOOST_TEST(found("__Host-stafett=a") == "a");
  BOOST_TEST(found("x=1; __Host-stafett=a=b; y") == "a=b");
  BOOST_TEST(found("x=1;__Host-stafett=a;") == "a");
  BOOST_TEST(found("__Host-stafett=") == "");
  for (const char* header :
       {"", ";", "=", "a", "stafett=a", "__host-stafett=a", "x__Host-stafett=a",
        "__Host-stafett-login=a", "__Host-stafett", "__Host-stafett=a; __Host-stafett=a"})
    BOOST_TEST(found(header) == "none", header);
  BOOST_TEST(plain.session_in("__Host-stafett=a; stafett=b").value_or("none") == "b");
  BOOST_TEST(encrypted.login_in("__Host-stafett-login=a").value_or("none") == "a");
}

BOOST_AUTO_TEST_CASE(cookies_are_for_this_host_and_for_no_script) {
  const SessionCookies encrypted{true}, plain{false};
  BOOST_TEST(encrypted.set_session("a") ==
             "__Host-stafett=a; Path=/; HttpOnly; SameSite=Strict; Secure");
  BOOST_TEST(encrypted.set_login("a", std::chrono::seconds{5}) ==
             "__Host-stafett-login=a; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=5");
  BOOST_TEST(plain.end_session() == "stafett=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
}

BOOST_AUTO_TEST_CASE(what_changes_something_must_come_from_here) {
  constexpr const char* kHere = "https://stafett.example";
  const auto taken = [&](Method method, const char* origin, const char* site) {
    HttpRequest request;
    request.method = method;
    if (*origin) request.headers.add("Origin", origin);
    if (*site) request.headers.add("Sec-Fetch-Site", site);
    return is_from_here(request, kHere);
  };
  for (const Method method : {Method::post, Method::put, Method::del, Method::other}) {
    BOOST_TEST(taken(method, kHere, ""));
    BOOST_TEST(taken(method, "", "same-origin"));
    BOOST_TEST(!taken(method, "", ""));
    BOOST_TEST(!taken(method, "", "none"));
    BOOST_TEST(!taken(method, kHere, "same-site"));
  }
  for (const Method method : {Method::get, Method::head}) {
    BOOST_TEST(taken(method, "", ""));
    BOOST_TEST(taken(method, "", "none"));
    BOOST_TEST(!taken(method, "", "cross-site"));
    BOOST_TEST(!taken(method, "https://stafett.example.evil.example", ""));
  }
}

BOOST_AUTO_TEST_CASE(an_address_that_is_gone_to_is_not_asked_by_a_script) {
  const auto taken = [](const char* mode, const char* header) {
    HttpRequest request;
    if (*mode) request.headers.add("Sec-Fetch-Mode", mode);
    if (*header) request.headers.add("Stafett-Script", header);
    return is_from_script(request);
  };
  for (const char* mode : {"cors", "same-origin"}) BOOST_TEST(taken(mode, ""), mode);
  for (const char* mode : {"navigate", "nested-navigate", "no-cors", "websocket", "x"})
    for (const char* header : {"", "1"}) BOOST_TEST(!taken(mode, header), mode);
  BOOST_TEST(taken("", "1"));
  BOOST_TEST(!taken("", ""));
}

BOOST_AUTO_TEST_CASE(only_an_origin_is_a_public_url) {
  for (const char* good : {"https://stafett.example", "https://stafett.example:8443",
                           "http://127.0.0.1:8080", "http://localhost", "https://[::1]:8080"}) {
    const auto url = parse_public_url(good);
    BOOST_REQUIRE_MESSAGE(url, good);
    BOOST_TEST(url->origin == good);
    BOOST_TEST(url->callback("entra") == std::string{good} + "/session/callback/entra");
  }
  for (const char* bad :
       {"", "stafett.example", "https://", "https://stafett.example/", "https://stafett.example/x",
        "https://stafett.example?x", "https://stafett.example#x", "https://a@stafett.example",
        "https://stafett.example:443", "http://localhost:80", "http://stafett.example",
        "https://Stafett.example", "HTTPS://stafett.example", "ftp://stafett.example"})
    BOOST_TEST((code_of(parse_public_url(bad)) == Errc::invalid_argument), bad);
}

BOOST_AUTO_TEST_CASE(only_paths_of_this_server_are_returned_to) {
  for (const char* good : {"/", "/a", "/a/b?c=d&e=/f//g", "/%2F%2Fevil.example", "/a//b"})
    BOOST_TEST(is_local_path(good), good);
  for (const char* bad :
       {"", "a", "//evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example",
        "/a#b", "/a b", "/\t/evil.example", "/\n/evil.example", "/\"", "/<", "/\xc3\xb8"})
    BOOST_TEST(!is_local_path(bad), bad);
  BOOST_TEST(is_local_path("/" + std::string(kReturnBytesMax - 1, 'a')));
  BOOST_TEST(!is_local_path("/" + std::string(kReturnBytesMax, 'a')));
}

BOOST_AUTO_TEST_CASE(a_sign_in_under_way_is_opened_here_in_time_and_unchanged) {
  crypto::SeededRandom random{1};
  const LoginSeal seal{random}, other{random};
  const LoginAttempt attempt{"idporten", "state", "nonce", "verifier", "/a?b", TimeUs{1000}};
  const std::string sealed = seal.seal(attempt);
  const auto opened = seal.open(sealed, TimeUs{999});
  BOOST_REQUIRE(opened);
  BOOST_TEST(opened->issuer == "idporten");
  BOOST_TEST(opened->state == "state");
  BOOST_TEST(opened->nonce == "nonce");
  BOOST_TEST(opened->verifier == "verifier");
  BOOST_TEST(opened->return_to == "/a?b");
  BOOST_TEST(!opened->before);
  LoginAttempt another = attempt;
  another.before = crypto::sha256(as_bytes("id"));
  BOOST_TEST((seal.open(seal.seal(another), TimeUs{0})->before == another.before));
  BOOST_TEST((code_of(seal.open(sealed, TimeUs{1000})) == Errc::refused));
  BOOST_TEST((code_of(other.open(sealed, TimeUs{0})) == Errc::refused));
  BOOST_TEST(sealed != seal.seal(attempt));
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    BOOST_TEST((code_of(seal.open(changed, TimeUs{0})) == Errc::refused), i);
  }
  for (const std::string& bad : {std::string{}, std::string{"x"}, std::string(5000, 'A')})
    BOOST_TEST((code_of(seal.open(bad, TimeUs{0})) == Errc::refused));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::server
