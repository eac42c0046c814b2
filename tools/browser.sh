#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Finds the Chromium or Chrome that the browser tests drive; installs Chromium from the system's
# packages where this user may; else says in one line that those tests will be skipped.

for name in "$CHROMIUM" chromium chromium-browser google-chrome google-chrome-stable; do
  if [ -n "$name" ] && command -v "$name" >/dev/null; then exit 0; fi
done
if [ -x "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" ]; then exit 0; fi

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "installing Chromium for the browser tests"
  export DEBIAN_FRONTEND=noninteractive
  if { apt-get update -qq &&
       apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core; } >/dev/null 2>&1
  then exit 0; fi
  echo "Chromium could not be installed (apt-get failed): the browser tests will be skipped."
else
  echo "no Chromium or Chrome here: the browser tests will be skipped." \
       "Install one (Debian: sudo apt install chromium) or set CHROMIUM=/path/to/it."
fi
