#!/bin/sh
# Installs what is missing, builds, and runs an example: the one that the first argument names, and the task-event sender
# when it names none. The other arguments are the example's.
set -eu
here=$(pwd)
cd "$(dirname "$0")/.."
. cmake/set_up.sh

# The programs: the files, and the directories that are one program each.
programs() {
  for path in examples/*.cpp examples/*/; do
    basename "$path" .cpp
  done
}

program=task_event_sender
case ${1:-} in
  '' | -*) ;;
  *)
    program=$1
    shift
    programs | grep -qxF -e "$program" || fail "There is no example \"$program\". There are: $(programs | tr '\n' ' ')"
    ;;
esac

install_missing
build build/default "$program"
program=$(pwd)/build/default/examples/$program
# Files among the arguments are meant from where the caller stands.
cd "$here"
exec "$program" "$@"
