#!/bin/sh
# Installs missing packages, builds one program, and runs it. The first argument names the program. Without a name, it is
# the task-event sender. The other arguments go to the program.
set -eu
here=$(pwd)
cd "$(dirname "$0")/.."
. cmake/set_up.sh

usage() {
  cat <<'TEXT'
Usage: sh examples/run.sh [PROGRAM] [OPTION]...
Installs missing packages, builds the program, and runs it with the options.
Without a program, it runs task_event_sender.

  sh examples/run.sh                   run task_event_sender
  sh examples/run.sh PROGRAM --help    print the options of a program
  sh examples/run.sh --list            list the programs
  sh examples/run.sh kafka             run Apache Kafka until Ctrl-C (Linux; fetched
                                       once with Maven, 55 MB)
  sh examples/run.sh kafka-topics OPTION...
  sh examples/run.sh kafka-console-consumer OPTION...
  sh examples/run.sh kafka-console-producer OPTION...
                                       run a tool of Apache Kafka
TEXT
}

# A program is a file, or a directory with a main.cpp.
programs() {
  for path in examples/*.cpp examples/*/ examples/solutions/*.cpp; do
    name=$(basename "$path" .cpp)
    file=$(source_of "$name")
    [ -z "$file" ] || ! grep -q '^int main' "$file" || echo "$name"
  done
}

source_of() {
  for file in "examples/$1.cpp" "examples/$1/main.cpp" "examples/solutions/$1.cpp"; do
    [ ! -f "$file" ] || echo "$file"
  done
}

# Prints each program with the first sentence of its source.
list_programs() {
  for name in $(programs); do
    sentence=$(sed -n '/^\/\/ /!q; s/^\/\/ //p' "$(source_of "$name")" | tr '\n' ' ' | sed 's/[.] .*//' | fold -s -w 61 | head -n 1)
    printf '%-18s %s\n' "$name" "$sentence"
  done
}

program=task_event_sender
case ${1:-} in
  --help)
    usage
    exit
    ;;
  --list)
    list_programs
    exit
    ;;
  kafka | kafka-topics | kafka-console-consumer | kafka-console-producer)
    . examples/kafka.sh
    fetch_version
    if [ "$1" = kafka ]; then run_kafka; else kafka_tool "$@"; fi
    exit
    ;;
  '' | -*) ;;
  *)
    program=$1
    shift
    programs | grep -qxF -e "$program" ||
      fail "There is no program \"$program\". sh examples/run.sh --list lists the programs."
    ;;
esac

install_missing
build build/default "$program"
program=$(pwd)/build/default/examples/$program
# Paths among the arguments are relative to the caller's directory.
cd "$here"
exec "$program" "$@"
