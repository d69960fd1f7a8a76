#!/bin/sh
# Runs the program as the container would, without an engine; needs root.
#
#   scripts/try.sh FOLDER [ARGUMENT]...
set -eu
folder=$1
shift
exec chroot --userspec=65534:65534 "$folder" /ltsctl "$@"
