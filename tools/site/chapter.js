// SPDX-License-Identifier: BSD-3-Clause
// A chapter to read: its explorers and questions come to life when Python is up, and the notebook itself,
// when it is asked for, starts out of sight until its own Python is.
const article = document.getElementById("chapter"), run = document.getElementById("run");
const status = document.getElementById("status");
const LIVE = "Python runs in this page: explorers and questions answer. Nothing is sent.";
const STARTING = "JupyterLite is starting, which takes half a minute; until then, here is the chapter as recorded.";
const UP = "The notebook is up, in this page.";

function toldIdle(frame) {
  const app = frame.contentWindow?.jupyterapp;
  return app?.shell?.currentWidget?.context?.sessionContext?.session?.kernel?.status === "idle";
}

function start(event) {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  const frame = Object.assign(document.createElement("iframe"), {
    src: run.href, className: "site-lab", title: "The chapter in JupyterLite", inert: true,
  });
  document.body.append(frame);
  run.removeEventListener("click", start);
  run.addEventListener("click", (again) => again.preventDefault());
  run.setAttribute("aria-disabled", "true");
  status.textContent = STARTING;
  const watch = setInterval(() => {
    if (!toldIdle(frame)) return;
    clearInterval(watch);
    frame.inert = false;
    document.body.classList.add("site-wide");
    article.hidden = true;
    frame.focus();
    status.textContent = UP;
  }, 200);
}

async function alive() {
  try {
    const missing = NEEDED.find((name) => !(name in globalThis));
    if (missing) throw new Error(`this browser has no ${missing}.`);
    const line = pyodide(texts.worker, { payload: await texts.payload, setup: texts.setup });
    await line.ready;
    enliven(article, line);
    if (!article.hidden) status.textContent = LIVE;
  } catch (error) {
    status.textContent = `Python did not start in this page: ${error.message} The chapter can be read.`;
  }
}

run.addEventListener("click", start);
await alive();
