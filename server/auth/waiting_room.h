#pragma once
// WaitingRoom: how many threads of the server's pool may wait for issuers at once, so that issuers
// that are away do not stop those who need none.
//
// Threads:  any.
// Lifetime: it outlives its places.

#include <atomic>
#include <cstddef>

namespace stafett::server {

class WaitingRoom final {
 public:
  static constexpr std::size_t kPlaces = 4;  // well below the threads that there are

  explicit WaitingRoom(std::size_t places = kPlaces) : places_(places) {}

  // Is left when this goes.
  class Place final {
   public:
    explicit Place(WaitingRoom& room) : room_(room.enter() ? &room : nullptr) {}
    ~Place() {
      if (room_) --room_->taken_;
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    explicit operator bool() const { return room_ != nullptr; }  // else there was none

   private:
    WaitingRoom* const room_;
  };

 private:
  bool enter() {
    std::size_t taken = taken_.load();
    while (taken < places_)
      if (taken_.compare_exchange_weak(taken, taken + 1)) return true;
    return false;
  }

  const std::size_t places_;
  std::atomic<std::size_t> taken_{0};
};

}  // namespace stafett::server
