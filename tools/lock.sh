#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Writes requirements.lock: one exact version of every package the two commands install, with
# hashes, valid for Python 3.11 to 3.14 on Linux, macOS and Windows.  Only packages with wheels
# are taken, and no address of an index is written.  The resolver lives in a throw-away venv.
set -eu

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"${PYTHON:-python3}" -m venv "$scratch/venv"
"$scratch/venv/bin/python" -m pip install -q --disable-pip-version-check uv
UV_SYSTEM_CERTS=1 "$scratch/venv/bin/uv" pip compile pyproject.toml --all-extras \
  --universal --python-version 3.11 --fork-strategy fewest --only-binary :all: \
  --generate-hashes --no-header --no-annotate --no-config --upgrade --quiet \
  --output-file "$scratch/requirements.lock" >/dev/null
cp "$scratch/requirements.lock" requirements.lock
