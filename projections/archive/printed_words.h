#pragma once
// What values of a closed log look like to people, in one language.
//
// Threads:  any.
// Lifetime: the log outlives it.

#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "projections/archive/closed_log.h"
#include "projections/catalogue/registry.h"
#include "projections/labels/html_text.h"
#include "projections/labels/labels.h"

namespace stafett::bti {

class PrintedWords final {
 public:
  PrintedWords(const ClosedLog& log, Language language) : log_(log), language_(language) {}

  std::string_view say(std::string_view nb, std::string_view nn) const;
  // "2026-03-08", or an instant, as people write it; anything else as it is.
  std::string date(const std::string& text) const;
  std::string instant(const std::string& text) const;
  std::string service(const std::string& id) const;
  std::string level(const boost::json::value& number) const;
  std::string yes_no(bool is) const;
  std::string word_or(std::string_view field, const std::string& text) const;
  // Of a state. Null: empty.
  std::string value(std::string_view field, const boost::json::value& of) const;
  // Of an event, by what kind of field it is. Empty: it tells people nothing.
  std::string shown(const FieldInfo& field, const boost::json::value& of) const;

 private:
  const ClosedLog& log_;
  const Language language_;
};

}  // namespace stafett::bti
