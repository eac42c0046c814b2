// SPDX-License-Identifier: BSD-3-Clause
// The browser's side of an explorer: tells Python how wide it is and what keys and folds ask for,
// keeps key presses from the notebook (where "d d" deletes the cell), keeps the focus, and tells
// assistive technology what ipywidgets leaves unsaid.  Plain HTML outputs have no program of their
// own, so the folds, links and buttons in them are kept from the notebook here too.

const STEP_KEYS = { "[": "back", "]": "next" };
const IN_PLAIN_OUTPUT =
  ".jp-OutputArea-output.jp-RenderedHTMLCommon :is(a, button, summary, input, select, textarea)";
const TYPING = "input:not([type=checkbox]), textarea, select";

// Which step a key press asks for, if any.
export function stepOf(event) {
  if (event.target.matches(TYPING) || event.ctrlKey || event.metaKey || event.altKey) return null;
  return STEP_KEYS[event.key] ?? null;
}

// Whether a key press belongs to the page although the notebook would take it for a command.
export function ours(event) {
  const free = event.key === "Escape" || event.ctrlKey || event.metaKey || event.altKey;
  return !free && event.target.matches(IN_PLAIN_OUTPUT);
}

function guard(event) {
  if (event.target instanceof Element && ours(event)) event.stopPropagation();
}

// Name the map editors, say which texts are refused and which buttons could do nothing.  A button
// is never `disabled`: the browser would take the focus from it.
function label(explorer) {
  for (const map of explorer.querySelectorAll(".kfv-map")) {
    const name = map.querySelector("[data-name]")?.dataset.name;
    if (name) map.querySelector("textarea")?.setAttribute("aria-label", name);
  }
  for (const field of explorer.querySelectorAll("textarea, input[type=text]")) {
    field.setAttribute("aria-invalid", String(field.closest(".refused") !== null));
  }
  for (const button of explorer.querySelectorAll(".kfv-bar > button")) {
    button.setAttribute("aria-disabled", String(button.matches(".kfv-off, :disabled")));
  }
}

// What had the focus was drawn anew: give it to the same fold, or else to the explorer.
function keepFocus(explorer, last) {
  if (!last || last.isConnected || !document.activeElement?.contains(explorer)) return;
  const fold = last.closest("[data-fold]")?.dataset.fold;
  const same = fold && explorer.querySelector(`[data-fold="${fold}"] > summary`);
  (same || explorer).focus({ preventScroll: true });
}

function listen(explorer, model) {
  const stop = new AbortController();
  const on = (kind, heard) => explorer.addEventListener(kind, heard, { signal: stop.signal });
  let last = null;
  explorer.tabIndex = -1; // a click on plain text keeps the focus in here
  on("focusin", (event) => { last = event.target; });
  on("focusout", ({ relatedTarget: next }) => { if (next && !explorer.contains(next)) last = null; });
  on("keydown", (event) => {
    event.stopPropagation();
    const target = stepOf(event);
    if (target === null) return;
    event.preventDefault();
    model.send({ type: "step", target });
  });
  on("click", (event) => {
    const fold = event.target.closest("summary")?.parentElement;
    if (!fold?.dataset.fold) return;
    model.send({ type: "fold", target: fold.dataset.fold, value: !fold.open });
  });
  const changes = new MutationObserver(() => {
    label(explorer);
    keepFocus(explorer, last);
  });
  label(explorer);
  changes.observe(explorer, {
    subtree: true, childList: true, attributes: true, attributeFilter: ["class", "disabled"],
  });
  const size = new ResizeObserver(([entry]) => {
    const width = Math.floor(entry.contentRect.width);
    if (width > 0 && width !== model.get("width")) {
      model.set("width", width);
      model.save_changes();
    }
  });
  size.observe(explorer);
  return () => {
    stop.abort();
    changes.disconnect();
    size.disconnect();
  };
}

function render({ model, el }) {
  el.style.display = "none";
  if (!window.kfvGuard) window.addEventListener("keydown", window.kfvGuard = guard, true);
  let stop = () => {};
  let tries = 0;
  const find = () => {
    const explorer = el.closest(".kfv-explorer");
    if (explorer) stop = listen(explorer, model);
    else if (++tries < 100) setTimeout(find, 20);
  };
  find();
  return () => stop();
}

export default { render };
