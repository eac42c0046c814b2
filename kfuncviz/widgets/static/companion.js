// SPDX-License-Identifier: BSD-3-Clause
// The browser's side of an explorer: tells Python how wide it is, keeps key presses from the
// notebook (where "d d" deletes the cell), and names what ipywidgets leaves unnamed.

const STEP_KEYS = { "[": -1, "]": 1 };
const TYPING = "input:not([type=checkbox]), textarea, select";

function listen(explorer, model) {
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
