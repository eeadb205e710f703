#pragma once
// What the handlers for whoever signs in have in common.

#include <boost/json/array.hpp>
#include <functional>
#include <variant>

#include "server/http/router.h"
#include "server/logs/limited_as.h"

namespace stafett::server {

using SignedInAnswer = std::function<HttpResponse(ServedLog&, const SignedIn&, const HttpRequest&)>;

// A token that is about one person (SignedIn::only_about) is taken where a case is read by way of
// RecordedReads, which looks whose case it is, and nowhere else.
enum class TokensAboutOne { refused, taken };

// Who asks is known, and asks for no more than one may, or the request ends there.
Handler signed_in(const LogSet& logs, SignedInAnswer answer,
                  TokensAboutOne about_one = TokensAboutOne::refused);

HttpResponse too_many_streams(const RequestLimits& limits, const std::string& request);

// What a request says of its purpose, well-formed; else the answer that says what is wrong.
std::variant<ReadPurpose, HttpResponse> purpose_of(const HttpRequest& request);

// Whether there is such a case is not told to whoever may not read it.
HttpResponse no_such_case(const HttpRequest& request);
HttpResponse read_refused(const log::Refusal& refusal, const HttpRequest& request);

HttpResponse json_lines(const boost::json::array& rows);

}  // namespace stafett::server
