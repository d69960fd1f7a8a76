#!/bin/sh
# Finds the pull request of a fork's commit: `workflow_run` does not tell it.
#
#   scripts/pull-of-fork.sh
#
# Appends `number=…` to GITHUB_OUTPUT; nothing where the pull request is closed or has a
# newer commit. Environment: GH_TOKEN, GITHUB_REPOSITORY, HEAD_OWNER, HEAD_BRANCH,
# HEAD_SHA. The names come from strangers, and are data here.
set -eu
: "${GH_TOKEN:?}" "${GITHUB_REPOSITORY:?}" "${HEAD_OWNER:?}" "${HEAD_BRANCH:?}" "${HEAD_SHA:?}"
export HEAD_SHA

numbers=$(gh api --method GET "repos/$GITHUB_REPOSITORY/pulls" \
  --raw-field state=open --raw-field "head=$HEAD_OWNER:$HEAD_BRANCH" \
  --jq '.[] | select(.head.sha == env.HEAD_SHA) | .number')
number=$(printf '%s\n' "$numbers" | head -n 1)
case $number in
  '' | *[!0-9]*) echo "warning: no open pull request has $HEAD_SHA at its head" >&2 ;;
  *) printf 'number=%s\n' "$number" >>"$GITHUB_OUTPUT" ;;
esac
