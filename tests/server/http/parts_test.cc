// The pure parts: targets, routes, trace ids, problems.

#include <boost/json.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <ostream>
#include <sstream>

#include "server/http/problem.h"
#include "server/http/router.h"
#include "server/http/target.h"
#include "server/http/trace_context.h"

namespace stafett::server {
BOOST_AUTO_TEST_SUITE(parts_test)
namespace {

struct Row {
  std::string text, expected;  // "-": malformed
};
std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << row.text.substr(0, 60);
}

std::string joined(const Target& target) {
  std::string out;
  for (const std::string& segment : target.path) out += "[" + segment + "]";
  for (const auto& [key, value] : target.query) out += "{" + key + "=" + value + "}";
  return out;
}

std::string many(const std::string& one, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += one;
  return out;
}

const std::vector<Row> kTargets = {
    {"/", ""},
    {"/a", "[a]"},
    {"/a/b%20c?x=1&y=%C3%A5", "[a][b c]{x=1}{y=\xC3\xA5}"},
    {"/a?x", "[a]{x=}"},
    {"/a//b", "-"},
    {"/a/", "-"},
    {"/a/./b", "-"},
    {"/a/%2e%2E/b", "-"},
    {"/a%2Fb", "-"},
    {"/a%00", "-"},
    {"/a%zz", "-"},
    {"a", "-"},
    {"", "-"},
    {"*", "-"},
    {"//x/y", "-"},
    {"/a#b", "-"},
    {many("/a", 32), many("[a]", 32)},
    {many("/a", 33), "-"},
    {"/a?" + many("x=1&", 32), "-"},
    {"/" + std::string(4095, 'a'), "[" + std::string(4095, 'a') + "]"},
    {"/" + std::string(4096, 'a'), "-"},
};

}  // namespace

BOOST_DATA_TEST_CASE(targets, kTargets, row) {
  const Result<Target> target = parse_target(row.text);
  BOOST_TEST((target ? joined(*target) : "-") == row.expected);
  if (!target) BOOST_TEST((target.error().code() == Errc::malformed));
}

BOOST_AUTO_TEST_CASE(the_first_route_that_fits_is_taken) {
  Router router;
  const auto tell = [](std::string what) {
    return [what](const HttpRequest&) {
      HttpResponse response;
      response.body = what;
      return response;
    };
  };
  router.add(Method::get, "/healthz", tell("health"));
  router.add(Method::get, "/{log}/checkpoint", tell("checkpoint"));
  router.add(Method::get, "/{log}/tile/{path*}", tell("tile"));
  router.add(Method::post, "/{log}/v1/events", tell("append"));
  router.add(Method::get, "/{log}/v1/events", tell("events"));
  const auto found = [&](Method method, std::vector<std::string> path) {
    const Router::Found one = router.find(method, path);
    if (!one.route) return "none:" + one.allow;
    std::string out = one.route->handler({}).body;
    for (const auto& [name, value] : one.params) out += " " + name + "=" + value;
    return out;
  };
  BOOST_TEST(found(Method::get, {"healthz"}) == "health");
  BOOST_TEST(found(Method::head, {"9901", "checkpoint"}) == "checkpoint log=9901");
  BOOST_TEST(found(Method::get, {"9901", "tile", "0", "000"}) == "tile log=9901 path=0/000");
  BOOST_TEST(found(Method::get, {"9901", "tile"}) == "none:");
  BOOST_TEST(found(Method::get, {"9901", "checkpoint", "x"}) == "none:");
  BOOST_TEST(found(Method::post, {"a", "v1", "events"}) == "append log=a");
  BOOST_TEST(found(Method::get, {"a", "v1", "events"}) == "events log=a");
  BOOST_TEST(found(Method::put, {"a", "v1", "events"}) == "none:POST, GET, HEAD");
  BOOST_TEST(found(Method::other, {"healthz"}) == "none:GET, HEAD");
}

const std::string kTrace = "4bf92f3577b34da6a3ce929d0e0e4736", kParent = "00f067aa0ba902b7";
const std::vector<Row> kTraces = {
    {"00-" + kTrace + "-" + kParent + "-01", kTrace},
    {"cc-" + kTrace + "-" + kParent + "-01-more", kTrace},
    {"cc-" + kTrace + "-" + kParent + "-01", kTrace},
    {"00-" + kTrace + "-" + kParent + "-01-more", ""},
    {"cc-" + kTrace + "-" + kParent + "-01more", ""},
    {"ff-" + kTrace + "-" + kParent + "-01", ""},
    {"00-" + std::string(32, '0') + "-" + kParent + "-01", ""},
    {"00-" + kTrace + "-" + std::string(16, '0') + "-01", ""},
    {"00-4BF92F3577B34DA6A3CE929D0E0E4736-" + kParent + "-01", ""},
    {"00-" + kTrace + "_" + kParent + "-01", ""},
    {"00-" + kTrace, ""},
    {"", ""},
};
BOOST_DATA_TEST_CASE(trace_ids, kTraces, row) {
  BOOST_TEST(std::string{trace_id(row.text)} == row.expected);
}

BOOST_AUTO_TEST_CASE(every_kind_of_problem_is_explained) {
  std::ifstream file{STAFETT_SOURCE_DIR "/docs/reference/problems.md"};
  std::stringstream page;
  page << file.rdbuf();
  for (const ProblemKind& kind : problem_kinds()) {
    const std::string row =
        "| `" + std::string{kind.code} + "` | " + std::to_string(kind.status) + " |";
    BOOST_TEST((page.str().find(row) != std::string::npos), kind.code);
  }
}

BOOST_AUTO_TEST_CASE(a_problem_says_nothing_of_what_lies_inside) {
  const HttpResponse inside = problem_of(Error{Errc::corrupt, "entries/17 of lise"}, "id");
  BOOST_TEST(inside.status == 500u);
  BOOST_TEST(inside.body.find("lise") == std::string::npos);
  const HttpResponse outside = problem_of(Error{Errc::not_found, "no such tile"}, "id");
  BOOST_TEST(outside.status == 404u);
  const boost::json::object body = boost::json::parse(outside.body).as_object();
  BOOST_TEST(std::string{body.at("detail").as_string()} == "no such tile");
  BOOST_TEST(std::string{body.at("type").as_string()} ==
             "https://stafett.example/problems#not-found");
  BOOST_TEST(problem_of(Error{Errc::read_only, "x"}, "id").retry_after.has_value());
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::server
