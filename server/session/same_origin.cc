#include "server/session/same_origin.h"

namespace stafett::server {

bool is_from_here(const HttpRequest& request, std::string_view origin) {
  const bool reads = request.method == Method::get || request.method == Method::head;
  const std::string_view said = request.headers.find("origin");
  const std::string_view site = request.headers.find("sec-fetch-site");
  if (!said.empty() && said != origin) return false;
  if (!site.empty() && site != "same-origin" && !(reads && site == "none")) return false;
  return reads || !said.empty() || site == "same-origin";
}

bool is_from_script(const HttpRequest& request) {
  const std::string_view mode = request.headers.find("sec-fetch-mode");
  if (!mode.empty()) return mode == "cors" || mode == "same-origin";
  return !request.headers.find(kScriptHeader).empty();
}

}  // namespace stafett::server
