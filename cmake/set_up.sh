# Sourced by examples/run.sh, tests/run.sh and the benchmarks, from the project's root: installs missing packages and
# builds. POSIX sh.

say() {
  printf '%s\n' "$*" >&2
}

fail() {
  say "$*"
  exit 1
}

# quietly LOG COMMAND...: appends the command's output to the log. On a terminal, a line shows how far it is. When the
# command fails, the end of the log is shown.
quietly() {
  log=$1
  shift
  mkdir -p "$(dirname "$log")"
  rm -f "$log.failed"
  { "$@" 2>&1 || : >"$log.failed"; } | show_progress "$log"
  [ -e "$log.failed" ] || return 0
  rm -f "$log.failed"
  say "Failed: $*"
  say "The end of $log:"
  tail -n 40 "$log" >&2
  exit 1
}

# show_progress LOG: appends its input to the log.
show_progress() {
  if ! [ -t 2 ]; then
    cat >>"$1"
    return
  fi
  while IFS= read -r line; do
    printf '%s\n' "$line" >>"$1"
    case $line in
      '['*/*']'*) # Ninja
        counts=${line%%]*}
        counts=${counts#[}
        printf '\r  %s of %s' "${counts%/*}" "${counts#*/}" >&2
        ;;
      '['*'%]'*) printf '\r  %s' "${line%%]*}]" >&2 ;; # Make
      'Get:'* | 'Unpacking '* | 'Setting up '*) printf '\r\033[K  %.70s' "$line" >&2 ;; # apt
    esac
  done
  printf '\r\033[K' >&2
}

has() {
  command -v "$1" >/dev/null 2>&1
}

compiler() {
  for name in "${CXX:-}" c++ g++ clang++; do
    if [ -n "$name" ] && has "$name"; then
      echo "$name"
      return
    fi
  done
}

has_header() {
  cxx=$(compiler)
  [ -n "$cxx" ] && echo "#include <$1>" | "$cxx" -x c++ -std=c++20 -E - >/dev/null 2>&1
}

# missing DISTRIBUTION: the distribution's names of the missing packages.
missing() {
  [ -n "$(compiler)" ] || package "$1" "${CXX:-g++}" gcc-c++ gcc g++ ''
  has cmake || package "$1" cmake cmake cmake cmake cmake
  has ninja || has make || package "$1" ninja-build ninja-build ninja ninja ninja
  ! wants tests || has pkg-config || package "$1" pkg-config pkgconf-pkg-config pkgconf pkgconf pkgconf
  has_header librdkafka/rdkafka.h || package "$1" librdkafka-dev librdkafka-devel librdkafka librdkafka-dev librdkafka
  has_header nlohmann/json.hpp || package "$1" nlohmann-json3-dev json-devel nlohmann-json nlohmann-json nlohmann-json
  has_header CLI/CLI.hpp || package "$1" libcli11-dev cli11-devel cli11 cli11-dev cli11
  ! wants tests || has_header gtest/gtest.h || package "$1" libgtest-dev gtest-devel gtest gtest-dev googletest
  ! wants make || has make || package "$1" make make make make make
  ! wants valgrind || has valgrind || package "$1" valgrind valgrind valgrind valgrind valgrind
  ! wants benchmark || has_header benchmark/benchmark.h ||
    package "$1" libbenchmark-dev google-benchmark-devel benchmark benchmark-dev google-benchmark
  ! wants java || has_java || package "$1" "$(debian_java)" java-21-openjdk-headless jre-openjdk-headless openjdk21-jre-headless openjdk
  ! wants java || has mvn || package "$1" maven maven maven maven maven
  ! wants kafka || has go || package "$1" golang-go golang go go go
  ! wants kafka || has openssl || package "$1" openssl openssl openssl openssl openssl
}

# wants NAME: whether the script that sources this file has put the name into `also`.
wants() {
  case " ${also:-} " in
    *" $1 "*) return 0 ;;
    *) return 1 ;;
  esac
}

# Apache Kafka 4 runs on Java 17 and later.
has_java() {
  has java && [ "$(java -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p')" -ge 17 ] 2>/dev/null
}

# Ubuntu 22.04's default is Java 11.
debian_java() {
  if grep -qs jammy /etc/os-release; then echo openjdk-17-jre-headless; else echo default-jre-headless; fi
}

# package DISTRIBUTION DEBIAN FEDORA ARCH ALPINE MACOS
package() {
  case $1 in
    debian) echo "$2" ;;
    fedora) echo "$3" ;;
    arch) echo "$4" ;;
    alpine) echo "$5" ;;
    macos) echo "$6" ;;
  esac
}

list() {
  missing "$1" | tr '\n' ' ' | sed 's/ *$//'
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  else
    sudo "$@"
  fi
}

install_missing() {
  [ -n "$(list debian)" ] || return 0
  if ! has apt-get; then
    say "These packages are missing. Install them, then run this again:"
    if has dnf; then fail "  sudo dnf install $(list fedora)"; fi
    if has pacman; then fail "  sudo pacman -S $(list arch)"; fi
    if has apk; then fail "  sudo apk add $(list alpine)"; fi
    if has brew; then fail "  xcode-select --install; brew install $(list macos)"; fi
    fail "  Debian's names of them: $(list debian)"
  fi
  packages=$(list debian)
  how_to="These packages are missing. Install them as root, then run this again:
  apt-get update && apt-get install $packages"
  [ "$(id -u)" -eq 0 ] || has sudo || fail "$how_to"
  say "Installing $packages (a minute or more)"
  # Asked here, where its prompt and its refusal are seen.
  [ "$(id -u)" -eq 0 ] || sudo -v || fail "$how_to"
  export DEBIAN_FRONTEND=noninteractive
  : >build/install.log
  quietly build/install.log as_root apt-get update
  # shellcheck disable=SC2086 # one argument a package
  quietly build/install.log as_root apt-get install -y --no-install-recommends $packages
  packages=$(list debian)
  [ -z "$packages" ] || fail "Still missing after installation: $packages. See build/install.log"
}

processors() {
  getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1
}

# build DIRECTORY TARGET OPTION...: configures with the options and builds the target.
build() {
  directory=$1
  target=$2
  shift 2
  log=$directory/build.log
  mkdir -p "$directory"
  : >"$log"
  generator=
  if ! [ -f "$directory/CMakeCache.txt" ]; then
    ! has ninja || generator="-G Ninja"
    # The tests need GoogleTest.
    wants tests || set -- -DKAFKA_PRODUCER_BUILD_TESTS=OFF "$@"
  fi
  # shellcheck disable=SC2086 # no argument, or two
  quietly "$log" cmake -S . -B "$directory" $generator "-DCMAKE_CXX_COMPILER=$(compiler)" "$@"
  announce_build
  quietly "$log" cmake --build "$directory" --target "$target" --parallel
}

# Says what is built and how long it takes, unless everything is built already.
announce_build() {
  plan=$(cmake --build "$directory" --target "$target" -- -n 2>&1)
  case $plan in *'no work to do'*) return ;; esac
  # With a glob in the project, Ninja plans to run CMake first and does not know the steps after it.
  steps=$(echo "$plan" | sed -n '/Re-running CMake/q; s|^\[1/\([0-9]*\)].*|\1|p')
  # A step takes about two seconds on one processor.
  say "Building $target${steps:+, $steps steps, about $((steps * 2 / $(processors) + 1)) s}"
}

mkdir -p build
