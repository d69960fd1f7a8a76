#!/bin/sh
# Keeps one issue for the drift of an estate: opened when there is some, edited
# every night, closed when it is gone.
#
#   scripts/issue.sh ESTATE STATE
#
# STATE is what drift.sh has left. Environment: GH_TOKEN, GITHUB_REPOSITORY.
set -eu
estate=$1 state=$2
: "${GH_TOKEN:?}" "${GITHUB_REPOSITORY:?}"
MARKER="<!-- ltsctl drift of $estate -->"
export MARKER

found=$(cat "$state/found")
if [ "$found" = failed ]; then
  echo "warning: nothing is known of $estate tonight; its issue stays as it is" >&2
  exit 0
fi
numbers=$(gh api --paginate "repos/$GITHUB_REPOSITORY/issues?state=open&labels=ltsctl-drift&per_page=100" --jq '
  .[] | select(.user.login == "github-actions[bot]") | select(.body // "" | startswith(env.MARKER)) | .number')
number=$(printf '%s\n' "$numbers" | head -n 1)

if [ "$found" = none ]; then
  [ -n "$number" ] || exit 0
  gh api --silent --method POST "repos/$GITHUB_REPOSITORY/issues/$number/comments" --raw-field 'body=The drift is gone.'
  gh api --silent --method PATCH "repos/$GITHUB_REPOSITORY/issues/$number" \
    --raw-field state=closed --raw-field state_reason=completed
  exit 0
fi

body=$(mktemp)
trap 'rm -f "$body"' EXIT
{ printf '%s\n' "$MARKER"; tail -n +2 "$state/drift.md"; } >"$body"
if [ -z "$number" ]; then
  gh api --silent --method POST "repos/$GITHUB_REPOSITORY/issues" --raw-field "title=Drift of $estate" \
    --field "body=@$body" --raw-field 'labels[]=ltsctl-drift'
  exit 0
fi
gh api --silent --method PATCH "repos/$GITHUB_REPOSITORY/issues/$number" --field "body=@$body"
new=$(sed -n 's/^new=//p' "$state/outputs")
if [ "${new:-0}" -ne 0 ]; then
  # An edit notifies nobody, a comment does.
  gh api --silent --method POST "repos/$GITHUB_REPOSITORY/issues/$number/comments" \
    --raw-field "body=New since the last night: $new. See above."
fi
