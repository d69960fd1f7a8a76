#!/bin/sh
# Checks estates without network and without credentials.
#
#   scripts/validate.sh ESTATE...
#
# All mistakes of all estates are told, each with file, line and column.
set -eu

worst=0
for estate in "$@"; do
  ltsctl validate -f "$estate" || worst=$?
  # A later version of the program has `fmt`; the earlier one is used without.
  if ltsctl fmt --help >/dev/null 2>&1; then
    ltsctl fmt --check "$estate" || worst=$?
  fi
done
exit "$worst"
