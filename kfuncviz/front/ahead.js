// SPDX-License-Identifier: BSD-3-Clause
// Looking ahead: in idle time the frames one event away are asked for, so that a click finds its
// frame here, made into nodes.  Asking has no side effect; a state that has moved on drops the rest.
import { oneAway } from "./controls.js";

export const AHEAD = { events: 28, batch: 2, bytes: 1e6 };

const later = globalThis.requestIdleCallback
  ? (act) => requestIdleCallback(act, { timeout: 500 })
  : (act) => setTimeout(act, 100);
const never = globalThis.cancelIdleCallback ?? clearTimeout;

export function ahead(explorer, wanted) {
  let ticket, shown = true;
  const watch = new IntersectionObserver(([entry]) => {
    shown = entry.isIntersecting;
    if (shown) look();
  });
  watch.observe(explorer.root);

  function look() {
    never(ticket);
    if (here.wanted && shown && !document.hidden) ticket = later(fetchAll);
  }

  // One question at a time, of few events: a click never waits for more than that.
  async function fetchAll() {
    if (here.asking) return;
    here.asking = true;
    const { memory, token, width } = explorer;
    const away = oneAway(explorer.root, onScreen);
    const jobs = away.filter((job) => !memory.after(token, job.event, job.typed)).slice(0, AHEAD.events);
    const still = () => here.wanted && shown && !explorer.busy
      && token === explorer.token && width === explorer.width;
    let bytes = 0;
    try {
      while (jobs.length && still() && bytes < AHEAD.bytes) {
        const batch = jobs.splice(0, AHEAD.batch);
        const answers = await explorer.transport.ask(token, batch.map((job) => job.event), width);
        const from = memory.get(token);
        if (width !== explorer.width || !from) break;
        for (const [n, answer] of answers.entries()) {
          if (answer.trouble) continue;
          bytes += JSON.stringify(answer).length;
          memory.learn(token, batch[n].event, answer, batch[n].typed);
          const { regions } = memory.put(answer, from);
          later(() => Object.values(regions).forEach((html) => explorer.nodes.of(html)));
        }
      }
    } catch { /* nobody waits for what is asked ahead */ }
    here.asking = false;
    if (token !== explorer.token) look();
  }

  const here = {
    wanted, asking: false, look,
    close() { never(ticket); watch.disconnect(); here.wanted = false; },
  };
  return here;
}

function onScreen(el) {
  const { top, bottom, width } = el.getBoundingClientRect();
  return width > 0 && bottom > 0 && top < innerHeight && (el.checkVisibility?.() ?? true);
}
