#!/bin/sh
# Looks for drift, keeps the baseline, and pushes the numbers.
#
#   scripts/nightly.sh ESTATE STATE
#
# Environment: the credentials; PUSHGATEWAY and GROUPING (`job/NAME/LABEL/VALUE`), both
# optional. Exits as `ltsctl drift --only-new` does.
set -eu
estate=$1 state=$2

mkdir -p "$state"
rm -f "$state/now.json"
code=0
ltsctl drift -f "$estate" --deadline 10m --baseline "$state/drift.json" --only-new \
  --report "json=$state/now.json" --report "prometheus=$state/drift.prom" || code=$?

# A night on which the service did not answer is no baseline.
if grep -q '"report":"drift"' "$state/now.json" 2>/dev/null; then
  mv "$state/now.json" "$state/drift.json"
else
  rm -f "$state/now.json"
fi
# Whoever is called by a metric must be called whatever was found; and drift is not
# to be hidden by a gateway that is down.
if [ -n "${PUSHGATEWAY:-}" ]; then
  curl --fail --silent --show-error --max-time 30 --request PUT \
    --data-binary "@$state/drift.prom" "$PUSHGATEWAY/metrics/${GROUPING:-job/ltsctl-drift}" ||
    echo 'warning: the numbers were not pushed' >&2
fi
exit "$code"
