# Sourced by tests/run.sh: runs the fuzz targets that it has built. POSIX sh.

# Prints the compiler: the one that was asked for, or some Clang.
fuzzing_compiler() {
  for name in "${CXX:-clang++}" clang++-21 clang++-19 clang++-18 clang++-16 clang++-14; do
    case $name in
      *clang++*) ;;
      *) break ;;
    esac
    if has "$name"; then
      echo "$name"
      return
    fi
  done
  fail "Fuzzing needs Clang: install it (Debian, Ubuntu: apt-get install clang), or name it by --compiler"
}

# fuzz DIRECTORY SECONDS: each target for as long, two at a time. What is found stays in DIRECTORY/found.
fuzz() {
  mkdir -p "$1/found"
  # shellcheck disable=SC2016 # the inner shell expands them
  for corpus in tests/fuzz/corpus/*; do basename "$corpus"; done | xargs -P 2 -I '{}' sh -c '
    target=$1 directory=$2 seconds=$3
    mkdir -p "$directory/found/$target"
    if "$directory/tests/fuzz/${target}_fuzz" -max_total_time="$seconds" -timeout=10 \
      -artifact_prefix="$directory/found/$target-" "$directory/found/$target" "tests/fuzz/corpus/$target" \
      >"$directory/$target.log" 2>&1; then
      printf "%-12s %s\n" "$target" "$(sed -n "s/^#\([0-9]*\)[[:space:]]*DONE.*/\1 inputs, nothing found/p" "$directory/$target.log")"
    else
      tail -n 60 "$directory/$target.log" | cut -c 1-200 >&2
      printf "%-12s failed: mend it, and keep the input that is named above as a file of tests/fuzz/corpus/%s\n" "$target" "$target" >&2
      exit 1
    fi' sh '{}' "$1" "$2" || fail "Fuzzing has found something"
}
