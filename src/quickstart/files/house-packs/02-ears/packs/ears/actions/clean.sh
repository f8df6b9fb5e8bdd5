#!/bin/sh
set -eu

wash() {
    echo "Washing the $1 ear with warm water."
}

case "${1:-both}" in
    both) wash left && wash right ;;
    left | right) wash "$1" ;;
    *) echo "There is no $1 ear." >&2 && exit 2 ;;
esac
