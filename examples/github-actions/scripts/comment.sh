#!/bin/sh
# Writes a report into the one comment that an estate has on a pull request.
#
#   scripts/comment.sh ESTATE REPORT.md
#
# Environment: GH_TOKEN, GITHUB_REPOSITORY, PR_NUMBER.
set -eu
estate=$1 report=$2
: "${GH_TOKEN:?}" "${GITHUB_REPOSITORY:?}" "${PR_NUMBER:?}"

# The first line of a report is a hidden marker with its target. A manifest with a
# mistake has no target, and its report shall take the place of the plan's: here,
# the marker names the estate.
MARKER="<!-- ltsctl plan of $estate -->"
export MARKER
body=$(mktemp)
trap 'rm -f "$body"' EXIT
{ printf '%s\n' "$MARKER"; tail -n +2 "$report"; } >"$body"

# Anybody can write a comment that begins like ours. Only our own is edited.
ids=$(gh api --paginate "repos/$GITHUB_REPOSITORY/issues/$PR_NUMBER/comments?per_page=100" --jq '
  .[] | select(.user.login == "github-actions[bot]") | select(.body | startswith(env.MARKER)) | .id')
id=$(printf '%s\n' "$ids" | head -n 1)
if [ -n "$id" ]; then
  gh api --silent --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$id" --field "body=@$body"
else
  gh api --silent --method POST "repos/$GITHUB_REPOSITORY/issues/$PR_NUMBER/comments" --field "body=@$body"
fi
