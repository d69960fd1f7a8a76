#!/bin/sh
# Fetches what the reviewers of a merged pull request have seen of an estate.
#
#   scripts/reviewed.sh ESTATE OUT
#
# Leaves in OUT: approved-digest (from the comment that people have read), allow (from
# the labels) and plan.json (from the artifact; a fork's plan has none). That the two
# digests are one is for `ltsctl apply` to say.
#
# Environment: GH_TOKEN, GITHUB_REPOSITORY, GITHUB_SHA, GITHUB_REF_NAME.
set -eu
estate=$1 out=$2
: "${GH_TOKEN:?}" "${GITHUB_REPOSITORY:?}" "${GITHUB_SHA:?}" "${GITHUB_REF_NAME:?}"
export GITHUB_REF_NAME
MARKER="<!-- ltsctl plan of $estate -->"
export MARKER

mkdir -p "$out"
pulls=$(gh api "repos/$GITHUB_REPOSITORY/commits/$GITHUB_SHA/pulls" --jq '
  .[] | select(.merged_at != null and .base.ref == env.GITHUB_REF_NAME) | "\(.number) \(.head.sha)"')
if [ -z "$pulls" ]; then
  echo "error: $GITHUB_SHA was not merged from a pull request, so nobody has reviewed a plan of it" >&2
  exit 4
fi
pull=$(printf '%s\n' "$pulls" | head -n 1)
number=${pull% *} head=${pull#* }

# The last such line is the report's own foot; no name of an object can make one.
comment=$(gh api --paginate "repos/$GITHUB_REPOSITORY/issues/$number/comments?per_page=100" --jq '
  .[] | select(.user.login == "github-actions[bot]") | select(.body | startswith(env.MARKER)) | .body')
# shellcheck disable=SC2016  # the backticks are the comment's
printf '%s\n' "$comment" | tr -d '\r' |
  sed -n 's/^Digest `\(sha256:[0-9a-f]*\)`$/\1/p' | tail -n 1 >"$out/approved-digest"
if [ ! -s "$out/approved-digest" ]; then
  echo "error: pull request $number has no comment with a plan of $estate" >&2
  exit 4
fi

# Only these words count, whatever else the labels say.
labels=$(gh api "repos/$GITHUB_REPOSITORY/issues/$number/labels?per_page=100" --jq '.[].name')
printf '%s\n' "$labels" | sed -n 's/^allow: //p' |
  grep -E -x 'delete|replace|data-loss|archive-gap|unmanaged' | sort | paste -s -d , - >"$out/allow"

rm -f "$out/plan.json"
runs=$(gh api "repos/$GITHUB_REPOSITORY/actions/workflows/pull-request.yml/runs?event=pull_request&head_sha=$head" \
  --jq '.workflow_runs[].id')
run=$(printf '%s\n' "$runs" | head -n 1)
if [ -z "$run" ] || ! gh run download "$run" --repo "$GITHUB_REPOSITORY" \
  --name "plan-$(basename "$estate")" --dir "$out"; then
  echo 'warning: there is no saved plan; it is made again, and applied if its digest is the one that was read' >&2
fi
