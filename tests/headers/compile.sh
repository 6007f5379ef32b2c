#!/bin/sh
# compile.sh FAMILY COMPILER STANDARD HEADER...: compiles each public header alone, with many warnings as errors. FAMILY is
# gcc or clang. Ends with 77 if the compiler is not installed.
set -eu
directory=$(dirname "$0")
family=$1
compiler=$2
standard=$3
shift 3
if ! command -v "$compiler" >/dev/null; then
  echo "There is no $family"
  exit 77
fi

warnings="-Wall -Wextra -Wpedantic -Wcast-qual -Wconversion -Wdate-time -Wdouble-promotion -Wextra-semi -Wfloat-conversion
  -Wfloat-equal -Wformat=2 -Wimplicit-fallthrough -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual -Wredundant-move
  -Wsign-conversion -Wsuggest-override -Wswitch-enum -Wundef -Wunused -Wunused-macros -Wvla -Wzero-as-null-pointer-constant"
case $family in
  gcc)
    warnings="$warnings -Weffc++ -Walloca -Warith-conversion -Wcast-align=strict -Wcatch-value=3 -Wcomma-subscript
      -Wconditionally-supported -Wctor-dtor-privacy -Wdeprecated-copy-dtor -Wdisabled-optimization -Wduplicated-branches
      -Wduplicated-cond -Wformat-signedness -Wlogical-op -Wmismatched-tags -Wmissing-declarations -Wnoexcept
      -Wnull-dereference -Wpacked -Wplacement-new=2 -Wredundant-decls -Wredundant-tags -Wshadow -Wsign-promo
      -Wstrict-null-sentinel -Wswitch-default -Wtrampolines -Wunused-const-variable=2 -Wuseless-cast -Wvolatile"
    ;;
  clang)
    warnings="$warnings -Weffc++ -Watomic-implicit-seq-cst -Wcast-align -Wcomma -Wconditional-uninitialized
      -Wctad-maybe-unsupported -Wdeprecated -Wdocumentation -Wduplicate-enum -Wexit-time-destructors -Wextra-semi-stmt
      -Wglobal-constructors -Wheader-hygiene -Winconsistent-missing-destructor-override -Wloop-analysis -Wmissing-noreturn
      -Wmissing-prototypes -Wmissing-variable-declarations -Wnewline-eof -Wover-aligned -Wredundant-parens
      -Wreserved-identifier -Wshadow-all -Wshift-sign-overflow -Wshorten-64-to-32 -Wsuggest-destructor-override
      -Wundefined-func-template -Wundefined-inline -Wundefined-reinterpret-cast -Wunreachable-code-aggressive
      -Wunused-member-function -Wunused-template -Wweak-vtables"
    ;;
esac
failed=0

# check NAME OPTION...: compiles standard input.
check() {
  name=$1
  shift
  # shellcheck disable=SC2086 # one option a word
  "$compiler" "-std=$standard" $warnings -Werror "-I$directory/../../include" "$@" -x c++ -fsyntax-only - || {
    echo "Does not compile: $name"
    failed=1
  }
}

for header; do
  name=kafka/$(basename "$header")
  check "$name" <<TEXT
#include <$name>
#include <$name>
TEXT
done
check "a program with -D_GLIBCXX_DEBUG" -D_GLIBCXX_DEBUG <"$directory/debug_mode.cpp"
for options in -DTHEIRS_FIRST "-DTHEIRS_FIRST -DKAFKA_API=mck" -DKAFKA_API=mck; do
  # shellcheck disable=SC2086
  check "a program beside modern-cpp-kafka with $options" $options "-I$directory" <"$directory/beside_another_kafka.cpp"
done
exit $failed
