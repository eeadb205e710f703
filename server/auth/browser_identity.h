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

// What one log is to find the person again by, and what it is to keep of the sign-in.
struct KnownPerson {
  PersonKey key;
  boost::json::object evidence;  // OutsideToken::evidence, `sub` under the log's own key
};

struct BrowserIdentity {
  std::string issuer;  // its name
  Hash subject;        // whose sessions are one person's: under a key of this process
  std::map<std::string, KnownPerson> known;  // by the log's name; one that is not here knows nobody
  Hash token;                                // SHA-256 of the id token
};

}  // namespace stafett::server
