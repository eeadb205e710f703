#pragma once
// A text as it stands in a page.
//
// Threads: any.

#include <string>
#include <string_view>

namespace stafett::bti {

// Fit for text and attributes of HTML and XML alike; what no page may hold becomes a question mark.
std::string escaped(std::string_view text);

}  // namespace stafett::bti
