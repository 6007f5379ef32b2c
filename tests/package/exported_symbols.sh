#!/bin/sh
# Holds what the shared libraries in a directory export against exported_symbols.txt beside this script.
# Usage: exported_symbols.sh DIRECTORY [--update], which writes the file anew.
#
# To take in a change that is meant:
#   cmake -S . -B build/shared -DBUILD_SHARED_LIBS=ON && cmake --build build/shared --parallel
#   sh tests/package/exported_symbols.sh build/shared --update
set -eu

directory=$1
list=$(dirname "$0")/exported_symbols.txt
found=$(mktemp)
trap 'rm -f "$found"' EXIT

for library in producer mock-cluster task-event; do
  file=$directory/libkafka-$library.so
  [ -e "$file" ] || { echo "$file is not there" >&2; exit 1; }
  echo "libkafka-$library.so"
  # Both of the constructors that the ABI knows have one name here. The weak letters depend on the compiler.
  nm --dynamic --demangle --defined-only "$file" | sed 's/^[0-9a-f]* *[A-Za-z] /  /' | LC_ALL=C sort -u
done >"$found"

if [ "${2:-}" = --update ]; then
  cp "$found" "$list"
elif ! diff -u "$list" "$found"; then
  echo "The exported symbols are not those of $list. Its script says how to take in a change that is meant." >&2
  exit 1
fi

if foreign=$(grep -Ev '^lib|^  ((typeinfo|typeinfo name|vtable) for )?kafka::' "$found"); then
  printf 'Exported, but not of namespace kafka:\n%s\n' "$foreign" >&2
  exit 1
fi

for library in producer mock-cluster task-event; do
  file=$directory/libkafka-$library.so
  real=$(basename "$(readlink -f "$file")")
  version=${real#"libkafka-$library.so."}
  soname=$(objdump -p "$file" | sed -n 's/^ *SONAME *//p')
  [ "$soname" = "libkafka-$library.so.${version%%.*}" ] ||
    { echo "$real has the soname $soname" >&2; exit 1; }
done
