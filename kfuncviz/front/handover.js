// SPDX-License-Identifier: BSD-3-Clause
// From recorded frames to Python, under the hands of whoever uses the page: where they are, what they can
// undo, and the focus stay.
import { askedWidth, split } from "./payload.js";

// A transport that remembers by which event each token was reached.
export function retraced(line) {
  const reached = new Map();
  return {
    ...line, reached,
    ask: async (token, events, width) => {
      const answers = await line.ask(token, events, width);
      for (const [n, event] of events.entries()) {
        const { token: to } = answers[n];
        if (to && to !== token && to !== line.first && !reached.has(to)) reached.set(to, [token, event]);
      }
      return answers;
    },
  };
}

// The same place in Python; `first` is what the record begins with.
export function translator(trail, first, ask) {
  const known = new Map([[trail.first, first]]);
  return async function translated(token) {
    if (known.has(token)) return known.get(token);
    const [base, id] = split(token);
    const sibling = trail.reached.has(token) ? token
      : [...trail.reached.keys()].find((other) => split(other)[0] === base && split(other)[1] !== null);
    if (sibling === undefined) return first;
    const [from, event] = trail.reached.get(sibling);
    const [answer] = await ask(await translated(from), [event]);
    const to = answer.token ?? first;
    const there = sibling === token ? to : `${split(to)[0]}~${id}`;
    known.set(token, there);
    return there;
  };
}

// Give an explorer its new transport at a moment when nothing is on its way; done when Python has drawn.
export async function handOver(explorer, trail, first, line) {
  const width = askedWidth(explorer.root.clientWidth);
  const translated = translator(trail, first, (token, events) => line.ask(token, events, width));
  let past, fresh;
  do {
    past = await still(explorer);
    fresh = await inPython(past, translated);
  } while (past !== explorer.history || explorer.busy);
  Object.assign(explorer, { transport: line, history: fresh, drawn: {}, width });
  explorer.memory.clear();
  explorer.ahead.wanted = true;
  explorer.resize();
  explorer.size.observe(explorer.root);
  await still(explorer);
}

// What the history is when the explorer has nothing to do.
async function still(explorer) {
  while (explorer.busy) await new Promise((done) => { setTimeout(done, 20); });
  return explorer.history;
}

async function inPython(past, translated) {
  const all = async (tokens) => {
    const out = [];
    for (const token of tokens) out.push(await translated(token));
    return out;
  };
  const [first, now] = await all([past.first, past.now]);
  return { first, now, past: await all(past.past), future: await all(past.future) };
}
