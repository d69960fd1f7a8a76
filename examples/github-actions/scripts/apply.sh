#!/bin/sh
# Applies the plan that was reviewed, and nothing else; then proves that the
# project is what the manifest on this branch says.
#
#   scripts/apply.sh ESTATE OUT
#
# OUT holds approved-digest, allow and, but for forks, plan.json, as reviewed.sh has
# left them. Without plan.json the plan is made again: the same manifest and the same
# project have the same digest. Run it again after a failure: what is done already is
# recognised.
set -eu
estate=$1 out=$2

digest=$(cat "$out/approved-digest")
allow=$(cat "$out/allow" 2>/dev/null || true)
if [ -f "$out/plan.json" ]; then
  set -- "$out/plan.json"
else
  set -- -f "$estate"
fi
code=0
ltsctl apply "$@" --auto-approve --expect-digest "$digest" ${allow:+--allow "$allow"} \
  --deadline 25m --journal "$out/journal.jsonl" --debug-bundle "$out/bundle.json" \
  --report "markdown=$out/apply.md" \
  ${GITHUB_STEP_SUMMARY:+--report "markdown=$GITHUB_STEP_SUMMARY"} || code=$?
case $code in
  0) ;;
  3) echo "error: partly applied; run this job again, it goes on where it ended" >&2; exit 3 ;;
  4) echo "error: refused. A class of change is allowed by a label such as \`allow: delete\`" >&2; exit 4 ;;
  7) echo "error: the project has changed since the review; open a pull request for what is left" >&2; exit 7 ;;
  *) exit "$code" ;;
esac

# The plan was reviewed with the manifest of its pull request. If others were
# merged meanwhile, something may be left that nobody has planned.
left=0
ltsctl plan -f "$estate" --detailed-exitcode --quiet >"$out/left.txt" || left=$?
if [ "$left" -ne 0 ]; then
  cat "$out/left.txt"
  echo "error: applied as reviewed, and still not what this branch says; open a pull request for what is left" >&2
fi
exit "$left"
