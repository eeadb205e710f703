#pragma once
// IndexCheck: the columns that could be made again from the entries are exactly what they would be,
// and every row that carries its own suffix is whole.
//
// Threads:  the tasks at the same time as anything; finish() after all of them.
// Lifetime: everything referred to outlives it.
// Limits:   a sound index costs one scan and no memory. Where it differs, every row is looked up.

#include <functional>
#include <vector>

#include "engine/log/verify/block_checker.h"

namespace stafett::log {

class IndexCheck final {
 public:
  explicit IndexCheck(const CheckPlace& place) : place_(place) {}

  // What can run beside the entries' checks.
  std::vector<std::function<void()>> tasks();
  // With the fingerprints of what the entries ask for.
  void finish(const Fingerprint& streams, const Fingerprint& events);

 private:
  void scan_streams();
  void scan_events();
  void check_suffixes();
  void check_tiles();
  void check_parts();
  void check_attachments();
  void check_meta();
  void check_keys();
  void index_error(const char* index, ByteView key, const std::string& why) const;
  void locate_missing() const;
  void locate_extra_streams() const;
  void locate_extra_events() const;
  std::optional<format::Entry> entry_at(Position position) const;

  const CheckPlace place_;
  Fingerprint streams_, events_;  // each written by one task
};

}  // namespace stafett::log
