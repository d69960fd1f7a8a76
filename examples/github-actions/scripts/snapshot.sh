#!/bin/sh
# Records what is there, so that others can plan without credentials.
#
#   scripts/snapshot.sh ESTATE STATE
#
# Leaves live.json in STATE; no secret is in it. When it fails, the last one stays.
set -eu
estate=$1 state=$2

mkdir -p "$state"
exec ltsctl snapshot -f "$estate" --out "$state/live.json" --force --deadline 10m
