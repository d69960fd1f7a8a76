#!/bin/sh
# Looks for drift of one estate, and compares with the last night.
#
#   scripts/drift.sh ESTATE STATE
#
# STATE is kept from night to night. It holds drift.json (the baseline of the next
# night), drift.md, drift.junit.xml and drift.prom. Fails only for what is new:
# exits 0 when nothing is, 2 or 6 when something is, and otherwise as `ltsctl` does.
set -eu
estate=$1 state=$2

mkdir -p "$state"
rm -f "$state/now.json"
code=0
ltsctl drift -f "$estate" --deadline 10m --baseline "$state/drift.json" --only-new \
  --report "json=$state/now.json" --report "markdown=$state/drift.md" \
  --report "junit=$state/drift.junit.xml" --report "prometheus=$state/drift.prom" || code=$?

# A night on which the service did not answer is no baseline.
if grep -q '"report":"drift"' "$state/now.json" 2>/dev/null; then
  mv "$state/now.json" "$state/drift.json"
else
  rm -f "$state/now.json"
fi
exit "$code"
