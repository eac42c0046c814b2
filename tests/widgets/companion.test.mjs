// SPDX-License-Identifier: BSD-3-Clause
// Which key presses are an explorer's: run by tests/widgets/test_companion.py with `node --test`.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const source = readFileSync(process.env.COMPANION, "utf8");
const { ours } = await import(`data:text/javascript,${encodeURIComponent(source)}`);

const press = (key, kind, more = {}) => ({
  key, ctrlKey: false, metaKey: false, altKey: false, ...more,
  target: { matches: (selector) => selector.includes(kind) },
});

test("a key press on a plain fold is kept, but Escape and shortcuts go on", () => {
  for (const key of ["d", "Enter", "ArrowDown"]) {
    assert.equal(ours(press(key, "summary")), true);
    assert.equal(ours(press(key, "nothing")), false);
  }
  assert.equal(ours(press("Escape", "summary")), false);
  for (const modifier of ["ctrlKey", "metaKey", "altKey"]) {
    assert.equal(ours(press("s", "summary", { [modifier]: true })), false);
  }
});
