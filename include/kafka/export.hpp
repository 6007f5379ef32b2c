#pragma once

/// KAFKA_EXPORT marks the classes and functions that the shared library exports. Everything else in
/// it is hidden, so that two libraries in one process cannot use each other's internals.
#if defined(_WIN32)
#define KAFKA_EXPORT
#define KAFKA_HIDDEN
#else
#define KAFKA_EXPORT __attribute__((visibility("default")))
#define KAFKA_HIDDEN __attribute__((visibility("hidden")))  // in an exported class
#endif

// With -D_GLIBCXX_DEBUG, the standard library's containers have another layout. A program and a
// library of which only one is built with that option must not be linked: each file that includes
// this header refers to a variable that only a library of the same kind defines.
namespace kafka {
inline namespace v1 {
namespace detail {

#if defined(_GLIBCXX_DEBUG)
extern KAFKA_EXPORT const char built_with_GLIBCXX_DEBUG;
#define KAFKA_LIBRARY_KIND built_with_GLIBCXX_DEBUG
#else
extern KAFKA_EXPORT const char built_without_GLIBCXX_DEBUG;
#define KAFKA_LIBRARY_KIND built_without_GLIBCXX_DEBUG
#endif

#if defined(__has_attribute)
#if __has_attribute(retain)
[[gnu::used, gnu::retain]] static const char* const library_kind = &KAFKA_LIBRARY_KIND;
#elif __has_attribute(used)
[[gnu::used]] static const char* const library_kind = &KAFKA_LIBRARY_KIND;
#endif
#endif

}  // namespace detail
}  // namespace v1
}  // namespace kafka
