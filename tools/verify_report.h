#pragma once
// A report of verification as it is printed: of a log, or of a bundle.

#include <boost/json/object.hpp>

#include "engine/log/verify/verifier.h"

namespace stafett::tools {

boost::json::object report_json(const log::VerifyReport& report);
void print_verification(const log::VerifyReport& report);

}  // namespace stafett::tools
