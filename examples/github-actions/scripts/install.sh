#!/bin/sh
# Puts `ltsctl` into a folder and the folder on the PATH of the steps that follow.
#
#   scripts/install.sh [FOLDER]
#
# LTSCTL_URL names the binary that you have built and keep (see examples/container),
# LTSCTL_SHA256 its sum: another one is not installed, whoever serves it.
set -eu

: "${LTSCTL_URL:?set the variable LTSCTL_URL to where your binary is}"
: "${LTSCTL_SHA256:?set the variable LTSCTL_SHA256 to the sum of your binary}"
folder=${1:-$HOME/.local/bin}

mkdir -p "$folder"
curl --fail --silent --show-error --location --proto '=https' --retry 3 --output "$folder/ltsctl.new" "$LTSCTL_URL"
printf '%s  %s\n' "$LTSCTL_SHA256" "$folder/ltsctl.new" | sha256sum -c - >&2 || {
  rm -f "$folder/ltsctl.new"
  echo 'error: this is not the binary that LTSCTL_SHA256 tells of' >&2
  exit 1
}
chmod 0755 "$folder/ltsctl.new"
mv "$folder/ltsctl.new" "$folder/ltsctl"
if [ -n "${GITHUB_PATH:-}" ]; then
  printf '%s\n' "$folder" >>"$GITHUB_PATH"
fi
