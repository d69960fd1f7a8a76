#!/bin/sh
# Checks estates without network and without credentials.
#
#   scripts/validate.sh ESTATE...
#
# All mistakes of all estates are told, each with file, line and column. Exits 1 where
# there are some, 2 where only the layout is not that of `ltsctl fmt`.
set -eu

worst=0
for estate in "$@"; do
  ltsctl validate -f "$estate" || worst=1
  # Prints the files whose layout is not the canonical one.
  ltsctl fmt --check "$estate" || [ "$worst" -ne 0 ] || worst=2
done
exit "$worst"
