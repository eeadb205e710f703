#include "projections/scenario/strict_object.h"

#include <algorithm>

namespace stafett::bti {
namespace {

const boost::json::object kNoMembers;
const boost::json::array kNoItems;

}  // namespace

void FileFault::set(const std::string& pointer, std::string_view why) {
  if (!error_)
    error_ =
        Error{Errc::malformed, (pointer.empty() ? "the file" : pointer) + ": " + std::string{why}};
}

StrictObject::StrictObject(const boost::json::value& value, std::string pointer, FileFault& fault)
    : object_(value.if_object()), pointer_(std::move(pointer)), fault_(fault) {
  if (object_) return;
  object_ = &kNoMembers;
  fault_.set(pointer_, "not an object");
}

const boost::json::value* StrictObject::find(std::string_view key) {
  asked_.push_back(key);
  return object_->if_contains(key);
}

const boost::json::value* StrictObject::require(std::string_view key) {
  const boost::json::value* found = find(key);
  if (!found) fail(key, "missing");
  return found;
}

std::string StrictObject::text(std::string_view key) {
  return require(key) ? text_or(key, "") : std::string{};
}

std::string StrictObject::text_or(std::string_view key, std::string_view otherwise) {
  const boost::json::value* found = find(key);
  if (!found) return std::string{otherwise};
  if (found->is_string()) return std::string{found->get_string()};
  fail(key, "not a string");
  return {};
}

std::int64_t StrictObject::number(std::string_view key) {
  return require(key) ? number_if(key).value_or(0) : 0;
}

std::optional<std::int64_t> StrictObject::number_if(std::string_view key) {
  const boost::json::value* found = find(key);
  if (!found) return std::nullopt;
  if (found->is_int64()) return found->get_int64();
  fail(key, "not a whole number");
  return std::nullopt;
}

const boost::json::array& StrictObject::list(std::string_view key) {
  const boost::json::value* found = find(key);
  if (!found) return kNoItems;
  if (found->is_array()) return found->get_array();
  fail(key, "not a list");
  return kNoItems;
}

const boost::json::object& StrictObject::object(std::string_view key) {
  const boost::json::value* found = find(key);
  if (!found) return kNoMembers;
  if (found->is_object()) return found->get_object();
  fail(key, "not an object");
  return kNoMembers;
}

void StrictObject::fail(std::string_view key, std::string_view why) {
  fault_.set(pointer_to(key), why);
}

void StrictObject::done() {
  for (const auto& member : *object_)
    if (std::ranges::find(asked_, std::string_view{member.key()}) == asked_.end())
      fail(member.key(), "unknown key");
}

}  // namespace stafett::bti
