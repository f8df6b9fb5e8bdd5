#!/bin/sh
set -eu
times=${2:-1}
while [ "$times" -gt 0 ]; do
    printf 'Ding dong! '
    times=$((times - 1))
done
printf '%s is at the door.\n' "${1:-somebody}"
