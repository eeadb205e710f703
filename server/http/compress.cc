#include "server/http/compress.h"

#include <zlib.h>

#include <algorithm>
#include <array>

#include "engine/base/check.h"

namespace stafett::server {
namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool is_named(std::string_view coding, std::string_view name) {
  return std::ranges::equal(coding, name, [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
  });
}

// "q=0", "q=0.", "q=0.000": not at all.
bool is_refused(std::string_view weight) {
  weight = trimmed(weight);
  if (weight.size() < 3 || (weight[0] | 0x20) != 'q' || weight[1] != '=') return false;
  return weight.substr(2).find_first_not_of("0.") == std::string_view::npos;
}

bool is_compressible(std::string_view type) {
  constexpr std::array<std::string_view, 3> kTypes{"application/json", "application/jsonl",
                                                   "text/csv"};
  return std::ranges::find(kTypes, trimmed(type.substr(0, type.find(';')))) != kTypes.end();
}

}  // namespace

std::string gzip(std::string_view text) {
  constexpr int kGzipWindow = 15 + 16, kMemory = 8, kLevel = 5;
  z_stream stream{};
  CHECK(deflateInit2(&stream, kLevel, Z_DEFLATED, kGzipWindow, kMemory, Z_DEFAULT_STRATEGY) ==
        Z_OK);
  std::string out;
  // The bound holds for one call that finishes, and a gzip header of zlib's own.
  out.resize(deflateBound(&stream, text.size()));
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int ended = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  CHECK(ended == Z_STREAM_END);
  return out;
}

bool takes_gzip(std::string_view accept_encoding) {
  bool by_star = false;
  while (!accept_encoding.empty()) {
    const std::string_view one = accept_encoding.substr(0, accept_encoding.find(','));
    accept_encoding.remove_prefix(std::min(accept_encoding.size(), one.size() + 1));
    const std::size_t mark = one.find(';');
    const std::string_view coding = trimmed(one.substr(0, mark));
    const bool taken = mark == std::string_view::npos || !is_refused(one.substr(mark + 1));
    if (is_named(coding, "gzip") || is_named(coding, "x-gzip")) return taken;
    if (coding == "*") by_star = taken;
  }
  return by_star;
}

void compress(const HttpRequest& request, HttpResponse& response) {
  // What zlib counts in one call; larger answers are streams.
  constexpr std::size_t kBytesMax = std::size_t{1} << 30;
  if (response.source || !is_compressible(response.type)) return;
  if (!response.vary.empty()) response.vary += ", ";
  response.vary += "Accept-Encoding";
  if (!response.encoding.empty()) return;
  if (response.body.size() < kCompressedFrom || response.body.size() > kBytesMax) return;
  if (!takes_gzip(request.headers.find("accept-encoding"))) return;
  response.body = gzip(response.body);
  response.encoding = "gzip";
}

}  // namespace stafett::server
