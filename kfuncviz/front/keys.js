// SPDX-License-Identifier: BSD-3-Clause
// Whose key press is it: the explorer's, the field's in it, or the notebook's around it?
import { TYPING } from "./morph.js";

const BARE = ["Control", "Shift", "Alt", "Meta"];
export const NATIVE = "a, button, input, select, textarea, summary";

// Whether a key press must not reach the page around an explorer.  In JupyterLab "d d" would delete
// the cell.  Escape leaves, and chords stay the notebook's, except those that would run the cell or
// undo in it.  In a text field all but save are kept, bare modifiers too: on every keydown that it
// hears JupyterLab makes the field's next undo or line break fail.
export function kept(press) {
  if (press.key === "Escape") return false;
  const key = press.key.toLowerCase(), chord = press.ctrlKey || press.metaKey || press.altKey;
  if (!chord || BARE.includes(press.key)) return true;
  if (press.target.matches(TYPING)) return key !== "s";
  return key === "enter" || key === "z";
}

// What a key press asks of the history, if anything; in a text field it is the browser's own.
export function travelOf(press) {
  const undoing = (press.ctrlKey || press.metaKey) && !press.altKey && press.key.toLowerCase() === "z";
  if (!undoing || press.target.matches(TYPING)) return null;
  return press.shiftKey ? "redo" : "undo";
}

// Whether a key press is one for a hotkey: plain, and not typed into something.
export function plain(press) {
  const chord = press.ctrlKey || press.metaKey || press.altKey;
  return !chord && !press.target.matches(`${TYPING}, select`);
}

// Whether a key press works a control that the browser works only by pointer.
export function presses(press) {
  const enter = press.key === "Enter" || press.key === " ";
  return enter && press.target.matches("[data-event], [data-do]") && !press.target.matches(NATIVE);
}

const STEPS = { ArrowUp: 1, ArrowDown: -1, PageUp: 1, PageDown: -1 };

// How a key press moves the number of an id field: { by } or { edge }, null for any other key.
export function moveOf(press) {
  const direction = STEPS[press.key];
  if (direction === undefined || press.ctrlKey || press.metaKey || press.altKey) return null;
  return press.key.startsWith("Arrow") ? { by: direction } : { edge: direction };
}

const FORWARD = ["]", " ", "ArrowRight", "PageDown"], BACK = ["[", "ArrowLeft", "PageUp"];

// Where a key press leads while an explorer is presented: "forward", "back" or nowhere.
export function presented(press) {
  if (!plain(press) || (press.key === " " && press.target.matches(`${NATIVE}, [data-event]`))) return null;
  if (FORWARD.includes(press.key)) return "forward";
  return BACK.includes(press.key) ? "back" : null;
}
