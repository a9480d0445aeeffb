#!/bin/sh
# develop.sh - what `make setup` and `make build` do: everything ./test and `make bench` need, and mainstay linked into .venv,
# so that a change in python/ is live and `make build` brings a change in C++. --build: build in any case.
set -u
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P) || exit 1
. "$root/tools/setup.sh"

setup_begin
setup_system develop
setup_environment dev
[ "${1:-}" != --build ] || rm -f .venv/mainstay-stamps/mainstay
setup_mainstay editable
setup_end
say "ready: .venv/bin/python imports mainstay from this checkout"
