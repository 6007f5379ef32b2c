#pragma once

/// Forward declarations of the library's types, for headers that only name them. Declare them
/// through this file, never by hand: they stand in an inline namespace.

namespace kafka {
inline namespace v1 {

class BackgroundPoller;
class BytesView;
class Config;
class DeliveryCallback;
class Error;
class Exception;
class Message;
class MockCluster;
class Producer;
class Value;
enum class Errc : int;
enum class KeyBy;
enum class Persistence;
enum class Request : short;
struct Header;
struct Hooks;
struct Record;
struct RecordMetadata;
struct ReceivedRequest;
struct Refused;
struct StoredHeader;
struct StoredRecord;
struct TaskEvent;

}  // namespace v1
}  // namespace kafka
