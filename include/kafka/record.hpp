#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <kafka/bytes_view.hpp>
#include <kafka/delivery_callback.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace kafka {
inline namespace v1 {

/// The value of a record: a view of bytes that librdkafka copies, or, from owned(), bytes that
/// have moved in and are sent without a copy.
class Value : public BytesView {
 public:
  /// Null.
  constexpr Value() noexcept = default;

  /// Whatever a BytesView can be made from; the bytes stay the caller's.
  template <class T>
  requires(std::constructible_from<BytesView, const T&> &&
           !std::derived_from<T, BytesView>) constexpr Value(const T& bytes) noexcept
      : BytesView(bytes) {}
  /// The same bytes, viewed.
  constexpr Value(BytesView bytes) noexcept : BytesView(bytes) {}

  /// Bytes that `owner` keeps alive. They must not change any more.
  Value(BytesView bytes, std::shared_ptr<const void> owner) noexcept
      : BytesView(bytes), owner_(std::move(owner)) {}

  /// What keeps the bytes alive; null when they are only viewed.
  [[nodiscard]] const std::shared_ptr<const void>& owner() const noexcept { return owner_; }

 private:
  std::shared_ptr<const void> owner_ = {};
};

/// Moves a container of bytes into a value, for large ones: librdkafka sends them from where they
/// are, and they are released when the delivery report has been served (or with the record, when
/// it is never accepted). It costs two allocations, where a view costs a copy of the bytes.
///
///     producer.produce({.topic = "images", .value = kafka::owned(std::move(pixels))});
template <class Container>
requires(!std::is_lvalue_reference_v<Container> &&
         std::constructible_from<BytesView, const Container&>) [[nodiscard]] Value
    owned(Container&& bytes) {
  auto owner = std::make_shared<const Container>(std::forward<Container>(bytes));
  const BytesView view(*owner);
  return {view, std::move(owner)};
}

/// A header of a record. Names may repeat, and their order is kept. Both members are views: the
/// bytes must live until the record is accepted.
struct Header {
  /// Text; empty by default.
  std::string_view name = {};
  /// Null by default.
  BytesView value = {};
};

/// A topic's name, viewed. A null pointer does not compile.
struct TopicView : std::string_view {
  /// Empty, which no topic's name can be.
  constexpr TopicView() noexcept = default;
  /// From any text that converts to std::string_view.
  template <class T>
  requires std::convertible_to<const T&, std::string_view>
  constexpr TopicView(const T& name) noexcept : std::string_view(name) {}
  TopicView(std::nullptr_t) = delete;
};

/// A message on its way to Kafka. The topic is all it needs:
///
///     producer.produce({.topic = "task-created", .key = "task-001", .value = json});
///
/// Views must live until the record is accepted; librdkafka copies them then. A record is for one
/// thread at a time, and can only be moved: its callback runs once.
struct Record {
  /// 1 to 249 characters out of a-z, A-Z, 0-9, '.', '_' and '-'.
  TopicView topic = {};
  /// Records of one key go to one partition and stay in order there. A null key leaves the choice
  /// of the partition to the `partitioner` (by default, at random).
  BytesView key = {};
  /// Null is a tombstone: compaction deletes what the topic holds of this key.
  Value value = {};
  /// In this order; none by default.
  std::vector<Header> headers = {};
  /// -1, the default, leaves the choice to the key and the `partitioner`.
  std::int32_t partition = -1;
  /// After 1970-01-01, to the millisecond; the time of the call by default. A topic with
  /// `message.timestamp.type=LogAppendTime` replaces it. A record whose timestamp is older
  /// than the topic's retention (`retention.ms`, 7 days by default) is deleted at the broker's next
  /// check, although it was acknowledged; newer records in the same log segment delay this.
  std::optional<std::chrono::system_clock::time_point> timestamp = {};
  /// Told the outcome, exactly once, if the record is accepted.
  DeliveryCallback callback = {};
};

}  // namespace v1
}  // namespace kafka
