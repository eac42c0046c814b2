// SPDX-License-Identifier: BSD-3-Clause
// What a control on the page says: which event it sends, when, and where else it could lead.
import { TYPING } from "./morph.js";
import { filledIn, nameOf, numberIn, parsed } from "./payload.js";

export const CONTROL = "[data-event], [data-do]";

// A control that could do nothing is marked, not disabled: a disabled one loses the focus.
export const idle = (el) => el.getAttribute("aria-disabled") === "true";

// The kind of page event at which a control sends its own.
export function heardAt(el) {
  if (el.matches("textarea")) return "input";
  if (el.matches("input, select") && !el.matches("[type=button]")) return el.dataset.when ?? "change";
  return "click";
}

// What is to be asked for a control, undefined where it says nothing that could be sent.  Of a fold
// `$checked` is whether it will be open; `value` stands for what the control holds.
export function jobOf(el, value = el.value, checked = checkedAfter(el)) {
  const written = el.dataset.event;
  const event = filledIn(written, { $value: value, $checked: checked });
  if (event === undefined) return undefined;
  const id = "id" in el.dataset ? numberIn(value) : null;
  return {
    event, field: el.dataset.key, typing: el.matches(TYPING) && heardAt(el) === "input",
    typed: id === null ? null : { id, written },
  };
}

function checkedAfter(el) {
  if (el.localName === "summary") return !el.parentElement.open;
  return "checked" in el ? el.checked : el.getAttribute("aria-checked") !== "true";
}

// The events one press or choice away, nearest to the focus first, each once.
export function oneAway(root, seen) {
  const active = root.getRootNode().activeElement;
  const near = parsed(active?.closest?.("[data-near]")?.dataset.near ?? "[]") ?? [];
  const jobs = near.map((event) => ({ event, typed: null }));
  const region = active?.closest?.("[data-region]");
  const controls = [...root.querySelectorAll("[data-event]")].filter((el) => !idle(el) && seen(el));
  controls.sort((a, b) => Number(region?.contains(b) ?? 0) - Number(region?.contains(a) ?? 0));
  for (const el of controls) jobs.push(...choicesOf(el));
  const names = new Set();
  return jobs.filter(({ event }) => {
    const name = nameOf(event);
    return !names.has(name) && names.add(name);
  });
}

// Every event that a control could send as it stands: of a slider one a stop, of a field of text, in which
// anything can be typed, the one of what it holds.
export function offers(el) {
  if (el.matches("[type=range]")) {
    const [low, high, step] = [el.min, el.max, el.step].map(Number);
    const length = Math.floor((high - low) / step) + 1;
    const stops = Array.from({ length }, (_, n) => String(low + n * step));
    return stops.filter((stop) => stop !== el.value).map((stop) => jobOf(el, stop)).filter(Boolean);
  }
  return el.matches(TYPING) ? [jobOf(el)].filter(Boolean) : choicesOf(el);
}

function choicesOf(el) {
  if (el.matches("select")) {
    return [...el.options].filter((o) => o.value !== el.value).map((o) => jobOf(el, o.value)).filter(Boolean);
  }
  if (el.matches("[type=checkbox]")) return [jobOf(el, el.value, !el.checked)].filter(Boolean);
  if (el.matches("[type=radio]")) return el.checked ? [] : [jobOf(el, el.value, true)].filter(Boolean);
  return heardAt(el) === "click" ? [jobOf(el)].filter(Boolean) : [];
}
