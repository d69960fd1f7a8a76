#!/bin/sh
# Plans an estate anew and applies the plan only if it is the one that was reviewed;
# then proves that nothing is left to do.
#
#   scripts/apply.sh ESTATE OUT
#
# The digest that people have read is in the note of the merge request. The same
# manifest and the same project give the same digest, so no file of the merge
# request has to be trusted.
#
# Environment: LTSCTL_GITLAB_TOKEN, CI_API_V4_URL, CI_PROJECT_ID, CI_COMMIT_SHA,
# CI_COMMIT_BRANCH.
set -eu
estate=$1 out=$2
. "$(dirname "$0")/notes.sh"

mkdir -p "$out"
requests=$(gitlab "projects/$CI_PROJECT_ID/repository/commits/$CI_COMMIT_SHA/merge_requests")
request=$(printf '%s\n' "$requests" | jq --arg branch "$CI_COMMIT_BRANCH" \
  '[.[] | select(.state == "merged" and .target_branch == $branch)][0] // empty')
if [ -z "$request" ]; then
  echo "error: $CI_COMMIT_SHA was not merged from a merge request, so nobody has reviewed a plan of it" >&2
  exit 4
fi
iid=$(printf '%s\n' "$request" | jq .iid)

# The last such line is the report's own foot; no name of an object can make one.
list=$(notes "$iid")
# shellcheck disable=SC2016  # the backticks are the note's
digest=$(printf '%s\n' "$list" | jq -r '.[0].body // empty' | tr -d '\r' |
  sed -n 's/^Digest `\(sha256:[0-9a-f]*\)`$/\1/p' | tail -n 1)
if [ -z "$digest" ]; then
  echo "error: merge request !$iid has no note with a plan of $estate" >&2
  exit 4
fi
# Only these labels count, whatever else there is.
allow=$(printf '%s\n' "$request" | jq -r '.labels[]' | sed -n 's/^allow: //p' |
  grep -E -x 'delete|replace|data-loss|archive-gap|unmanaged' | sort | paste -s -d , -)

code=0
ltsctl apply -f "$estate" --auto-approve --expect-digest "$digest" ${allow:+--allow "$allow"} \
  --deadline 25m --journal "$out/journal.jsonl" --debug-bundle "$out/bundle.json" \
  --report "markdown=$out/apply.md" || code=$?
case $code in
  3) echo "error: partly applied; what is left needs a plan of its own: open a merge request" >&2 ;;
  4) echo "error: refused. A class of change is allowed by a label such as \`allow: delete\`" >&2 ;;
  7) echo "error: manifest or project have changed since the review; open a merge request for what is left" >&2 ;;
esac
exit "$code"
