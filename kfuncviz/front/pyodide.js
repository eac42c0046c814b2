// SPDX-License-Identifier: BSD-3-Clause
// Transport: Python in a worker of the page.  Questions wait until it is up.
// Chromium starts no module worker from a blob in a page of file://, and Pyodide takes no classic one:
// the worker's program is a data: address.
import { follow } from "./address.js";
import { courseOf } from "./course.js";
import { Explorer } from "./explorer.js";
import { handOver, retraced } from "./handover.js";
import { recorded, unpacked } from "./recorded.js";

const NEEDED = ["WebAssembly", "DecompressionStream"];
const STARTS = "Python is starting in this page; until then the first picture answers from recorded frames.";
const RUNS = "Python runs in this page: every case, map and id is computed here. Nothing is sent."
const RECORDED = "The first picture answers its switches and ids from recorded frames, chapters can be read;"
  + " what is grey, and every other case, needs another browser or the kit itself.";

export function pyodide(source, parts, start = startWorker) {
  const waiting = new Map();
  let last = 0, up, down;
  const ready = new Promise((yes, no) => { up = yes; down = no; });
  const worker = start(source);
  worker.onerror = (event) => {
    const error = new Error(event.message || "The worker did not start.");
    down(error);
    for (const [, no] of waiting.values()) no(error);
    waiting.clear();
  };
  worker.onmessage = ({ data }) => {
    if (data.ready) return up();
    if (data.id === undefined) return down(new Error(data.trouble));
    const [yes, no] = waiting.get(data.id);
    waiting.delete(data.id);
    return data.trouble ? no(new Error(data.trouble)) : yes(JSON.parse(data.answer));
  };
  worker.postMessage({ start: parts });
  const ask = async (question) => {
    await ready;
    return new Promise((yes, no) => {
      waiting.set(++last, [yes, no]);
      worker.postMessage({ id: last, question: JSON.stringify(question) });
    });
  };
  return {
    ready,
    ask: (token, events, width) => ask([token, events, width]),
    html: (token) => ask({ html: token }),
    standing: (tokens) => ask({ standing: tokens }),
    close: () => worker.terminate(),
  };
}

function startWorker(source) {
  return new Worker(`data:text/javascript,${encodeURIComponent(source)}`, { type: "module" });
}

// The whole kit in one page.  The first frame is drawn already, once for wide and once for narrow windows;
// what is recorded answers at once, Python when it is up.  `block` finds the page's blocks by name:
// record-ROOT, payload, worker, setup, status, question, links and computed, those of them that need Python,
// and what course.js asks for.
export async function openPyodide(roots, block) {
  const tell = (text) => { block("status").textContent = text; };
  const unable = (why) => {
    block("computed").hidden = true;
    tell(`${why.replace(/\.?$/, ".")} ${RECORDED}`);
  };
  const root = roots.find((drawn) => drawn.getClientRects().length) ?? roots[0];
  for (const other of roots) if (other !== root) other.remove();
  const named = naming(block), live = courseOf(block, named.chapter);
  const record = block(`record-${root.id}`), trail = retraced(recorded(await unpacked(record.textContent)));
  const [first] = await trail.ask(trail.first, []);
  root.explorer = new Explorer(root, trail, first, { live: false });
  const missing = NEEDED.find((name) => !(name in globalThis));
  if (missing) return unable(`This browser has no ${missing}, so Python cannot run here.`);
  tell(STARTS);
  await parsedWhole();
  try {
    const parts = { payload: await taken(block("payload")), setup: block("setup").textContent };
    const line = pyodide(block("worker").textContent, parts);
    await line.ready;
    live(line);
    await handOver(root.explorer, trail, record.dataset.token, line);
    tell(RUNS);
    return await follow(root, line, named.explorer);
  } catch (error) {
    return unable(`Python did not start in this page: ${error.message}`);
  }
}

// Where the reader is, in the heading, the title and among the links; the list chosen from is shut.
function naming(block) {
  const links = [...block("links").querySelectorAll("a")], { title } = document;
  let explorer = links.find((link) => link.hasAttribute("aria-current"));
  const at = (here) => {
    for (const link of links) link.toggleAttribute("aria-current", link === here);
    for (const fold of block("links").querySelectorAll("details")) fold.open = false;
  };
  return {
    explorer(name) {
      explorer = links.find(({ dataset }) => dataset.explorer === name);
      block("question").textContent = explorer.dataset.question;
      at(explorer);
    },
    chapter(number) {
      const chapter = links.find(({ dataset }) => dataset.chapter === number);
      document.title = chapter ? `${chapter.textContent} - ${title}` : title;
      at(number === null ? explorer : chapter);
    },
  };
}

// The payload stands last, so that the rest of the page is there before it.
function parsedWhole() {
  if (document.readyState !== "loading") return null;
  return new Promise((done) => { document.addEventListener("DOMContentLoaded", done, { once: true }); });
}

function taken(element) {
  const text = element.textContent;
  element.remove();
  return text;
}
