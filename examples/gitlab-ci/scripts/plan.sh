#!/bin/sh
# Plans one estate: one read of the project, and every form of what it said.
#
#   scripts/plan.sh ESTATE OUT
#
# Leaves in OUT: plan.json (the plan, which is also the JSON report), plan.md (the
# note) and plan.junit.xml. Exits as `ltsctl plan` does; the reports are there
# whatever happens.
set -eu
estate=$1 out=$2

mkdir -p "$out"
exec ltsctl plan -f "$estate" --out "$out/plan.json" --deadline 10m \
  --report "markdown=$out/plan.md" --report "junit=$out/plan.junit.xml"
