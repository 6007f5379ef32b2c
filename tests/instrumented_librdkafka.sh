# Sourced by tests/run.sh: builds the distribution's librdkafka with ThreadSanitizer, once. POSIX sh.
#
# ThreadSanitizer has to see the library's threads and locks. It does not know C11 threads, with which Debian builds,
# and crashes in the first callback; so the same source is built with pthreads, and without what needs other libraries.

# Prints the prefix under which it is installed.
instrumented_librdkafka() {
  prefix=$(pwd)/build/librdkafka-thread
  if [ ! -f "$prefix/lib/librdkafka.so" ]; then
    say "Building librdkafka with ThreadSanitizer in $prefix"
    : >build/librdkafka-thread.log
    quietly build/librdkafka-thread.log build_librdkafka "$prefix"
  fi
  echo "$prefix"
}

build_librdkafka() (
  set -e
  work=$1-source
  rm -rf "$work"
  mkdir -p "$work/parts" "$work/lists/partial" "$work/cache/archives/partial"
  cd "$work"
  # The same places that packages come from, for sources; in a state of their own, so that nothing of the system changes.
  cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null | sed -n 's/^deb /deb-src /p' >sources.list || true
  for file in /etc/apt/sources.list.d/*.sources; do
    [ -f "$file" ] && sed 's/^Types:.*/Types: deb-src/' "$file" >"parts/$(basename "$file")"
  done
  set -- "$1" -o "Dir::Etc::SourceList=$work/sources.list" -o "Dir::Etc::SourceParts=$work/parts" \
    -o "Dir::State::Lists=$work/lists" -o "Dir::Cache=$work/cache" -o "APT::Sandbox::User=$(id -un)"
  destination=$1
  shift
  apt-get "$@" update
  apt-get "$@" source --download-only librdkafka
  tar xf librdkafka_*.orig.tar.*
  cd librdkafka-*/
  # Its configure script calls the compiler by the name in CC.
  case $(compiler) in
    *clang++*) CC=$(compiler | sed 's/clang++/clang/') ;;
    *g++*) CC=$(compiler | sed 's/g++/gcc/') ;;
    *) CC=cc ;;
  esac
  export CC
  ./configure --prefix="$destination" --disable-c11threads --disable-gssapi --disable-ssl --disable-curl --disable-zstd \
    --disable-lz4-ext --CFLAGS="-fsanitize=thread -g -O1" --LDFLAGS="-fsanitize=thread"
  make -j "$(nproc)" -C src
  make -C src install
)
