#!/bin/sh
# Brings manifests into their canonical layout, as formatters of pre-commit do: files
# that were changed fail the commit, and are to be staged again.
#
#   scripts/ltsctl-fmt.sh FILE...
set -eu

changed=$(ltsctl fmt "$@")
if [ -n "$changed" ]; then
  printf '%s\n' "$changed"
  exit 1
fi
