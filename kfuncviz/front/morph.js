// SPDX-License-Identifier: BSD-3-Clause
// Make one piece of a page like another by changing as little as possible: focus, caret, input
// method, the browser's own undo, scroll and open folds survive, because nothing that can stay is
// replaced.

import { joined } from "./payload.js";

export const TYPING = "textarea, input:not([type=checkbox]):not([type=radio]):not([type=range])";
const FIELDS = "input, select, textarea";

const keyOf = (node) => node.getAttribute?.("data-key") ?? undefined;
const alike = (a, b) => a.nodeName === b.nodeName && keyOf(a) === keyOf(b);

// Give `old` the children of `fresh`, which stays as it is.  A node with a `data-key` is found again
// among its siblings; no node is moved, for moving it would take its focus.
export function morph(old, fresh) {
  let have = old.firstChild;
  for (const want of fresh.childNodes) {
    const key = keyOf(want);
    if (key && !(have && alike(have, want))) {
      const kept = [...siblings(have)].find((node) => keyOf(node) === key && alike(node, want));
      while (kept && have !== kept) have = dropped(have);
    }
    if (have && alike(have, want)) {
      renew(have, want);
      have = have.nextSibling;
    } else if (have && !keyOf(have)) {
      const next = have.nextSibling;
      have.replaceWith(want.cloneNode(true));
      have = next;
    } else old.insertBefore(want.cloneNode(true), have);
  }
  while (have) have = dropped(have);
}

function* siblings(node) {
  for (; node; node = node.nextSibling) yield node;
}

function dropped(node) {
  const next = node.nextSibling;
  node.remove();
  return next;
}

function renew(have, want) {
  if (have.isEqualNode(want)) return;
  if (have.nodeType !== 1) {
    have.data = want.data;
    return;
  }
  // What is folded open belongs to the reader.
  const said = want.getAttributeNames();
  for (const name of said) {
    const value = want.getAttribute(name);
    if (name !== "open" && have.getAttribute(name) !== value) have.setAttribute(name, value);
  }
  for (const name of have.getAttributeNames())
    if (name !== "open" && !said.includes(name)) have.removeAttribute(name);
  morph(have, want);
}

// Let every field show what its HTML says, but for one that is typed in.
export function settle(root) {
  const active = root.getRootNode().activeElement;
  for (const field of root.querySelectorAll(FIELDS)) {
    if (field === active && field.matches(TYPING)) continue;
    if (field.matches("[type=checkbox], [type=radio]")) {
      if (field.checked !== field.defaultChecked) field.checked = field.defaultChecked;
    } else {
      const said = field.localName === "select"
        ? [...field.options].find((option) => option.defaultSelected)?.value
        : field.defaultValue;
      if (said !== undefined && field.value !== said) field.value = said;
    }
  }
}

// Every number that moves with the id, as it is for one id of a run.
export function move(root, id) {
  for (const place of root.querySelectorAll("[data-slot]")) {
    const text = String(id + Number(place.dataset.slot));
    if (place.firstChild?.data !== text) place.textContent = text;
  }
  for (const place of root.querySelectorAll("[data-moving]")) {
    for (const [name, parts] of Object.entries(JSON.parse(place.dataset.moving))) {
      const text = joined(parts, id);
      if (place.getAttribute(name) !== text) place.setAttribute(name, text);
    }
  }
}
