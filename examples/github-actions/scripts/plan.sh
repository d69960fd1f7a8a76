#!/bin/sh
# Plans one estate: one read of the project, and every form of what it said.
#
#   scripts/plan.sh ESTATE OUT
#
# Leaves in OUT: plan.json (the plan, which is also the JSON report), plan.md (the
# comment), plan.junit.xml, digest. Exits as `ltsctl plan` does; plan.md is there
# whatever happens.
set -eu
estate=$1 out=$2

mkdir -p "$out"
rm -f "$out/plan.json" "$out/plan.md" "$out/plan.junit.xml" "$out/outputs" "$out/digest"
code=0
ltsctl plan -f "$estate" --out "$out/plan.json" --deadline 10m \
  --report "markdown=$out/plan.md" \
  --report "junit=$out/plan.junit.xml" \
  --report "github=$out/outputs" \
  ${GITHUB_STEP_SUMMARY:+--report "markdown=$GITHUB_STEP_SUMMARY"} \
  ${GITHUB_OUTPUT:+--report "github=$GITHUB_OUTPUT"} || code=$?

if grep -q '^digest=' "$out/outputs" 2>/dev/null; then
  sed -n 's/^digest=//p' "$out/outputs" >"$out/digest"
fi
exit "$code"
