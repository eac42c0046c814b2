// SPDX-License-Identifier: BSD-3-Clause
// The browser's side of what stock ipywidgets show: tells Python how wide it is, keeps key presses from
// the notebook (where "d d" deletes the cell), and keeps the focus.  Plain HTML outputs have no program
// of their own, so the folds, links and buttons in them are kept from the notebook here too.

const IN_PLAIN_OUTPUT =
  ".jp-OutputArea-output.jp-RenderedHTMLCommon :is(a, button, summary, input, select, textarea)";

// Whether a key press belongs to the page although the notebook would take it for a command.
export function ours(event) {
  const free = event.key === "Escape" || event.ctrlKey || event.metaKey || event.altKey;
  return !free && event.target.matches(IN_PLAIN_OUTPUT);
}

function guard(event) {
  if (event.target instanceof Element && ours(event)) event.stopPropagation();
}

// What had the focus was drawn anew: give it to the explorer.
function keepFocus(explorer, last) {
  if (last && !last.isConnected && document.activeElement?.contains(explorer)) {
    explorer.focus({ preventScroll: true });
  }
}

function listen(explorer, model) {
  const stop = new AbortController();
  const on = (kind, heard) => explorer.addEventListener(kind, heard, { signal: stop.signal });
  let last = null;
  explorer.tabIndex = -1; // a click on plain text keeps the focus in here
  on("focusin", (event) => { last = event.target; });
  on("focusout", ({ relatedTarget: next }) => { if (next && !explorer.contains(next)) last = null; });
  on("keydown", (event) => { if (event.key !== "Escape") event.stopPropagation(); });
  const changes = new MutationObserver(() => keepFocus(explorer, last));
  changes.observe(explorer, { subtree: true, childList: true });
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
