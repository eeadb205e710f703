#pragma once
// TokenBuckets: a bucket of tokens for each who asks; it fills again by the clock.
//
// Threads:  any.
// Lifetime: the clock outlives it.
// Limits:   `buckets_max` are remembered; whoever has not asked for longest then has a full one
//           again. A clock that goes back fills nothing until it is where it was.

#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "engine/base/clock.h"

namespace stafett::server {

// REQUIRES: both are at least 1.
struct BucketSize {
  std::uint32_t rate;   // tokens a second
  std::uint32_t burst;  // how many a full bucket holds
};

class TokenBuckets final {
 public:
  static constexpr std::size_t kBucketsMax = 65'536;

  TokenBuckets(BucketSize size, Clock& clock, std::size_t buckets_max = kBucketsMax)
      : size_(size), clock_(clock), buckets_max_(buckets_max) {}

  // Takes one. Else how many seconds it is until there is one, at least 1.
  std::optional<std::uint32_t> take(const std::string& who);
  std::size_t count() const;  // of buckets remembered

 private:
  // A token is a million of these: so many as the bucket gets in a microsecond is its rate.
  static constexpr std::int64_t kToken = 1'000'000;
  struct Bucket {
    std::string who;
    std::int64_t level;
    TimeUs filled_at;
  };
  Bucket& bucket_of(const std::string& who, TimeUs now);
  void fill(Bucket& bucket, TimeUs now) const;

  const BucketSize size_;
  Clock& clock_;
  const std::size_t buckets_max_;
  mutable std::mutex mutex_;
  std::list<Bucket> in_order_;  // Guarded by mutex_. Who asked last is in front.
  // Guarded by mutex_. Ordered: no choice of addresses makes it slow.
  std::map<std::string, std::list<Bucket>::iterator, std::less<>> buckets_;
};

}  // namespace stafett::server
