// SPDX-License-Identifier: BSD-3-Clause
// Explorers, questions and exercises where they stand in a text: each is drawn already, in a disabled
// fieldset that names its token, and comes to life when there is somebody to answer.
import { Explorer } from "./explorer.js";
import { start } from "./history.js";
import { askedWidth } from "./payload.js";

// Bring them to life in their order.  `kept` is what was done in each, by its number, before the text was
// closed, as `done` says it; `told` hears of every state.  A place that nobody can open stays a picture.
export function enliven(text, { ask, html }, kept = [], told = () => {}) {
  const alive = [];
  let closed = false;
  const all = async () => {
    for (const [nth, place] of [...text.querySelectorAll("fieldset[data-token]")].entries()) {
      const root = place.firstElementChild, past = kept[nth] ?? start(place.dataset.token);
      const width = askedWidth(root.clientWidth);
      const [answer] = await ask(past.now, [], width).catch(({ message }) => [{ trouble: message }]);
      if (closed) return;
      if (answer.trouble) continue;
      alive[nth] = root.explorer = new Explorer(root, { ask, html, told }, answer, { asked: width, past });
      place.disabled = false;
    }
  };
  all();
  return {
    done: () => Object.assign([...kept], alive.map(({ history }) => history)),
    close() {
      closed = true;
      for (const explorer of Object.values(alive)) explorer.close();
    },
  };
}
