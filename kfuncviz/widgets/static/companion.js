// SPDX-License-Identifier: BSD-3-Clause
// The browser's side of an explorer: tells Python how wide it is, keeps key presses from the
// notebook (where "d d" deletes the cell), and names what ipywidgets leaves unnamed.

const MAP_NAMES = {
  fs: "filesystem's user ns, rows: disk kernel count",
  mount: "mount idmap, rows: disk mount count",
  caller: "caller's user ns, rows: caller kernel count",
};
const STEP_KEYS = { "[": -1, "]": 1 };
const TYPING = "input:not([type=checkbox]), textarea, select";

// Name the map editors and say which one the kernel refused.
function label(explorer) {
  for (const [place, name] of Object.entries(MAP_NAMES)) {
    const box = explorer.querySelector(`.kfv-map.${place}`);
    const text = box?.querySelector("textarea");
    if (!text) continue;
    text.setAttribute("aria-label", name);
    text.setAttribute("aria-invalid", String(box.classList.contains("refused")));
  }
}

// A button that disables itself hands the focus to its neighbour instead of losing it.
function keepFocus(explorer, button) {
  setTimeout(() => {
    const active = document.activeElement;
    if (active !== button && explorer.contains(active)) return;
    button.closest(".kfv-bar")?.querySelector("button:not([disabled])")?.focus();
  }, 0);
}

function listen(explorer, model) {
  let last = null;
  const onFocus = (event) => { last = event.target.closest("button"); };
  const changes = new MutationObserver((records) => {
    label(explorer);
    if (last?.disabled && records.some((r) => r.target === last)) keepFocus(explorer, last);
  });
  label(explorer);
  setTimeout(() => label(explorer), 500);
  changes.observe(explorer, {
    subtree: true, childList: true, attributes: true, attributeFilter: ["class", "disabled"],
  });
  explorer.addEventListener("focusin", onFocus);
  const onKey = (event) => {
    event.stopPropagation();
    if (event.target.matches(TYPING) || event.ctrlKey || event.metaKey || event.altKey) return;
    const by = STEP_KEYS[event.key];
    if (by === undefined) return;
    event.preventDefault();
    model.send({ step: by });
  };
  explorer.addEventListener("keydown", onKey);
  const observer = new ResizeObserver(([entry]) => {
    const width = Math.floor(entry.contentRect.width);
    if (width > 0 && width !== model.get("width")) {
      model.set("width", width);
      model.save_changes();
    }
  });
  observer.observe(explorer);
  return () => {
    explorer.removeEventListener("keydown", onKey);
    explorer.removeEventListener("focusin", onFocus);
    changes.disconnect();
    observer.disconnect();
  };
}

function render({ model, el }) {
  el.style.display = "none";
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
