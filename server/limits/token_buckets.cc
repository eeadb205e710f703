#include "server/limits/token_buckets.h"

#include <algorithm>

namespace stafett::server {

TokenBuckets::Bucket& TokenBuckets::bucket_of(const std::string& who, TimeUs now) {
  if (const auto known = buckets_.find(who); known != buckets_.end()) {
    in_order_.splice(in_order_.begin(), in_order_, known->second);
    return in_order_.front();
  }
  if (buckets_.size() >= buckets_max_) {
    buckets_.erase(in_order_.back().who);
    in_order_.pop_back();
  }
  in_order_.push_front({who, size_.burst * kToken, now});
  buckets_.emplace(who, in_order_.begin());
  return in_order_.front();
}

void TokenBuckets::fill(Bucket& bucket, TimeUs now) const {
  const std::int64_t passed = now.value() - bucket.filled_at.value();
  // A clock that was set back counts from there on.
  if (passed <= 0) bucket.filled_at = now;
  if (passed <= 0) return;
  const std::int64_t full = size_.burst * kToken;
  // Before it is multiplied: a clock may jump by years.
  const std::int64_t enough = full / size_.rate + 1;
  bucket.level = std::min(full, bucket.level + std::min(passed, enough) * size_.rate);
  bucket.filled_at = now;
}

std::optional<std::uint32_t> TokenBuckets::take(const std::string& who) {
  const TimeUs now = clock_.now();
  const std::lock_guard lock{mutex_};
  Bucket& bucket = bucket_of(who, now);
  fill(bucket, now);
  if (bucket.level >= kToken) {
    bucket.level -= kToken;
    return std::nullopt;
  }
  const std::int64_t a_second = size_.rate * kToken;
  return static_cast<std::uint32_t>((kToken - bucket.level + a_second - 1) / a_second);
}

std::size_t TokenBuckets::count() const {
  const std::lock_guard lock{mutex_};
  return buckets_.size();
}

}  // namespace stafett::server
