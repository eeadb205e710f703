#pragma once
// BrowserIdentity: who signed in with a browser, as far as each log needs it to find its person
// again at each request. It has no national identity number.
//
// Threads: values.

#include <boost/json/object.hpp>
#include <map>
#include <string>
#include <variant>

#include "engine/base/clock.h"
#include "engine/base/ids.h"

namespace stafett::server {

// To one log: the digest of a number (PersonIndex), or a label.
using PersonKey = std::variant<Hash, std::string>;

struct BrowserIdentity {
  std::string issuer;                      // its name
  Hash subject;                            // of the issuer's own name for the person
  std::map<std::string, PersonKey> known;  // by the log's name; a log that is not here knows nobody
  boost::json::object evidence;            // OutsideToken::evidence
  Hash token;                              // SHA-256 of the id token
};

}  // namespace stafett::server
