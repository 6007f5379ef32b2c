#!/bin/sh
# Takes the library into a project in each of the four ways, and runs what comes out.
# Usage: ways_in.sh shared|static DIRECTORY, of which everything is removed first. CXX and CMAKE_GENERATOR are respected.
set -eu

kind=$1
work=$2
here=$(cd "$(dirname "$0")" && pwd)
source=$(cd "$here/../.." && pwd)
case $kind in
  shared) shared=ON ;;
  static) shared=OFF ;;
  *) echo "shared or static, not $kind" >&2; exit 2 ;;
esac
cxx=${CXX:-c++}
rm -rf "$work"
mkdir -p "$work"
work=$(cd "$work" && pwd)
unset DESTDIR

step() {
  printf '\n== %s\n' "$*"
}

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

# consumer NAME OPTION...: configures and builds the project of this name, and runs its program.
consumer() {
  name=$1
  shift
  log=$work/$name.log
  { cmake -S "$here/$name" -B "$work/$name" -DCMAKE_BUILD_TYPE=Debug -DBUILD_SHARED_LIBS=$shared "$@" &&
    cmake --build "$work/$name" --parallel 2; } >"$log" 2>&1 || { cat "$log" >&2; fail "building $name"; }
  "$work/$name/consumer"
}

# refused TEXT OPTION...: find_package has to stop with this text.
refused() {
  text=$1
  shift
  rm -rf "$work/refused"
  if cmake -S "$here/find_package" -B "$work/refused" "$@" >"$work/refused.log" 2>&1; then
    fail "configured, although it should have said: $text"
  fi
  # CMake breaks its lines where it likes.
  tr -s '\n ' '  ' <"$work/refused.log" | grep -qF "$text" || { cat "$work/refused.log" >&2; fail "not said: $text"; }
}

step "add_subdirectory, $kind"
consumer add_subdirectory "-DKAFKA_PRODUCER_SOURCE=$source" -DKAFKA_PRODUCER_INSTALL=ON \
  "-DCMAKE_INSTALL_PREFIX=$work/at-first"

step "FetchContent, $kind, the library and its consumer without run-time type information"
consumer fetch_content "-DKAFKA_PRODUCER_SOURCE=$source" -DCMAKE_CXX_FLAGS=-fno-rtti

step "find_package, $kind, after installation to a prefix that is then moved"
cmake --install "$work/add_subdirectory" >"$work/install.log"
mkdir "$work/moved to"
prefix="$work/moved to/another"
mv "$work/at-first" "$prefix"
if grep -rIF -e "$work" -e "$source" "$prefix"; then fail "the package knows where it was made"; fi
consumer find_package "-DCMAKE_PREFIX_PATH=$prefix"

step "find_package, $kind, a consumer without run-time type information, on a machine without nlohmann/json"
rm -rf "$work/find_package"
consumer find_package "-DCMAKE_PREFIX_PATH=$prefix" -DCMAKE_CXX_FLAGS=-fno-rtti \
  -DCMAKE_DISABLE_FIND_PACKAGE_nlohmann_json=ON

step "find_package refuses clearly"
rm -rf "$work/without"
cp -R "$prefix" "$work/without"
find "$work/without" -name 'KafkaProducer-task_event*.cmake' -exec rm {} +
refused 'of the components asked for (producer;mock_cluster;task_event), only these were installed: producer;mock_cluster' \
  "-DCMAKE_PREFIX_PATH=$work/without"
cp -R "$prefix" "$work/version"
find "$work/version" -name KafkaProducerConfigVersion.cmake -exec sed -i 's/"1\.\([0-9.]*\)"/"2.\1"/g' {} +
refused 'compatible with requested version "1"' "-DCMAKE_PREFIX_PATH=$work/version"
mkdir -p "$work/old/include/librdkafka"
echo '#define RD_KAFKA_VERSION 0x000b06ff' >"$work/old/include/librdkafka/rdkafka.h"
refused '(found: 0.11.6)' "-DCMAKE_PREFIX_PATH=$prefix" "-DRdKafka_INCLUDE_DIR=$work/old/include"

step "pkg-config, $kind"
pc=$(find "$prefix" -name kafka-producer.pc)
libraries=$(dirname "$(dirname "$pc")")
# A directory with a space cannot be given to a compiler through an unquoted $(pkg-config).
ln -s "$prefix" "$work/prefix"
PKG_CONFIG_PATH="$work/prefix${libraries#"$prefix"}/pkgconfig"
export PKG_CONFIG_PATH
# shellcheck disable=SC2046 # one argument a flag, as every user writes it
"$cxx" -std=c++20 "$here/main.cpp" -o "$work/pkg-config" \
  $(pkg-config --cflags --libs kafka-producer kafka-mock-cluster kafka-task-event)
LD_LIBRARY_PATH=$libraries "$work/pkg-config"
[ "$(pkg-config --modversion kafka-producer)" = "$(sed -n 's/.*project(KafkaProducer VERSION \([0-9.]*\).*/\1/p' "$source/CMakeLists.txt")" ] ||
  fail "pkg-config tells another version than CMakeLists.txt"

if [ "$kind" = shared ]; then
  step "Exported symbols and sonames"
  sh "$here/exported_symbols.sh" "$libraries"
fi
