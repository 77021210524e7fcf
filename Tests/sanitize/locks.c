// Tells the thread sanitizer of Swift's Mutex what it cannot see by itself: a lock that another thread holds is waited for, and let
// go by who holds it, inside Swift's library, which is not built with the sanitizer. Loaded before that library (LD_PRELOAD),
// these two functions stand in front of its own.
//
// Should they have other names in another Swift, nothing is hidden: races are reported that are none.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>

// Synchronization._MutexHandle._lockSlow(UInt32) and ._unlockSlow()
#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *

void __tsan_acquire(void *);
void __tsan_release(void *);

SWIFT void lock(uint32_t thread, SELF mutex) __asm__(LOCK);
SWIFT void unlock(SELF mutex) __asm__(UNLOCK);

SWIFT void lock(uint32_t thread, SELF mutex) {
  SWIFT void (*swifts)(uint32_t, SELF) = dlsym(RTLD_NEXT, LOCK);
  swifts(thread, mutex);
  __tsan_acquire(mutex);
}

SWIFT void unlock(SELF mutex) {
  SWIFT void (*swifts)(SELF) = dlsym(RTLD_NEXT, UNLOCK);
  __tsan_release(mutex);
  swifts(mutex);
}
