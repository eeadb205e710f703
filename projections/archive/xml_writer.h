#pragma once
// XmlWriter: a document with namespaces and indentation, by libxml2's writer; and whether a
// document is as a schema says.
//
// Source:  libxml2 (xmlwriter, xmlschemas)
// Threads: one for each object; validate_xml from one thread at a time.
// Limits:  the document lies in memory.

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace stafett::bti {

class XmlWriter final {
 public:
  // `root` in `space`, which is the default namespace of all elements.
  XmlWriter(const char* root, const char* space);
  ~XmlWriter();
  XmlWriter(const XmlWriter&) = delete;
  XmlWriter& operator=(const XmlWriter&) = delete;

  // REQUIRES of all text: UTF-8. What XML cannot carry (controls, U+FFFE and U+FFFF, which the log
  // takes) is U+FFFD in it.
  void attribute(const char* name, std::string_view value);
  void open(const char* name);
  void open(const char* name, const char* space);  // with another default namespace
  void close();
  void element(const char* name, std::string_view text);
  void text(std::string_view text);  // of the element that is open
  // With the type that the schema extends: xsi:type.
  void open_as(const char* name, const char* type);
  // Ends all elements. Once. Errors: too_large (no memory for it).
  Result<std::string> finish();

 private:
  struct State;
  void check(int written);
  const std::unique_ptr<State> state_;
  bool failed_ = false;
};

// Nothing is fetched from a network, whatever the schema imports.
// Errors: not_found (no such schema), malformed (with what is wrong first), unsupported (the schema
// is none), too_large (2 GiB).
Result<void> validate_xml(std::string_view xml, const std::string& schema);

// The text of the first element of that name, in whatever namespace; nothing: there is none.
// Errors: malformed (no XML, or too deep).
Result<std::optional<std::string>> first_text(std::string_view xml, std::string_view name);

}  // namespace stafett::bti
