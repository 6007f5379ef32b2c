# Sourced by examples/run.sh and tests/run.sh, from the project's root: installs what is missing and builds. POSIX sh.

say() {
  printf '%s\n' "$*" >&2
}

fail() {
  say "$*"
  exit 1
}

# quietly LOG COMMAND...: its output goes to the log, whose end is shown when it fails.
quietly() {
  log=$1
  shift
  mkdir -p "$(dirname "$log")"
  if "$@" >>"$log" 2>&1; then return 0; fi
  say "Failed: $*"
  say "The end of $log:"
  tail -n 40 "$log" >&2
  exit 1
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

# missing DISTRIBUTION: the names that it has for the packages that are not there.
missing() {
  [ -n "$(compiler)" ] || package "$1" "${CXX:-g++}" gcc-c++ gcc g++ ''
  has cmake || package "$1" cmake cmake cmake cmake cmake
  has ninja || has make || package "$1" ninja-build ninja-build ninja ninja ninja
  has pkg-config || package "$1" pkg-config pkgconf-pkg-config pkgconf pkgconf pkgconf
  has_header librdkafka/rdkafka.h || package "$1" librdkafka-dev librdkafka-devel librdkafka librdkafka-dev librdkafka
  has_header nlohmann/json.hpp || package "$1" nlohmann-json3-dev json-devel nlohmann-json nlohmann-json nlohmann-json
  has_header CLI/CLI.hpp || package "$1" libcli11-dev cli11-devel cli11 cli11-dev cli11
  has_header gtest/gtest.h || package "$1" libgtest-dev gtest-devel gtest gtest-dev googletest
  ! wants make || has make || package "$1" make make make make make
  ! wants valgrind || has valgrind || package "$1" valgrind valgrind valgrind valgrind valgrind
  ! wants benchmark || has_header benchmark/benchmark.h ||
    package "$1" libbenchmark-dev google-benchmark-devel benchmark benchmark-dev google-benchmark
  ! wants kafka || has_java || package "$1" "$(debian_java)" java-21-openjdk-headless jre-openjdk-headless openjdk21-jre-headless openjdk
  ! wants kafka || has mvn || package "$1" maven maven maven maven maven
  ! wants kafka || has go || package "$1" golang-go golang go go go
  ! wants kafka || has openssl || package "$1" openssl openssl openssl openssl openssl
}

# Whether a script that needs more than the others has said so, in `also`.
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
  say "Installing $packages"
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

# build DIRECTORY TARGET OPTION...: configures with the options and builds the target.
build() {
  directory=$1
  target=$2
  shift 2
  log=$directory/build.log
  mkdir -p "$directory"
  : >"$log"
  generator=
  [ -f "$directory/CMakeCache.txt" ] || ! has ninja || generator="-G Ninja"
  # shellcheck disable=SC2086 # no argument, or two
  quietly "$log" cmake -S . -B "$directory" $generator "-DCMAKE_CXX_COMPILER=$(compiler)" "$@"
  # What is there already is not built again; say so only when there is something to wait for.
  cmake --build "$directory" --target "$target" -- -n 2>&1 | grep -q 'no work to do' ||
    say "Building in $directory (the log is $log)"
  quietly "$log" cmake --build "$directory" --target "$target" --parallel
}

mkdir -p build
