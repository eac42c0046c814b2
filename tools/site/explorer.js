// SPDX-License-Identifier: BSD-3-Clause
// A page with one explorer: its blocks are in the page, Python beside it, and what it has not is empty.
function block(name) {
  if (name in texts) return { get textContent() { return texts[name]; }, remove() {} };
  return document.getElementById(name) ?? document.createElement("div");
}
await openPyodide([...document.querySelectorAll("[data-drawn]")], block);
