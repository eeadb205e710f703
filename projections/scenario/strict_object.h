#pragma once
// StrictObject: reads a JSON object member by member; remembers the first fault of a whole file,
// and refuses members that nobody asked for.
//
// Threads:  one.
// Lifetime: borrows the object and the fault.

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

namespace stafett::bti {

// The first thing that is wrong with a file: place (JSON pointer) and why.
class FileFault final {
 public:
  void set(const std::string& pointer, std::string_view why);
  const std::optional<Error>& error() const { return error_; }

 private:
  std::optional<Error> error_;  // malformed
};

class StrictObject final {
 public:
  StrictObject(const boost::json::value& value, std::string pointer, FileFault& fault);

  bool has(std::string_view key) const { return object_->if_contains(key) != nullptr; }
  // Null when the member is absent; being absent is a fault of require().
  const boost::json::value* find(std::string_view key);
  const boost::json::value* require(std::string_view key);
  std::string text(std::string_view key);  // required
  std::string text_or(std::string_view key, std::string_view otherwise);
  std::int64_t number(std::string_view key);  // required
  std::optional<std::int64_t> number_if(std::string_view key);
  const boost::json::array& list(std::string_view key);     // absent: empty
  const boost::json::object& object(std::string_view key);  // absent: empty

  void fail(std::string_view key, std::string_view why);
  std::string pointer_to(std::string_view key) const { return pointer_ + "/" + std::string{key}; }
  // Every member must have been asked for by now.
  void done();

 private:
  const boost::json::object* object_;
  std::string pointer_;
  FileFault& fault_;
  std::vector<std::string_view> asked_;
};

}  // namespace stafett::bti
