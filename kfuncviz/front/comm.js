// SPDX-License-Identifier: BSD-3-Clause
// Transport: the comm of a widget.  `token` is the only state kept with Python, in both directions.
import { Explorer } from "./explorer.js";
import { edit, start } from "./history.js";

// Milliseconds until a question, and a file that takes many of them, is given up.
const PATIENCE = 30_000, LONG = 180_000;
// Jupyter's server leaves Nagle's algorithm on: an answer waits 40 ms for the acknowledgement of the
// "busy" before it.  The packet of an empty message carries that acknowledgement.
const WAKE = [8, 20];
// Milliseconds until Python is told what is shown: first it is painted.
const TELL = 30;

let views = 0;
const pasts = new WeakMap();

export function comm(model, view) {
  const waiting = new Map();
  let last = 0, telling, shown;
  const tell = () => {
    telling = undefined;
    if (shown === model.get("token")) return;
    model.set("token", shown);
    model.save_changes();
  };
  const hear = (message) => {
    const { done, failed, timer } = waiting.get(message.id) ?? {};
    if (!done) return;
    clearTimeout(timer);
    waiting.delete(message.id);
    if (message.trouble) failed(new Error(message.trouble));
    else done(message.answers ?? message.html);
  };
  model.on("msg:custom", hear);
  const send = (content, patience = PATIENCE) => new Promise((done, failed) => {
    const id = `${view}-${++last}`;
    const timer = setTimeout(() => {
      waiting.delete(id);
      failed(new Error("The kernel does not answer; is it running?"));
    }, patience);
    waiting.set(id, { done, failed, timer });
    model.send({ id, ...content });
    for (const ms of WAKE) setTimeout(() => waiting.has(id) && model.send({}), ms);
  });
  return {
    ask: (token, events, width) => send({ token, events, width }),
    html: (token) => send({ html: token }, LONG),
    told: (token) => {
      shown = token;
      telling ??= setTimeout(tell, TELL);
    },
    close: () => {
      if (telling) tell();
      model.off("msg:custom", hear);
    },
  };
}

function render({ model, el }) {
  const answer = model.get("answer");
  const explorer = new Explorer(el, comm(model, `v${++views}`), answer, {
    asked: model.get("width"), live: model.get("ahead"),
    past: edit(pasts.get(model) ?? start(answer.token), model.get("token")),
  });
  const follow = () => explorer.go(model.get("token"));
  model.on("change:token", follow);
  el.explorer = explorer;
  return () => {
    pasts.set(model, explorer.history);
    model.off("change:token", follow);
    explorer.close();
  };
}

export default { render };
