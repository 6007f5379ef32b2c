#pragma once

/// Marks what the shared library exports. Everything else in it is hidden, so that two libraries
/// in one process cannot take each other's internals.
#if defined(_WIN32)
#define KAFKA_EXPORT
#define KAFKA_HIDDEN
#else
#define KAFKA_EXPORT __attribute__((visibility("default")))
#define KAFKA_HIDDEN __attribute__((visibility("hidden")))  // in an exported class
#endif
