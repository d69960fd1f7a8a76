#!/bin/sh
# Looks for drift of one estate, and compares with the last night.
#
#   scripts/drift.sh ESTATE STATE
#
# STATE is kept from night to night. It holds drift.json (the baseline of the next
# night), drift.md, drift.prom, and found: `open`, `none` or `failed`.
#
# Exits 0 when nothing is new, 2 or 6 when something is, and otherwise as `ltsctl`
# does. What was new last night is not new any more: it is told, and fails nothing.
set -eu
estate=$1 state=$2

mkdir -p "$state"
rm -f "$state/outputs" "$state/now.json"
echo failed >"$state/found"
code=0
ltsctl drift -f "$estate" --deadline 10m --baseline "$state/drift.json" \
  --report "json=$state/now.json" \
  --report "markdown=$state/drift.md" \
  --report "github=$state/outputs" \
  --report "prometheus=$state/drift.prom" \
  ${GITHUB_STEP_SUMMARY:+--report "markdown=$GITHUB_STEP_SUMMARY"} || code=$?

# A night on which the service did not answer is no baseline.
if grep -q '"report":"drift"' "$state/now.json" 2>/dev/null; then
  mv "$state/now.json" "$state/drift.json"
else
  rm -f "$state/now.json"
fi
new=$(sed -n 's/^new=//p' "$state/outputs" 2>/dev/null || true)
case $code in
  0) echo none >"$state/found" ;;
  2 | 6)
    echo open >"$state/found"
    [ "${new:-1}" -ne 0 ] || code=0
    ;;
esac
exit "$code"
