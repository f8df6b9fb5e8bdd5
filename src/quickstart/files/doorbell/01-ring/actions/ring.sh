#!/bin/sh
set -eu
printf 'Ding dong! %s is at the door.\n' "${1:-somebody}"
