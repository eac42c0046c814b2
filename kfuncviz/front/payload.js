// SPDX-License-Identifier: BSD-3-Clause
// What goes between a page and Python, as plain values: tokens, events, numbers that move.

// A token is `base` or `base~id`; states that differ in the typed id alone share their base.
export function split(token) {
  const at = token.lastIndexOf("~");
  return at < 0 ? [token, null] : [token.slice(0, at), Number(token.slice(at + 1))];
}

// Whether an id is one of a run; without a run there is no id.
export function inRun(run, id) {
  return run ? id !== null && id >= run[0] && id <= run[1] : id === null;
}

// The same text for the same event, whatever the order of its keys.
export function nameOf(event) {
  return JSON.stringify(event, (_, value) => value && typeof value === "object" && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value);
}

// An event as a control writes it, with "$value" and "$checked" filled in; undefined for no event.
export function filledIn(written, values) {
  const fill = (part) => {
    if (typeof part === "string") return part in values ? values[part] : part;
    if (Array.isArray(part)) return part.map(fill);
    if (part === null || typeof part !== "object") return part;
    return Object.fromEntries(Object.entries(part).map(([name, value]) => [name, fill(value)]));
  };
  const event = parsed(written);
  return event === undefined ? undefined : fill(event);
}

// JSON, or undefined for what is none.
export function parsed(written) {
  try { return JSON.parse(written); } catch { return undefined; }
}

// A whole number somebody typed, null for anything else.
export function numberIn(text) {
  const digits = String(text).trim();
  return /^\d{1,15}$/.test(digits) ? Number(digits) : null;
}

const SLOT = /(<(?:span|tspan) data-slot="([+-]\d+)">)\d+/g;
const MOVING = /<[^>]* data-moving="([^"]*)"[^>]*>/g;
const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;" };
const escaped = (text) => text.replace(/[&<>"']/g, (char) => ENTITIES[char]);
const unescaped = (text) => Object.entries(ENTITIES).reverse()
  .reduce((left, [char, entity]) => left.replaceAll(entity, char), text);

// The text of parts that are by turns words and slots, for one id.
export function joined(parts, id) {
  return parts.map((part, n) => (n % 2 ? id + Number(part) : part)).join("");
}

// A region's text for another id of its run.  A slot's name is what to add to the id; the attributes
// that `data-moving` names are joined of words and slots.
export function slotted(html, id) {
  return html
    .replace(MOVING, (tag, moving) => Object.entries(JSON.parse(unescaped(moving))).reduce(
      (left, [name, parts]) => left.replace(
        new RegExp(`( ${name}=")[^"]*`), (_, start) => start + escaped(joined(parts, id)),
      ), tag,
    ))
    .replace(SLOT, (_, start, plus) => start + (id + Number(plus)));
}

const WIDTHS = { step: 20, least: 300, most: 1280 };

// The width to ask a frame for: steps, so that a window that is dragged asks seldom.
export function askedWidth(pixels) {
  const steps = Math.floor(pixels / WIDTHS.step) * WIDTHS.step;
  return Math.min(Math.max(steps, WIDTHS.least), WIDTHS.most);
}

// The next number in a sorted list beyond an id, in one direction; null where there is none.
export function edgeBeyond(edges, id, direction) {
  const beyond = edges.filter((edge) => (edge - id) * direction > 0);
  return beyond.length ? beyond.at(direction > 0 ? 0 : -1) : null;
}
