#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Writes what the site brings besides Pyodide, with hashes: lite.lock, the environment that builds
# JupyterLite, and browser.lock, the wheels of pure Python that its kernel loads.  `make lock` runs it.
set -eu

here=$(dirname "$0")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"${PYTHON:-python3}" -m venv "$scratch/venv"
"$scratch/venv/bin/python" -m pip install -q --disable-pip-version-check uv

compiled() {
  name=$1
  shift
  UV_SYSTEM_CERTS=1 "$scratch/venv/bin/uv" pip compile "$here/$name.in" "$@" --only-binary :all: \
    --generate-hashes --no-header --no-annotate --no-config --upgrade --quiet \
    --output-file "$scratch/$name.lock" >/dev/null
  cp "$scratch/$name.lock" "$here/$name.lock"
}

compiled lite --universal --python-version 3.11 --fork-strategy fewest
compiled browser --python-platform wasm32-pyodide2024 --python-version 3.14
