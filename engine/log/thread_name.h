#pragma once
// Names the calling thread, as profilers and `top -H` show it.
//
// Limits: 15 characters.

#include <pthread.h>

namespace stafett::log {

template <unsigned N>
void name_thread(const char (&name)[N]) {
  static_assert(N <= 16);
  pthread_setname_np(pthread_self(), name);
}

}  // namespace stafett::log
