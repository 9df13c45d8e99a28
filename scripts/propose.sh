#!/usr/bin/env bash
# Put what a new contract changed on the branch `drift`, and the report into the body of its one pull request.
# Usage: scripts/propose.sh REPORT.md    (needs git with a remote `origin`, and `gh` with a token)
#
# A contract that is only written differently is no reason for a request, and one that is open without a reason is
# closed. A branch on which somebody has gone on working is left as it is; the request says so.
set -euo pipefail
report=$1
branch=drift
email=drift@users.noreply.github.com

body=$(mktemp)
trap 'rm -f "$body"' EXIT
write() { # the body: a note, and the report if there is one
    printf '%s' "$1" > "$body"
    # GitHub refuses bodies of more than 65,536 characters. A character that is cut in two is left out, which iconv
    # calls a failure.
    if [ -n "${2-}" ]; then head -c 60000 "$2" | iconv -c -f utf-8 -t utf-8 >> "$body" || true; fi
}

base=$(git symbolic-ref --quiet --short HEAD || true)
if [ -z "$base" ] || [ "$base" = "$branch" ]; then # on no branch, or on ours: the remote's default
    base=$(git ls-remote --symref origin HEAD | awk '$1 == "ref:" { sub("refs/heads/", "", $2); print $2 }')
fi
# The branch of a fork may have the same name.
open=$(gh pr list --head "$branch" --state open --json number,isCrossRepository \
    --jq '.[] | select(.isCrossRepository | not) | .number')
others=
if [ -n "$open" ]; then
    git fetch --quiet origin "$branch"
    [ "$(git log -1 --format=%ce FETCH_HEAD)" = "$email" ] || others=yes
fi

same= # for callers
if grep --quiet --line-regexp --fixed-strings '**no change**' "$report"; then same=yes; fi
if [ -z "$(git status --porcelain)" ] || { [ "$same" ] && [ -z "$(git status --porcelain -- . ':!openapi.yaml')" ]; }; then
    echo "no change"
    gone="The contract says what \`$base\` has, so there is nothing to take in."
    if [ "$others" ]; then
        write "$gone It stays open because somebody has worked on it."
        gh pr edit "$open" --body-file "$body"
    elif [ "$open" ]; then
        gh pr close "$open" --comment "$gone"
    fi
    exit
fi

note=
if [ "$same" ]; then
    note=$'Nothing changes for callers. The generated code does, in its documentation or its form.\n\n'
fi
if [ "$others" ]; then
    write "Somebody has worked on this branch, so it was left as it is. \`make regenerate\` there takes the contract of \
this report in."$'\n\n'"$note" "$report"
else
    git switch --quiet --force-create "$branch"
    git add --all
    # One change is one commit, whenever it is made: while nothing moves, nothing is pushed and no review is lost.
    when=$(git log -1 --format=%cI)
    GIT_AUTHOR_DATE=$when GIT_COMMITTER_DATE=$when git -c user.name=drift -c user.email="$email" \
        commit --quiet --message "Regenerate from the new contract"
    git push --quiet --force origin "$branch"
    write "$note" "$report"
fi
if [ "$open" ]; then
    gh pr edit "$open" --body-file "$body"
else
    gh pr create --head "$branch" --base "$base" --title "The contract has changed" --body-file "$body"
fi
