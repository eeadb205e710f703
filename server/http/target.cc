#include "server/http/target.h"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

namespace stafett::server {
namespace {

bool is_plain(const std::string& segment) {
  return !segment.empty() && segment != "." && segment != ".." &&
         segment.find('/') == std::string::npos && segment.find('\0') == std::string::npos;
}

}  // namespace

Result<Target> parse_target(std::string_view text) {
  if (text.size() > kTargetBytesMax) return Error{Errc::malformed, "the target is too long"};
  const auto url = boost::urls::parse_origin_form(text);
  if (!url) return Error{Errc::malformed, "the target is not a path with a query"};
  Target target;
  for (const auto& segment : url->segments()) {
    if (target.path.size() == kSegmentsMax)
      return Error{Errc::malformed, "the path has too many segments"};
    target.path.emplace_back(segment);
    if (!is_plain(target.path.back()))
      return Error{Errc::malformed, "a segment of the path is empty or not plain"};
  }
  for (const auto& param : url->params()) {
    if (target.query.size() == kQueryMax)
      return Error{Errc::malformed, "the query has too many parameters"};
    target.query.emplace_back(std::string{param.key}, std::string{param.value});
  }
  return target;
}

}  // namespace stafett::server
