// SPDX-License-Identifier: BSD-3-Clause
// Explorers, questions and exercises where they stand in a text: each is drawn already, in a disabled
// fieldset that names its token, and comes to life when there is somebody to answer.
import { Explorer } from "./explorer.js";
import { start } from "./history.js";
import { askedWidth } from "./payload.js";

// Bring them to life in their order.  `kept` holds what was done in each, by its number, before the text was
// closed; so does what closing gives back.  A place whose token nobody can open stays a picture.
export function enliven(text, { ask, html }, kept = []) {
  const alive = [];
  let closed = false;
  const all = async () => {
    for (const [nth, place] of [...text.querySelectorAll("fieldset[data-token]")].entries()) {
      const root = place.firstElementChild, past = kept[nth] ?? start(place.dataset.token);
      const width = askedWidth(root.clientWidth);
      const [answer] = await ask(past.now, [], width).catch(({ message }) => [{ trouble: message }]);
      if (closed) return;
      if (answer.trouble) continue;
      alive[nth] = root.explorer = new Explorer(root, { ask, html }, answer, { asked: width, past });
      place.disabled = false;
    }
  };
  return {
    done: all(),
    close() {
      closed = true;
      for (const explorer of Object.values(alive)) explorer.close();
      return Object.assign([...kept], alive.map(({ history }) => history));
    },
  };
}
