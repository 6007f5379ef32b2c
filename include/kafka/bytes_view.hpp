#pragma once

#include <concepts>
#include <cstddef>
#include <iosfwd>
#include <kafka/export.hpp>
#include <optional>
#include <ranges>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

namespace kafka {
inline namespace v1 {

class BytesView;

namespace detail {

template <class T>
concept Byte = std::same_as<T, char> || std::same_as<T, unsigned char> ||
    std::same_as<T, signed char> || std::same_as<T, std::byte> || std::same_as<T, char8_t>;

template <class T>
concept Null = std::same_as<T, std::nullptr_t> || std::same_as<T, std::nullopt_t>;

/// A pointer to, or an array of, characters that end at a NUL.
template <class T>
concept CString = !Null<T> && (std::convertible_to<const T&, const char*> ||
                               std::convertible_to<const T&, const char8_t*>);

template <class T>
concept Text = std::convertible_to<const T&, std::string_view> && !Null<T> && !CString<T>;

template <class T>
concept ByteRange = std::ranges::contiguous_range<const T> && std::ranges::sized_range<const T> &&
                    Byte<std::remove_cv_t<std::ranges::range_value_t<const T>>> && !CString<T> &&
                    !Text<T>;

}  // namespace detail

/// What the key or the value of a record may be made from: text, a string literal, a container or
/// a span of bytes, and an std::optional of any of these. `nullptr`, `std::nullopt` and `{}` are
/// null, which Kafka keeps apart from empty: a record with a null value is a tombstone. A pointer
/// to characters and an array of `char` end at the first NUL; every other container counts whole.
/// Numbers, `bool` and containers of larger elements do not compile.
///
/// A view owns nothing: the bytes must live until the call that it is given to returns. Copying is
/// free; like any view it may be read from several threads while nobody changes the bytes.
class BytesView {
 public:
  /// Null.
  constexpr BytesView() noexcept = default;

  /// Null, from `nullptr` or `std::nullopt`.
  template <detail::Null T>
  constexpr BytesView(T) noexcept {}

  /// `size` bytes from `data`; null when `data` is.
  constexpr BytesView(const void* data, std::size_t size) noexcept
      : data_(data), size_(data == nullptr ? 0 : size) {}

  /// The characters before the first NUL, of a string literal or behind a pointer; null when the
  /// pointer is.
  template <detail::CString T>
  constexpr BytesView(const T& text) noexcept {
    if constexpr (std::is_array_v<T>) {
      std::size_t length = 0;
      while (length < std::extent_v<T> && text[length] != 0) ++length;
      assign(text, length);
    } else {
      using Pointer = std::conditional_t<std::convertible_to<const T&, const char*>, const char*,
                                         const char8_t*>;
      const Pointer begin = text;
      std::size_t length = 0;
      if (begin == nullptr) return;
      while (begin[length] != 0) ++length;
      assign(begin, length);
    }
  }

  /// The whole text, NULs included; never null.
  template <detail::Text T>
  constexpr BytesView(const T& text) noexcept {
    const std::string_view view = text;
    if constexpr (std::same_as<T, std::string>) {
      data_ = view.data();  // which is never null
      size_ = view.size();
    } else {
      assign(view.data(), view.size());
    }
  }

  /// All bytes of the container or span; never null.
  template <detail::ByteRange T>
  constexpr BytesView(const T& bytes) noexcept {
    assign(std::ranges::data(bytes), std::ranges::size(bytes));
  }

  /// What the optional holds; null when that is nothing.
  template <class T>
  requires std::constructible_from<BytesView, const T&>
  constexpr BytesView(const std::optional<T>& bytes) noexcept
      : BytesView(bytes ? BytesView(*bytes) : BytesView()) {}

  /// nullptr when the view is null, never otherwise.
  [[nodiscard]] constexpr const void* data() const noexcept { return data_; }
  /// In bytes; 0 when the view is null.
  [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }
  /// Whether there are no bytes: true of a null view as well.
  [[nodiscard]] constexpr bool empty() const noexcept { return size_ == 0; }
  /// Whether this is null, which an empty text is not.
  [[nodiscard]] constexpr bool is_null() const noexcept { return data_ == nullptr; }

  /// The same bytes as text; empty when the view is null.
  [[nodiscard]] std::string_view text() const noexcept {
    return {static_cast<const char*>(data_), size_};
  }

  /// Equal when both are null, or when neither is and the bytes are the same.
  friend bool operator==(BytesView left, BytesView right) noexcept {
    return left.is_null() == right.is_null() && left.text() == right.text();
  }

  /// Prints the bytes as text. Control characters and what is not UTF-8 are printed as `\xNN`, so
  /// that a key out of a message cannot steer a terminal or forge a line of a log.
  KAFKA_EXPORT friend std::ostream& operator<<(std::ostream& stream, BytesView bytes);

 private:
  // An empty container may have no storage, and is still not null.
  constexpr void assign(const void* data, std::size_t size) noexcept {
    data_ = data == nullptr ? "" : data;
    size_ = size;
  }

  const void* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace v1
}  // namespace kafka
