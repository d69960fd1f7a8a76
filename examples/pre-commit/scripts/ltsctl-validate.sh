#!/bin/sh
# Validates the estates that the given files belong to, each once and as a whole: a
# file alone may lack what the others of its estate declare.
#
#   scripts/ltsctl-validate.sh FILE...
#
# An estate is the folder below `estates/`; a file elsewhere is one by itself.
set -eu

worst=0
seen='
'
for file in "$@"; do
  case $file in
    estates/*/*) rest=${file#estates/} estate=estates/${rest%%/*} ;;
    *) estate=$file ;;
  esac
  case $seen in
    *"
$estate
"*) continue ;;
  esac
  seen="$seen$estate
"
  # The last file of an estate may have been deleted.
  [ -e "$estate" ] || continue
  ltsctl validate --quiet -f "$estate" || worst=$?
done
exit "$worst"
