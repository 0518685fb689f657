#!/bin/sh
# Installs coscribe @version@ from the files beside this one: sh install.sh FOLDER. No network is used.
set -eu
here=$(cd "$(dirname "$0")" && pwd)

install_with() {
    "$1" -c 'import sys; sys.exit("%d.%d" % sys.version_info[:2] != "@python@")' 2>/dev/null || return 0
    python=$1
    shift
    exec "$python" -I "$here/install.py" "$@"
}

if [ -n "${PYTHON:-}" ]; then
    install_with "$PYTHON" "$@"
else
    for python in python@python@ python3 python; do install_with "$python" "$@"; done
fi
echo "install.sh: this kit needs python @python@, and ${PYTHON:-what this machine calls python} is not that:" \
    'say PYTHON=/path/to/python@python@ sh install.sh FOLDER' >&2
exit 2
