#!/usr/bin/env bash
# Put what a new contract changed on the branch `drift`, and the report into the body of its one pull request.
# Usage: scripts/propose.sh REPORT.md    (needs git with a remote `origin`, and `gh` with a token)
set -euo pipefail
report=$1
branch=drift

if [ -z "$(git status --porcelain)" ]; then
    echo "no change"
    exit
fi
base=$(git rev-parse --abbrev-ref HEAD)
git switch --quiet --force-create "$branch"
git add --all
git -c user.name=drift -c user.email=drift@users.noreply.github.com \
    commit --quiet --message "Regenerate from the new contract"
git push --quiet --force origin "$branch"
# GitHub refuses bodies of more than 65,536 characters. A character that is cut in two is left out, which iconv calls a failure.
body=$(mktemp)
head -c 60000 "$report" | iconv -c -f utf-8 -t utf-8 > "$body" || true
if [ -n "$(gh pr list --head "$branch" --state open --json number --jq '.[].number')" ]; then
    gh pr edit "$branch" --body-file "$body"
else
    gh pr create --head "$branch" --base "$base" --title "The contract has changed" --body-file "$body"
fi
