#include "server/witness/witness_routes.h"

#include "engine/base/encoding.h"

namespace stafett::server {
namespace {

using transparency::WitnessVerdict;

HttpResponse text(unsigned status, std::string body) {
  HttpResponse response;
  response.status = status;
  response.type = "text/plain; charset=utf-8";
  response.body = std::move(body);
  return response;
}

// For people: the status is all that a log looks at.
const char* why(WitnessVerdict verdict) {
  switch (verdict) {
    case WitnessVerdict::malformed:
      return "not an add-checkpoint request\n";
    case WitnessVerdict::untrusted:
      return "not signed by a key that is believed\n";
    case WitnessVerdict::unknown_log:
      return "not a log that is witnessed here\n";
    case WitnessVerdict::inconsistent:
      return "not consistent with the checkpoint cosigned last\n";
    default:
      return "";
  }
}

HttpResponse too_much(std::uint32_t seconds) {
  HttpResponse response = text(429, "more was asked than is allowed at once\n");
  response.retry_after = seconds;
  return response;
}

HttpResponse add_checkpoint(log::Witness& witness, const HttpRequest& request) {
  const Result<log::WitnessAnswer> answer = witness.add_checkpoint(request.body);
  if (!answer) {
    HttpResponse response = text(503, "nothing can be cosigned at present\n");
    response.retry_after = 60;
    return response;
  }
  const auto status = static_cast<unsigned>(answer->verdict);
  if (answer->verdict == WitnessVerdict::cosign) return text(status, answer->lines);
  if (answer->verdict != WitnessVerdict::conflict) return text(status, why(answer->verdict));
  HttpResponse response = text(status, std::to_string(answer->size.value()) + "\n");
  response.type = "text/x.tlog.size";
  return response;
}

HttpResponse checkpoint(const log::Witness& witness, const HttpRequest& request) {
  const auto bytes = from_hex(request.param("origin"));
  const auto hash = Hash::from(bytes ? ByteView{*bytes} : ByteView{});
  Result<std::string> note = hash ? witness.cosigned(*hash) : Error{Errc::not_found};
  if (!note) return text(404, why(WitnessVerdict::unknown_log));
  HttpResponse response = text(200, std::move(*note));
  response.cache = "no-cache";
  return response;
}

}  // namespace

void add_witness_routes(Router& router, log::Witness& witness, RequestLimits& limits) {
  router.add(Route{Method::post, "/add-checkpoint",
                   [&witness, &limits](const HttpRequest& request) {
                     const auto wait = limits.ask_from(request.address);
                     return wait ? too_much(*wait) : add_checkpoint(witness, request);
                   },
                   Work::waits, BodyForm::whole, transparency::kWitnessRequestBytesMax});
  // Waits too: a log's lock is held while its checkpoint is written.
  router.add(
      Method::get, "/{origin}/checkpoint",
      [&witness, &limits](const HttpRequest& request) {
        const auto wait = limits.ask_from(request.address);
        return wait ? too_much(*wait) : checkpoint(witness, request);
      },
      Work::waits);
}

}  // namespace stafett::server
