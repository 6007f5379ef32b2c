#pragma once

#include <condition_variable>
#include <mutex>

/// Clang's thread-safety annotations (https://clang.llvm.org/docs/ThreadSafetyAnalysis.html). With
/// -Wthread-safety the compiler checks them; other compilers ignore them.
#if defined(__clang__)
#define KAFKA_THREAD_ANNOTATION(x) __attribute__((x))
#else
#define KAFKA_THREAD_ANNOTATION(x)
#endif
#define KAFKA_CAPABILITY(name) KAFKA_THREAD_ANNOTATION(capability(name))
#define KAFKA_SCOPED_CAPABILITY KAFKA_THREAD_ANNOTATION(scoped_lockable)
#define KAFKA_GUARDED_BY(x) KAFKA_THREAD_ANNOTATION(guarded_by(x))
#define KAFKA_REQUIRES(...) KAFKA_THREAD_ANNOTATION(requires_capability(__VA_ARGS__))
#define KAFKA_EXCLUDES(...) KAFKA_THREAD_ANNOTATION(locks_excluded(__VA_ARGS__))
#define KAFKA_ACQUIRE(...) KAFKA_THREAD_ANNOTATION(acquire_capability(__VA_ARGS__))
#define KAFKA_RELEASE(...) KAFKA_THREAD_ANNOTATION(release_capability(__VA_ARGS__))
#define KAFKA_ASSERT_CAPABILITY(x) KAFKA_THREAD_ANNOTATION(assert_capability(x))

namespace kafka {
inline namespace v1 {

/// std::mutex with annotations.
class KAFKA_CAPABILITY("mutex") Mutex {
 public:
  void lock() KAFKA_ACQUIRE() { mutex_.lock(); }
  void unlock() KAFKA_RELEASE() { mutex_.unlock(); }
  /// Tells the compiler that the calling thread holds it.
  void assert_held() const noexcept KAFKA_ASSERT_CAPABILITY(this) {}

 private:
  friend class MutexLock;
  std::mutex mutex_;
};

/// Holds a Mutex while it lives.
class KAFKA_SCOPED_CAPABILITY MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) KAFKA_ACQUIRE(mutex) : lock_(mutex.mutex_) {}
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;
  ~MutexLock() KAFKA_RELEASE() {}

  /// For std::condition_variable.
  [[nodiscard]] std::unique_lock<std::mutex>& native() noexcept { return lock_; }

 private:
  std::unique_lock<std::mutex> lock_;
};

}  // namespace v1
}  // namespace kafka
