#!/bin/sh
# Makes the file system of the container in a folder, without any engine.
#
#   scripts/rootfs.sh BINARY FOLDER
#
# Refuses a binary that needs a loader or a library: FROM scratch has neither.
set -eu
binary=$1 folder=$2

headers=$(LC_ALL=C readelf --program-headers --wide "$binary")
case $headers in
  *INTERP*)
    echo "error: $binary is linked dynamically, and there would be nothing to link it with" >&2
    echo "help: build it with RUSTFLAGS=-Ctarget-feature=+crt-static and --target x86_64-unknown-linux-gnu" >&2
    exit 1
    ;;
esac
if [ -e "$folder" ]; then
  echo "error: $folder exists; what is in it would become part of the image" >&2
  exit 1
fi

mkdir -p "$folder/etc" "$folder/work"
install -m 0755 "$binary" "$folder/ltsctl"
# Some engines look up the name of a user; nobody can log in.
printf 'nobody:x:65534:65534:nobody:/work:/nonexistent\n' >"$folder/etc/passwd"
printf 'nobody:x:65534:\n' >"$folder/etc/group"
# For reports and plans, where nothing is mounted; the kubelet and engines mount over it.
chmod 1777 "$folder/work"
chmod 0644 "$folder/etc/passwd" "$folder/etc/group"
chmod 0755 "$folder" "$folder/etc"
