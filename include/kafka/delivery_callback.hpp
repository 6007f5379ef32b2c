#pragma once

#include <concepts>
#include <cstddef>
#include <cstring>
#include <kafka/fwd.hpp>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace kafka {
inline namespace v1 {

/// What is told the outcome of a record: any callable with `(const Error&, const Message&)`, one
/// that can only be moved as well. It runs once, or is destroyed without running when the record
/// is not accepted. A callable of up to 48 bytes that moves without throwing is kept in place;
/// a larger one is allocated.
///
/// Null pointers and empty std::functions make an empty callback. Like an std::function, one object
/// is for one thread at a time. What the callable refers to must live until it has run.
class DeliveryCallback {
 public:
  /// The largest callable that is kept without an allocation, in bytes: what is left of a cache
  /// line of 64 beside the pointer to its operations and the producer's link between free slots.
  static constexpr std::size_t inline_size = 48;

  /// Empty.
  constexpr DeliveryCallback() noexcept = default;
  /// Empty.
  constexpr DeliveryCallback(std::nullptr_t) noexcept {}

  /// Takes the callable in. Throws what its copy or move throws, and std::bad_alloc for one that
  /// has to be allocated.
  template <class F>
  requires(!std::same_as<std::remove_cvref_t<F>, DeliveryCallback> &&
           std::constructible_from<std::decay_t<F>, F> &&
           std::invocable<std::decay_t<F>&, const Error&, const Message&>)
      DeliveryCallback(F&& callable) {
    using Callable = std::decay_t<F>;
    if constexpr (!std::is_function_v<std::remove_reference_t<F>> &&
                  std::is_constructible_v<bool, const Callable&> &&
                  (std::is_pointer_v<Callable> || std::is_member_pointer_v<Callable> ||
                   IsFunction<Callable>::value)) {
      if (!static_cast<bool>(callable)) return;
    }
    if constexpr (kept_inline<Callable>) {
      ::new (static_cast<void*>(storage_)) Callable(std::forward<F>(callable));
      operations_ = &inline_operations<Callable>;
    } else {
      ::new (static_cast<void*>(storage_)) Callable*(new Callable(std::forward<F>(callable)));
      operations_ = &allocated_operations<Callable>;
    }
  }

  DeliveryCallback(const DeliveryCallback&) = delete;
  DeliveryCallback& operator=(const DeliveryCallback&) = delete;
  /// The other one is empty afterwards.
  DeliveryCallback(DeliveryCallback&& other) noexcept { take(other); }
  /// What this one held is destroyed; the other one is empty afterwards.
  DeliveryCallback& operator=(DeliveryCallback&& other) noexcept {
    if (this != &other) {
      reset();
      take(other);
    }
    return *this;
  }
  /// Destroys what it holds.
  ~DeliveryCallback() {
    if (operations_ != nullptr && operations_->destroy != nullptr) operations_->destroy(storage_);
  }

  /// False when there is nothing to call.
  explicit operator bool() const noexcept { return operations_ != nullptr; }

  /// Calls what it holds; it must not be empty. Throws what the callable throws.
  void operator()(const Error& error, const Message& message) {
    operations_->call(storage_, error, message);
  }

  /// Destroys what it holds, and is empty afterwards.
  void reset() noexcept {
    if (operations_ == nullptr) return;
    const Operations* operations = std::exchange(operations_, nullptr);
    if (operations->destroy != nullptr) operations->destroy(storage_);
  }

 private:
  friend class Producer;

  // Of one that is not empty: whether moving it copies its bytes and runs no code. So it is with
  // what captures pointers and numbers, and Producer::produce() then moves it without looking
  // again.
  [[nodiscard]] bool moves_as_bytes() const noexcept { return operations_->move == nullptr; }
  struct AsBytes {};
  DeliveryCallback(DeliveryCallback& other, AsBytes) noexcept : operations_(other.operations_) {
    other.operations_ = nullptr;
    std::memcpy(storage_, other.storage_, inline_size);
  }

  struct Operations {
    void (*call)(void* storage, const Error&, const Message&);
    // Both are null where copying and forgetting the bytes does the same, which is so for most
    // callbacks: a lambda of a few pointers then costs no call.
    void (*move)(void* from, void* to) noexcept;
    void (*destroy)(void* storage) noexcept;
  };

  template <class T>
  struct IsFunction : std::false_type {};
  // std::function, and whatever is made like it: a class template over a signature that can be
  // empty, and says so by its conversion to bool.
  template <template <class...> class T, class Result, class... Arguments>
  struct IsFunction<T<Result(Arguments...)>> : std::true_type {};

  template <class T>
  static constexpr bool kept_inline =
      sizeof(T) <= inline_size &&
      alignof(T) <= alignof(void*) && std::is_nothrow_move_constructible_v<T>;
  template <class T>
  static constexpr bool trivial =
      std::is_trivially_copyable_v<T>&& std::is_trivially_destructible_v<T>;

  template <class T>
  static T& in_place(void* storage) noexcept {
    return *std::launder(static_cast<T*>(storage));
  }

  template <class T>
  static void call_inline(void* storage, const Error& error, const Message& message) {
    in_place<T>(storage)(error, message);
  }
  template <class T>
  static void move_inline(void* from, void* to) noexcept {
    ::new (to) T(std::move(in_place<T>(from)));
    in_place<T>(from).~T();
  }
  template <class T>
  static void destroy_inline(void* storage) noexcept {
    in_place<T>(storage).~T();
  }
  template <class T>
  static void call_allocated(void* storage, const Error& error, const Message& message) {
    (*in_place<T*>(storage))(error, message);
  }
  template <class T>
  static void destroy_allocated(void* storage) noexcept {
    delete in_place<T*>(storage);
  }

  template <class T>
  static constexpr Operations inline_operations = {&call_inline<T>,
                                                   trivial<T> ? nullptr : &move_inline<T>,
                                                   trivial<T> ? nullptr : &destroy_inline<T>};
  template <class T>
  static constexpr Operations allocated_operations = {&call_allocated<T>, nullptr,
                                                      &destroy_allocated<T>};

  void take(DeliveryCallback& other) noexcept {
    operations_ = std::exchange(other.operations_, nullptr);
    if (operations_ == nullptr) return;
    if (operations_->move == nullptr) {
      std::memcpy(storage_, other.storage_, inline_size);
    } else {
      operations_->move(other.storage_, storage_);
    }
  }

  const Operations* operations_ = nullptr;
  alignas(void*) std::byte storage_[inline_size];
};

}  // namespace v1
}  // namespace kafka
