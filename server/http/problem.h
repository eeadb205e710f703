#pragma once
// Problem: an error as a client gets it.
//
// Source: RFC 9457 (application/problem+json).
//
// `code` is stable and in docs/reference/problems.md; the type is that page's address with the code
// as its fragment. Details are for people and hold no personal data.

#include <span>
#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "server/http/message.h"

namespace stafett::server {

struct ProblemKind {
  std::string_view code;
  unsigned status;
  std::string_view title;
};

std::span<const ProblemKind> problem_kinds();

// What an event or a read broke, and where in what was sent.
struct BrokenRule {
  std::string rule{};
  std::optional<std::string> pointer{};
};

// REQUIRES: `code` is one of problem_kinds().
HttpResponse problem(std::string_view code, const std::string& detail, const std::string& request,
                     const BrokenRule& broken = {});
// An error of the engine by its code. What is nobody's business outside (io, corrupt) is told by
// the code alone; the request's id leads to the line in the server's own log.
HttpResponse problem_of(const Error& error, const std::string& request);

}  // namespace stafett::server
