// Which answers are compressed, for whom, and that they can be unpacked.

#include "server/http/compress.h"

#include <zlib.h>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <ostream>

namespace stafett::server {
BOOST_AUTO_TEST_SUITE(compress_test)
namespace {

struct Accepts {
  std::string text;
  bool taken;
};
std::ostream& operator<<(std::ostream& out, const Accepts& row) {
  return out << row.text;
}
const std::vector<Accepts> kAccepts = {
    {"", false},           {"gzip", true},          {"GZIP", true},
    {"x-gzip", true},      {"br", false},           {"br, gzip", true},
    {"gzip;q=0", false},   {"gzip;q=0.000", false}, {"gzip; q=0.001", true},
    {"*", true},           {"*;q=0", false},        {"gzip;q=0, *", false},
    {"*;q=0, gzip", true}, {"gzipped", false},      {"identity;q=0", false},
    {",,, gzip ,", true},  {"gzip;q=", true},       {";q=0", false},
};

std::string unpacked(const std::string& bytes, std::size_t length) {
  std::string out(length + 1, '\0');
  z_stream stream{};
  BOOST_REQUIRE(inflateInit2(&stream, 15 + 16) == Z_OK);
  std::string in = bytes;
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  BOOST_TEST(inflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  inflateEnd(&stream);
  return out;
}

HttpResponse answered(std::string body, const char* type = "application/json") {
  HttpRequest request;
  request.headers.add("Accept-Encoding", "gzip");
  HttpResponse response;
  response.type = type;
  response.body = std::move(body);
  compress(request, response);
  return response;
}

}  // namespace

BOOST_DATA_TEST_CASE(who_takes_gzip, kAccepts, row) {
  BOOST_TEST(takes_gzip(row.text) == row.taken);
}

BOOST_AUTO_TEST_CASE(what_is_packed_can_be_unpacked) {
  for (const std::size_t length :
       {std::size_t{1024}, std::size_t{100'000}, std::size_t{5'000'000}}) {
    std::string body;
    for (std::size_t i = 0; body.size() < length; ++i) body += std::to_string(i * i) + ",";
    body.resize(length);
    const HttpResponse response = answered(body);
    BOOST_TEST(response.encoding == "gzip");
    BOOST_TEST(response.body.size() < length);
    BOOST_TEST((unpacked(response.body, length) == body));
  }
}

BOOST_AUTO_TEST_CASE(small_answers_and_other_types_go_as_they_are) {
  const std::string small(1023, 'x'), large(1024, 'x');
  BOOST_TEST(answered(small).body == small);
  BOOST_TEST(answered(small).vary == "Accept-Encoding");
  BOOST_TEST(answered(large, "text/csv; charset=utf-8").encoding == "gzip");
  BOOST_TEST(answered(large, "application/jsonl").encoding == "gzip");
  for (const char* type : {"application/octet-stream", "text/plain", "application/problem+json"}) {
    BOOST_TEST(answered(large, type).body == large);
    BOOST_TEST(answered(large, type).vary == "");
  }
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::server
