# shellcheck shell=sh
# Sourced by the scripts that read or write notes; `estate` is set.
#
# The first line of a report is a hidden marker with its target. A manifest with a
# mistake has no target, and its report shall take the place of the plan's: here,
# the marker names the estate.
# shellcheck disable=SC2154
marker="<!-- ltsctl plan of $estate -->"

# gitlab PATH [CURL ARGUMENT]...: the token goes through a file, since arguments can
# be seen by every process.
gitlab() {
  path=$1
  shift
  config=$(mktemp)
  printf 'header = "PRIVATE-TOKEN: %s"\n' "$LTSCTL_GITLAB_TOKEN" >"$config"
  curl --config "$config" --fail --silent --show-error --retry 3 "$@" "$CI_API_V4_URL/$path" || {
    failed=$?
    rm -f "$config"
    return "$failed"
  }
  rm -f "$config"
}

# notes IID: our notes of a merge request. Anybody can write a note that begins like
# ours, so only those of the token's own user count.
notes() {
  user=$(gitlab user)
  me=$(printf '%s\n' "$user" | jq -r .id)
  page=$(gitlab "projects/$CI_PROJECT_ID/merge_requests/$1/notes?sort=asc&order_by=created_at&per_page=100")
  printf '%s\n' "$page" | jq --arg marker "$marker" --argjson me "$me" \
    '[.[] | select(.author.id == $me) | select(.body | startswith($marker))]'
}
