// SPDX-License-Identifier: BSD-3-Clause
// Transport: Python in a worker of the page.  Questions wait until it is up.
// Chromium starts no module worker from a blob in a page of file://, and Pyodide takes no classic one:
// the worker's program is a data: address.
import { Explorer } from "./explorer.js";

export function pyodide(source, parts, start = startWorker) {
  const waiting = new Map();
  let last = 0, up, down;
  const ready = new Promise((yes, no) => { up = yes; down = no; });
  const worker = start(source);
  worker.onerror = (event) => down(new Error(event.message || "The worker did not start."));
  worker.onmessage = ({ data }) => {
    if (data.ready) return up();
    if (data.id === undefined) return down(new Error(data.trouble));
    const [yes, no] = waiting.get(data.id);
    waiting.delete(data.id);
    return data.trouble ? no(new Error(data.trouble)) : yes(JSON.parse(data.answers));
  };
  worker.postMessage({ start: parts });
  return {
    ready,
    ask: async (token, events, width) => {
      await ready;
      return new Promise((yes, no) => {
        waiting.set(++last, [yes, no]);
        worker.postMessage({ id: last, question: JSON.stringify([token, events, width]) });
      });
    },
    close: () => worker.terminate(),
  };
}

function startWorker(source) {
  return new Worker(`data:text/javascript,${encodeURIComponent(source)}`, { type: "module" });
}

// Start an explorer in a page whose first frame is drawn already; looking ahead begins once Python is up.
export function openPyodide(root, first, source, parts) {
  const line = pyodide(source, parts);
  const explorer = new Explorer(root, line, first, { live: false });
  line.ready.then(() => {
    explorer.ahead.wanted = true;
    explorer.ahead.look();
  }, (error) => explorer.complain(error.message));
  root.explorer = explorer;
  return explorer;
}
