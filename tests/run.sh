#!/bin/sh
# Installs missing packages, builds, and runs all tests.
set -eu
cd "$(dirname "$0")/.."
. cmake/set_up.sh

usage() {
  cat <<'TEXT'
Usage: sh tests/run.sh [OPTION]... [-- CTEST_OPTION...]
Installs missing packages, builds, and runs all tests except those that have an option of their own.

  --compiler COMPILER    use this compiler (g++, clang++-14)
  --sanitizer address    run under AddressSanitizer and UndefinedBehaviorSanitizer
  --sanitizer thread     run under ThreadSanitizer, with an instrumented librdkafka
  --kafka                run only the tests on real Apache Kafka, which is
                         fetched once (Linux; 14 minutes, 10 of them a soak,
                         which KAFKA_SOAK_SECONDS shortens)
  --package              run only the tests that use the library in other
                         projects: find_package, add_subdirectory, FetchContent,
                         pkg-config, shared and static (Linux)
  --fuzz SECONDS         run no tests; run each fuzz target for this time (Clang)
  --warnings-as-errors   stop at a compiler warning
  --help                 print this help

Arguments after -- go to ctest, for instance: sh tests/run.sh -- -R Producer
TEXT
}

directory=build/default
sanitizer=
fuzz_seconds=
kafka_tests=OFF
labels="--label-exclude package"
werror=OFF
while [ $# -gt 0 ]; do
  case $1 in
    --compiler)
      CXX=${2:-}
      has "$CXX" || fail "--compiler takes the name of an installed compiler"
      export CXX
      directory=$directory-$(basename "$CXX")
      shift 2
      ;;
    --sanitizer)
      sanitizer=${2:-}
      case $sanitizer in
        address | thread) ;;
        *) fail "--sanitizer takes address or thread" ;;
      esac
      directory=$directory-$sanitizer
      shift 2
      ;;
    --kafka)
      kafka_tests=ON
      shift
      ;;
    --package)
      labels="--label-regex package"
      shift
      ;;
    --fuzz)
      fuzz_seconds=${2:-}
      case $fuzz_seconds in
        '' | *[!0-9]*) fail "--fuzz takes a number of seconds" ;;
      esac
      shift 2
      ;;
    --warnings-as-errors)
      werror=ON
      shift
      ;;
    --help)
      usage
      exit 0
      ;;
    --)
      shift
      break
      ;;
    *) fail "Unknown option: $1. Options of ctest follow --. sh tests/run.sh --help lists the options." ;;
  esac
done

if [ -n "$fuzz_seconds" ]; then
  . tests/fuzz/fuzz.sh
  CXX=$(fuzzing_compiler)
  export CXX
fi
also=tests
if [ "$sanitizer" = thread ]; then
  also="$also make"  # with which librdkafka is built
fi
if [ "$kafka_tests" = ON ]; then
  . tests/integration/fetch.sh
  also="$also java kafka"
fi
install_missing
set -- "$directory" "$@"
options="-DKAFKA_PRODUCER_BUILD_TESTS=ON -DKAFKA_PRODUCER_KAFKA_TESTS=$kafka_tests -DKAFKA_PRODUCER_WARNINGS_AS_ERRORS=$werror -DKAFKA_PRODUCER_SANITIZER=$sanitizer"
if [ "$sanitizer" = thread ]; then
  . tests/instrumented_librdkafka.sh
  options="$options -DCMAKE_PREFIX_PATH=$(instrumented_librdkafka)"
fi
target=all
if [ -n "$fuzz_seconds" ]; then
  directory=build/fuzz
  target=fuzzers
  options="$options -DKAFKA_PRODUCER_SANITIZER=address -DKAFKA_PRODUCER_BUILD_FUZZERS=ON"
fi
if [ "$kafka_tests" = ON ]; then
  fetch_kafka
  target=kafka_tests
fi
# shellcheck disable=SC2086 # one argument an option
build "$directory" $target $options
shift
export ASAN_OPTIONS="detect_stack_use_after_return=1:strict_string_checks=1:${ASAN_OPTIONS:-}"
export UBSAN_OPTIONS="print_stacktrace=1:${UBSAN_OPTIONS:-}"
export TSAN_OPTIONS="halt_on_error=1:second_deadlock_stack=1:suppressions=$PWD/tests/thread_sanitizer.suppressions:${TSAN_OPTIONS:-}"
if [ -n "$fuzz_seconds" ]; then
  fuzz "$directory" "$fuzz_seconds"
  exit 0
fi
if [ "$kafka_tests" = ON ]; then
  # exec, so that a signal reaches ctest, which stops the tests and their brokers.
  exec ctest --test-dir "$directory" --output-on-failure --parallel 2 --label-regex kafka "$@"
fi
# More tests than processors, because tests mostly wait for the cluster.
# shellcheck disable=SC2086 # an option and its argument
ctest --test-dir "$directory" --output-on-failure --parallel 8 $labels "$@"
