#!/bin/sh
# Installs what is missing, builds, and runs the task-event sender, which gets the arguments.
set -eu
here=$(pwd)
cd "$(dirname "$0")/.."
. cmake/set_up.sh

install_missing
build build/default task_event_sender
sender=$(pwd)/build/default/examples/task_event_sender
# Files among the arguments are meant from where the caller stands.
cd "$here"
exec "$sender" "$@"
