// SPDX-License-Identifier: BSD-3-Clause
// Every explorer's page: draws regions, sends the events that controls carry, keeps focus and caret,
// and remembers frames.  It knows no explorer by name, and computes nothing but "id and what to add".
//
// A transport is { ask(token, events, width) -> [answer], told?(token), knows?(token, event),
// html?(token), close?() }; what an answer is says kfuncviz/explorers/engine/ask.py.
import { ahead } from "./ahead.js";
import { below } from "./below.js";
import { CONTROL, heardAt, idle, jobOf, offers } from "./controls.js";
import { draggable } from "./drag.js";
import * as history from "./history.js";
import { kept, moveOf, plain, presented, presses, travelOf } from "./keys.js";
import { Memory, regionsOf } from "./memory.js";
import { morph, move, settle } from "./morph.js";
import { Nodes } from "./nodes.js";
import { askedWidth, edgeBeyond, numberIn, parsed, slotted, split } from "./payload.js";
import { copied, download, pngOf, svgOf } from "./save.js";

const FOCUSABLE = "button, input, select, textarea, summary, [tabindex='0']";
const PAUSE = 250, SOON = 50, LATE = 500;
const VERBS = ["undo", "redo", "reset", "copy", "save", "present", "open"];

export class Explorer {
  memory = new Memory();
  nodes = new Nodes();
  queue = [];
  busy = false;
  burst = null;
  drawn = {};
  moved = false;
  aim = null;

  // `first` is a whole answer.  `asked` is the width it was made for: where the page turns out to have
  // another, or `past` is at another state, nothing is drawn before that frame is here.
  constructor(root, transport, first, { asked = null, past = history.start(first.token), live = true } = {}) {
    Object.assign(this, { root, transport, history: past, width: asked });
    root.classList.add("kfv-explorer");
    root.tabIndex = -1; // a click beside the controls puts the focus here, not on the notebook's cell
    this.live = this.own("kfv-live", "status");
    this.trouble = this.own("kfv-trouble", "alert");
    this.notice = this.own("kfv-notice", "note");
    this.stop = new AbortController();
    const on = (type, heard) => root.addEventListener(type, heard, { signal: this.stop.signal });
    for (const type of ["click", "input", "change"]) on(type, (event) => this.hear(event));
    on("keydown", (event) => this.press(event));
    // Where the browser takes Escape for itself while something fills the screen, only this is heard.
    on("fullscreenchange", () => { if (this.presenting && !document.fullscreenElement) this.present(); });
    on("focusout", () => { if (!this.busy) setTimeout(() => settle(root)); });
    draggable(root, on, this);
    this.ahead = ahead(this, live);
    this.below = below(this, (...parts) => new Explorer(...parts));
    this.memory.put(first);
    this.size = new ResizeObserver(() => this.resize());
    if (asked === null) this.show(first, false);
    else this.size.observe(root);
  }

  close() {
    this.stop.abort();
    this.size.disconnect();
    this.ahead.close();
    this.below.shut();
    this.transport.close?.();
  }

  get token() { return this.history.now; }

  own(name, role) {
    const el = document.createElement("div");
    el.className = name;
    el.setAttribute("role", role);
    this.root.append(el);
    return el;
  }

  // ------------------------------------------------------------------------- what is heard

  hear(event) {
    const edge = event.type === "click" && event.target.closest?.("[data-trace]"), field = this.idField();
    if (edge && field) this.goToId(field, Number(edge.dataset.trace));
    const el = event.target.closest?.(CONTROL);
    if (!el || !this.root.contains(el)) return;
    if (idle(el)) {
      event.preventDefault(); // a fold whose inside nobody has would open empty
      return;
    }
    if (el.dataset.do && event.type === "click") this.perform(el);
    if (!el.dataset.event || event.type !== heardAt(el)) return;
    const job = jobOf(el);
    if (job) this.add(job);
  }

  press(event) {
    if (kept(event)) event.stopPropagation();
    const { target } = event;
    const travel = travelOf(event), step = moveOf(event);
    if (event.key === "Escape") this.leave(target);
    else if (travel) this.take(event, () => this.travel(travel));
    else if (step && "id" in target.dataset) this.take(event, () => this.step(target, step));
    else if (presses(event)) this.take(event, () => this.click(target));
    else if (event.key === "Enter" && target.dataset.enter && !event.isComposing) {
      this.take(event, () => this.click(this.keyed(target.dataset.enter)));
    }
    else if (this.presenting && presented(event)) {
      this.take(event, () => this.click(this.root.querySelector(`[data-${presented(event)}]`)));
    } else if (plain(event)) {
      const hot = this.root.querySelector(`[data-hotkey="${CSS.escape(event.key)}"]`);
      if (hot) this.take(event, () => this.click(hot));
    }
  }

  take(event, act) {
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  click(el) { if (el && !idle(el)) el.dispatchEvent(new MouseEvent("click", { bubbles: true })); }

  // Out of presenting; else out of a draft; else to whatever around the explorer takes the focus.
  leave(target) {
    if (this.presenting) { this.present(); return; }
    const undraft = target.dataset.escape && { event: parsed(target.dataset.escape), typed: null };
    if (undraft?.event) { this.add(undraft); return; }
    let around = this.root.parentElement;
    while (around && !around.hasAttribute("tabindex")) around = around.parentElement;
    if (around) around.focus({ preventScroll: true });
    else target.blur();
  }

  // ------------------------------------------------------------------------- ids

  idField() { return this.root.querySelector("[data-id]"); }

  // The number on screen, or the one that is on its way there.
  get id() { return this.aim ?? split(this.token)[1] ?? numberIn(this.idField()?.value ?? ""); }

  step(field, { by, edge }) {
    const here = this.id;
    if (here === null) return;
    const to = by ? here + by : edgeBeyond(parsed(field.dataset.edges ?? "[]") ?? [], here, edge);
    if (to !== null) this.goToId(field, to);
  }

  goToId(field, id, held = false) {
    const low = Number(field.getAttribute("min") ?? 0), high = Number(field.getAttribute("max") ?? 1e15);
    const to = Math.min(Math.max(id, low), high);
    if (to === this.id) return;
    field.value = String(to);
    this.aim = to;
    this.add({ ...jobOf(field, String(to)), typing: true, held });
  }

  // ------------------------------------------------------------------------- what is done

  // One after the other, each on the state the one before has made.  Of what one field says in quick
  // succession only the newest waits.
  add(job) {
    const last = this.queue.at(-1);
    if (job.typing && last?.typing && last.field === job.field) this.queue.pop();
    this.queue.push(job);
    this.work();
  }

  // A frame that is already here is shown before this returns.
  async work() {
    if (this.busy) return;
    this.busy = true;
    for (let job; (job = this.queue.shift());) {
      try {
        if (job.event) {
          const step = this.known(job) ?? await this.asked(job);
          this.record(job, step);
          this.show(step.frame, job.typing);
        } else {
          const past = job.past(this.history);
          const frame = this.memory.get(past.now) ?? await this.whole(past.now);
          this.history = past;
          this.show(frame, false);
        }
      } catch (error) {
        this.queue.length = 0;
        this.complain(error.message);
      }
      if (!this.queue.length) this.aim = null;
    }
    this.busy = false;
    this.ahead.look();
  }

  known(job) {
    const step = this.memory.after(this.token, job.event, job.typed);
    this.hit = step !== undefined;
    return step;
  }

  async asked(job) {
    const from = this.token, { width } = this;
    const [answer] = await this.transport.ask(from, [job.event], width);
    if (answer.trouble) throw new Error(answer.trouble);
    if (width !== this.width) return this.asked(job);
    this.memory.learn(from, job.event, answer, job.typed);
    return { frame: this.memory.put(answer, this.memory.get(from)), step: answer.step };
  }

  async whole(token) {
    const { width } = this;
    const [answer] = await this.transport.ask(token, [], width);
    if (answer.trouble) throw new Error(answer.trouble);
    return width === this.width ? this.memory.put(answer) : this.whole(token);
  }

  // What history makes of an event.  Typing in one field without a pause is one step: it starts again
  // from what stood there before.
  record(job, { frame, step }) {
    const now = performance.now();
    const { burst } = this;
    const going = job.typing && burst?.field === job.field && (job.held || now - burst.last < PAUSE);
    const from = going ? burst.from : this.history;
    this.burst = job.typing ? { from, field: job.field, last: now } : null;
    if (step === "new") this.history = history.start(frame.token);
    else if (step === "look") this.history = history.look(this.history, frame.token);
    else this.history = history.edit(from, frame.token);
  }

  // Undo, redo or reset.
  travel(verb) {
    if (!this.busy && history[verb](this.history) === this.history) return;
    this.burst = null;
    this.queue.push({ past: history[verb] });
    this.work();
  }

  // Another state, from outside.
  go(token) {
    if (token !== this.token) this.add({ event: { type: "go", target: token, value: null }, typed: null });
  }

  // The same state at the width the page has by now.
  resize() {
    const pixels = this.root.clientWidth, width = askedWidth(pixels);
    const first = !Object.keys(this.drawn).length;
    if (!pixels || (width === this.width && !first)) return;
    if (width !== this.width) this.memory.clear();
    this.width = width;
    this.queue.push({ past: (past) => past });
    this.work();
  }

  // ------------------------------------------------------------------------- what is shown

  show(frame, typing) {
    this.trouble.textContent = "";
    this.draw(frame);
    this.transport.told?.(frame.token);
    clearTimeout(this.saying);
    this.saying = setTimeout(() => this.say(sentenceOf(frame)), typing ? LATE : SOON);
    if (frame.notice) this.tell(frame.notice);
  }

  draw(frame) {
    const active = () => this.root.getRootNode().activeElement;
    const focused = active(), mine = this.root.contains(focused);
    const key = mine && focused.dataset.key, region = mine && focused.closest("[data-region]");
    const nth = region ? alikeIn(region, focused).indexOf(focused) : 0;
    const [, id] = split(frame.token);
    const moves = Boolean(frame.run), regions = moves ? frame.regions : regionsOf(frame);
    for (const [name, html] of Object.entries(regions)) {
      if (this.drawn[name] === html && (moves || !this.moved)) continue;
      this.drawn[name] = html;
      morph(this.region(name), this.nodes.of(html));
    }
    if (moves) move(this.root, id);
    this.moved = moves;
    settle(this.root);
    this.below.follow();
    this.mark();
    if (mine && !this.root.contains(active())) {
      const same = key && this.root.querySelector(`[data-key="${CSS.escape(key)}"]`);
      const next = same || (region && (alikeIn(region, focused)[nth] ?? region.querySelector(FOCUSABLE)));
      (next || this.root).focus({ preventScroll: true });
    }
  }

  region(name) {
    const there = [...this.root.children].find((el) => el.dataset.region === name);
    if (there) return there;
    const el = document.createElement("div");
    el.dataset.region = name;
    this.live.before(el);
    return el;
  }

  // Which controls could do nothing: verbs without a past, events that no record holds.
  mark() {
    const off = (el, on) => el.setAttribute("aria-disabled", String(on));
    for (const el of this.root.querySelectorAll("[data-do]")) {
      const verb = el.dataset.do;
      if (["undo", "redo", "reset"].includes(verb)) off(el, history[verb](this.history) === this.history);
      if (verb === "save" && el.dataset.as === "html") el.hidden = !this.transport.html;
      if (verb === "present") el.setAttribute("aria-pressed", String(this.presenting));
      if (verb === "open") el.setAttribute("aria-expanded", String(this.below.shows(el.dataset.token)));
      if (verb === "open") el.hidden = Boolean(this.transport.knows); // a record has one explorer
    }
    if (!this.transport.knows) return;
    for (const el of this.root.querySelectorAll("[data-event]")) {
      const jobs = offers(el), known = ({ event }) => this.transport.knows(this.token, event);
      const holds = !jobs.length || jobs.some(known);
      if (el.matches(TYPING)) el.readOnly = !holds;
      else if (holds === "unrecorded" in el.dataset) {
        el.toggleAttribute("data-unrecorded", !holds);
        off(el, !holds);
      }
      if (el.matches("select")) this.markOptions(el);
    }
  }

  markOptions(select) {
    for (const option of select.options) {
      const job = jobOf(select, option.value);
      option.disabled = Boolean(job) && !option.selected && !this.transport.knows(this.token, job.event);
    }
  }

  // What the reader has to know before all else; it stays until it is closed.
  tell(text) {
    const close = Object.assign(document.createElement("button"), { type: "button", textContent: "Close" });
    close.addEventListener("click", () => { this.notice.replaceChildren(); this.root.focus(); });
    this.notice.replaceChildren(text, " ", close);
  }

  say(text) { if (this.live.textContent !== text) this.live.textContent = text; }

  complain(reason) {
    settle(this.root);
    this.trouble.textContent = `Not done: ${reason} What is shown is as it was before.`;
  }

  // ------------------------------------------------------------------------- its own verbs

  perform(el) {
    const verb = el.dataset.do;
    if (!VERBS.includes(verb)) return;
    const failed = (error) => this.complain(error.message);
    if (verb === "present") this.present();
    else if (verb === "copy") this.copy(el);
    else if (verb === "open") this.below.toggle(el.dataset.token).catch(failed);
    else if (verb === "save") this.save(el).catch(failed);
    else this.travel(verb);
  }

  get presenting() { return this.root.classList.contains("kfv-present"); }

  present() {
    const on = this.root.classList.toggle("kfv-present");
    if (on) this.root.requestFullscreen?.().catch(() => {}); // where it may not, large is enough
    else if (document.fullscreenElement === this.root) document.exitFullscreen();
    this.mark();
  }

  keyed(key) { return this.root.querySelector(`[data-key="${CSS.escape(key)}"]`); }

  from(el) { return this.keyed(el.dataset.from ?? ""); }

  async copy(el) {
    const source = this.from(el);
    const done = source && await copied(source.value ?? source.textContent);
    this.say(done ? "Copied." : "The browser lets nothing be copied: select the text and copy it by hand.");
  }

  async save(el) {
    const { as, name = `kfuncviz.${as}` } = el.dataset;
    if (as === "html") download(name, await this.transport.html(this.token), "text/html");
    else {
      const svg = svgOf(this.from(el), el.dataset.note ?? "");
      if (as === "svg") download(name, svg.text, "image/svg+xml");
      else download(name, await pngOf(svg), "image/png");
    }
    this.say(`Saved as ${name}.`);
  }
}

// The controls of a region that are of one kind: where one is gone, the focus goes to the one in its place.
const alikeIn = (region, { localName }) =>
  [...region.querySelectorAll(FOCUSABLE)].filter((el) => el.localName === localName);

// The sentence as it reads for the id of a frame's token.
function sentenceOf(frame) {
  if (!frame.said) return frame.sentence ?? "";
  const words = document.createElement("template");
  words.innerHTML = slotted(frame.said, split(frame.token)[1]);
  return words.content.textContent;
}
