#!/bin/sh
# Writes a report into the one note that an estate has on a merge request.
#
#   scripts/note.sh ESTATE REPORT.md
#
# Environment: LTSCTL_GITLAB_TOKEN, CI_API_V4_URL, CI_PROJECT_ID, CI_MERGE_REQUEST_IID.
set -eu
estate=$1 report=$2
. "$(dirname "$0")/notes.sh"

body=$(mktemp)
trap 'rm -f "$body"' EXIT
{ printf '%s\n' "$marker"; tail -n +2 "$report"; } >"$body"

list=$(notes "$CI_MERGE_REQUEST_IID")
id=$(printf '%s\n' "$list" | jq -r '.[0].id // empty')
if [ -n "$id" ]; then
  gitlab "projects/$CI_PROJECT_ID/merge_requests/$CI_MERGE_REQUEST_IID/notes/$id" \
    --request PUT --data-urlencode "body@$body" >/dev/null
else
  gitlab "projects/$CI_PROJECT_ID/merge_requests/$CI_MERGE_REQUEST_IID/notes" \
    --request POST --data-urlencode "body@$body" >/dev/null
fi
