#pragma once
// A report of verification as it is printed: of a log, or of a bundle.

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "engine/log/verify/verifier.h"

namespace stafett::tools {

boost::json::object report_json(const log::VerifyReport& report);
// What report_json() wrote. Errors: malformed.
Result<log::VerifyReport> read_report(const boost::json::value& json);
void print_verification(const log::VerifyReport& report);

}  // namespace stafett::tools
