// SPDX-License-Identifier: BSD-3-Clause
// The front end's pure parts.  KFV_FRONT is the folder of its files, KFV_SEQUENCES that of the
// sequences which the history in Python is held to as well.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { constants, gzipSync } from "node:zlib";
import { parsed, removed } from "./dom.mjs";

const part = (name) => import(pathToFileURL(`${process.env.KFV_FRONT}/${name}.js`).href);
const history = await part("history"), keys = await part("keys"), payload = await part("payload");
const { Memory, regionsOf } = await part("memory");
const { morph } = await part("morph");
const { Nodes } = await part("nodes");
const { recorded, unpacked } = await part("recorded");
const { inflated, unzipped } = await part("inflate");
const { pyodide } = await part("pyodide");
const { retraced, translator } = await part("handover");
const { tokenOf } = await part("address");
const { dragged } = await part("drag");
const worker = await part("worker");
const { heardAt, idle, jobOf, offers, oneAway } = await part("controls");
const { comm } = await part("comm");

// ------------------------------------------------------------------------------ history

test("history follows the shared sequences", () => {
  const { most, sequences } = JSON.parse(readFileSync(process.env.KFV_SEQUENCES, "utf8"));
  assert.equal(history.MOST, most);
  for (const { acts, first, now, past, future } of sequences) {
    let at = history.start("0");
    for (const [act, token] of acts) at = history[act](at, token);
    assert.deepEqual(at, { first, now, past, future }, JSON.stringify(acts));
  }
  let long = history.start("0");
  for (let n = 1; n < most + 10; n++) long = history.edit(long, String(n));
  assert.equal(long.past.length, most);
  assert.equal(long.past[0], "9");
});

// ------------------------------------------------------------------------------ payload

test("a token is a base and perhaps an id", () => {
  assert.deepEqual(payload.split("kfv2.ab~12"), ["kfv2.ab", 12]);
  assert.deepEqual(payload.split("kfv2.ab~0"), ["kfv2.ab", 0]);
  assert.deepEqual(payload.split("kfv2.ab"), ["kfv2.ab", null]);
});

test("an id is in a run with both ends, and without a run there is none", () => {
  assert.deepEqual([4, 5, 7, 8].map((id) => payload.inRun([5, 7], id)), [false, true, true, false]);
  assert.equal(payload.inRun([0, 7], null), false);
  assert.equal(payload.inRun(null, 0), false);
  assert.equal(payload.inRun(null, null), true);
});

test("an event's name does not hang on the order of its keys", () => {
  const name = payload.nameOf({ b: [{ d: 1, c: null }], a: "x" });
  assert.equal(name, '{"a":"x","b":[{"c":null,"d":1}]}');
  assert.equal(payload.nameOf({ a: "x", b: [{ c: null, d: 1 }] }), name);
});

test("values are filled in wherever they stand, and as what they are", () => {
  const written = '{"type":"set","value":["$value",{"on":"$checked","s":"a $value"}],"n":null,"k":3}';
  assert.deepEqual(payload.filledIn(written, { $value: '"x', $checked: false }), {
    type: "set", value: ['"x', { on: false, s: "a $value" }], n: null, k: 3,
  });
  assert.equal(payload.filledIn("{no json", {}), undefined);
});

test("a number is digits, and nothing else is", () => {
  const texts = ["0", " 17 ", "", "-1", "1e3", "1".repeat(16), "x"];
  assert.deepEqual(texts.map(payload.numberIn), [0, 17, null, null, null, null, null]);
});

test("slots are filled byte for byte", () => {
  const html = '<b>5</b><span data-slot="+1000">1005</span>5<tspan data-slot="-5">0</tspan>'
    + `<input value="5" aria-label="it's 5" data-moving="{&quot;value&quot;:[&quot;&quot;,&quot;+0&quot;,&quot;&quot;],`
    + `&quot;aria-label&quot;:[&quot;it&#x27;s &lt; &quot;,&quot;+1&quot;,&quot;&quot;]}">`;
  const moved = payload.slotted(html, 4294967294);
  assert.equal(moved, '<b>5</b><span data-slot="+1000">4294968294</span>5<tspan data-slot="-5">4294967289</tspan>'
    + `<input value="4294967294" aria-label="it&#x27;s &lt; 4294967295" data-moving="${html.split('data-moving="')[1]}`);
  assert.equal(payload.slotted("<b>nothing moves</b>", 3), "<b>nothing moves</b>");
});

test("a width is asked for in steps, within bounds", () => {
  assert.deepEqual([0, 299, 319, 320, 844, 1279, 5000].map(payload.askedWidth), [300, 300, 300, 320, 840, 1260, 1280]);
});

test("the next edge lies beyond, never here", () => {
  const beyond = (id, way) => payload.edgeBeyond([0, 999, 1000], id, way);
  assert.deepEqual([beyond(0, 1), beyond(999, 1), beyond(1000, 1)], [999, 1000, null]);
  assert.deepEqual([beyond(0, -1), beyond(5, -1), beyond(5000, -1)], [null, 0, 1000]);
});

test("a drag counts pixels and stops at both ends", () => {
  const drag = { per: 10, first: 5, last: 95 };
  assert.deepEqual([3, -3, 0.26, 100, -100].map((p) => dragged(drag, 50, p)), [80, 20, 53, 95, 5]);
});

// ------------------------------------------------------------------------------ memory

const answer = (token, regions, more = {}) => ({ token, regions, sentence: "", run: null, step: "edit", ...more });
const slot = (id) => `<span data-slot="+0">${id}</span>`;

test("a frame is kept whole, made of an answer and the frame it differs from", () => {
  const memory = new Memory();
  memory.put(answer("a", { one: "1", two: "2" }));
  memory.put(answer("b", { two: "3" }), memory.get("a"));
  assert.deepEqual(memory.get("b").regions, { one: "1", two: "3" });
  assert.equal(memory.get("c"), undefined);
});

test("any id of a run finds its frame, and what is built on it reads that id", () => {
  const memory = new Memory();
  memory.put(answer("a~10", { n: slot(10) }, { run: [10, 99] }));
  assert.equal(memory.get("a~100"), undefined);
  assert.equal(memory.get("a"), undefined);
  assert.equal(memory.get("b~50"), undefined);
  const there = memory.get("a~99");
  assert.equal(there.token, "a~99");
  assert.equal(there.regions.n, slot(10));
  assert.deepEqual(regionsOf(there), { n: slot(99) });
  assert.equal(memory.put(answer("b", { x: "y" }), there).regions.n, slot(99));
});

test("events lead where they led before; a typed id leads to any id of a run", () => {
  const memory = new Memory();
  const typed = (id) => [{ type: "typed", value: String(id) }, { id, written: "$" }];
  memory.put(answer("a", { n: "" }));
  const far = answer("b~10", { n: slot(10) }, { run: [10, 99] });
  assert.equal(memory.after("a", ...typed(50)), undefined);
  memory.put(far, memory.get("a"));
  memory.learn("a", typed(10)[0], far, typed(10)[1]);
  assert.equal(memory.after("a", ...typed(50)).frame.token, "b~50");
  assert.equal(memory.after("a~7", ...typed(50)).frame.token, "b~50");
  assert.equal(memory.after("a", ...typed(50)).step, "edit");
  assert.equal(memory.after("a", ...typed(9)), undefined);
  assert.equal(memory.after("z", ...typed(50)), undefined);
  const look = answer("c", { n: "c" }, { step: "look" });
  memory.put(look);
  memory.learn("a", { x: 1, y: 2 }, look, null);
  assert.deepEqual([memory.after("a", { y: 2, x: 1 }, null)].map((s) => [s.frame.token, s.step]), [["c", "look"]]);
  assert.equal(memory.after("b", { x: 1, y: 2 }, null), undefined);
});

test("a typed id that was refused teaches nothing about others", () => {
  const memory = new Memory();
  const draft = answer("draft", { n: "refused" });
  memory.put(draft);
  memory.learn("a", { value: "5" }, draft, { id: 5, written: "$" });
  memory.put(answer("draft~6", {}, { run: [6, 9] }));
  assert.equal(memory.after("a", { value: "6" }, { id: 6, written: "$" }), undefined);
  assert.equal(memory.after("a", { value: "5" }, { id: 5, written: "$" }).frame.token, "draft");
});

test("memory is bounded in frames, in characters and in edges; the longest unused goes first", () => {
  const memory = new Memory({ frames: 3, bytes: 100, edges: 2 });
  for (const token of "abc") memory.put(answer(token, { n: token }));
  memory.get("a");
  memory.put(answer("d", { n: "d" }));
  assert.deepEqual([..."abcd"].map((token) => memory.get(token) !== undefined), [true, false, true, true]);
  memory.put(answer("e", { n: "e".repeat(99) }));
  assert.deepEqual([...memory.frames.keys()], ["d", "e"]);
  assert.equal(memory.bytes, 100);
  memory.put(answer("e", { n: "e" }));
  assert.equal(memory.bytes, 2);
  memory.put(answer("huge", { n: "x".repeat(1000) }));
  assert.deepEqual([...memory.frames.keys()], ["huge"]);
  memory.put(answer("d", { n: "d" }));
  for (const value of [1, 2, 3]) memory.learn("x", { value }, answer("d", {}), null);
  assert.deepEqual([1, 2, 3].map((value) => memory.after("x", { value }, null) !== undefined), [false, true, true]);
  memory.learn("x", { value: 9 }, answer("y~9", {}), { id: 9, written: "$" });
  assert.equal(memory.bases.size, 1);
  memory.clear();
  assert.deepEqual([memory.frames.size, memory.edges.size, memory.bases.size, memory.bytes], [0, 0, 0, 0]);
});

// ------------------------------------------------------------------------------ patching

function patched(before, after) {
  const root = parsed(before);
  removed.length = 0;
  morph(root, parsed(after));
  return root;
}

test("whatever was there, what comes out is what was wanted", () => {
  const pages = [
    "", "text", '<p>a</p>', '<p class="x">a<b>c</b></p>tail', '<i data-key="1">one</i><i data-key="2">two</i>',
    '<i data-key="2">two</i>', '<b>new</b><i data-key="2">2</i>', '<i data-key="2"></i><i data-key="1"></i>',
    '<i data-key="0"></i><i data-key="1">one</i>x', '<u></u><i data-key="3"><b data-key="4"></b></i>',
  ];
  for (const before of pages) for (const after of pages) {
    assert.equal(patched(before, after).inner, after);
    const root = parsed(before), fresh = parsed(after);
    morph(root, fresh);
    assert.equal(fresh.inner, after); // what was parsed once can be shown again
  }
});

test("a text is made into nodes once, and what was used longest ago is forgotten", () => {
  let made = 0;
  globalThis.document = { createElement: () => ({ set innerHTML(html) { made++; this.content = parsed(html); } }) };
  const nodes = new Nodes(), first = nodes.of("<b>1</b>");
  assert.equal(first.inner, "<b>1</b>");
  for (let n = 0; n < 239; n++) nodes.of(`${n}`);
  assert.equal(nodes.of("<b>1</b>"), first);
  assert.equal(made, 240);
  nodes.of("one more");
  assert.equal(nodes.of("<b>1</b>"), first);
  assert.equal(made, 241);
  nodes.of("0"); // forgotten
  assert.equal(made, 242);
  assert.equal(nodes.held.size, 240);
  delete globalThis.document;
});

test("two explorers that show the same share no name of a drawing's own parts", () => {
  globalThis.document = { createElement: () => ({ set innerHTML(html) { this.content = parsed(html); } }) };
  const name = "own-0123456789ab";
  const html = `<g id="${name}-bad" fill="url(#${name}-bad)" name="${name}" data-key="${name}">${name} #${name}0 own-0123</g>`;
  assert.equal(new Nodes("x7").of(html).inner,
    `<g id="${name}-x7-bad" fill="url(#${name}-x7-bad)" name="${name}-x7" data-key="${name}">${name} #${name}0 own-0123</g>`);
  assert.notEqual(new Nodes().mark, new Nodes().mark);
  delete globalThis.document;
});

test("a node with a key stays the same node while others come and go around it", () => {
  const root = parsed('<i data-key="1"></i>x<b data-key="2">old</b><u></u>');
  const kept = root.childNodes[2];
  removed.length = 0;
  morph(root, parsed('<p>new</p><b data-key="2">new</b><i data-key="3"></i>'));
  assert.equal(root.childNodes[1], kept);
  assert.ok(!removed.includes(kept));
  morph(root, parsed('<s data-key="9"></s><b data-key="2" class="c">newer</b>'));
  assert.equal(root.childNodes[1], kept);
  assert.ok(!removed.includes(kept));
  assert.equal(kept.html, '<b data-key="2" class="c">newer</b>');
});

test("a node of another key is another node, even in the same place", () => {
  const root = parsed('<i data-key="1">a</i>');
  const [old] = root.childNodes;
  morph(root, parsed('<i data-key="2">a</i>'));
  assert.notEqual(root.childNodes[0], old);
});

test("what is folded open stays so, and what is closed too", () => {
  assert.equal(patched('<details open="">a</details>', "<details>b</details>").inner, '<details open="">b</details>');
  assert.equal(patched("<details>a</details>", '<details open="">b</details>').inner, "<details>b</details>");
  assert.equal(patched("", '<details open="">b</details>').inner, '<details open="">b</details>');
});

test("attributes are changed, added and taken away", () => {
  const root = parsed('<p a="1" b="2"></p>');
  const [p] = root.childNodes;
  morph(root, parsed('<p b="3" c="4"></p>'));
  assert.equal(root.childNodes[0], p);
  assert.equal(p.html, '<p b="3" c="4"></p>');
});

// ------------------------------------------------------------------------------ keys

// A press on an element of one kind; the kind is looked for among the choices of a selector.
const press = (key, kind = "div", more = {}) => ({
  key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more,
  target: { matches: (selector) => selector.split(/,\s*/).some((one) => one.startsWith(kind)) },
});
const CTRL = { ctrlKey: true };

test("keys stay inside, but for Escape and the notebook's chords", () => {
  for (const key of ["d", "a", "x", "Enter", "ArrowDown", "Shift", "Control"]) assert.ok(keys.kept(press(key)), key);
  assert.ok(!keys.kept(press("Escape")));
  assert.ok(!keys.kept(press("Escape", "textarea")));
  for (const more of [CTRL, { metaKey: true }, { altKey: true }]) {
    assert.ok(!keys.kept(press("k", "div", more)));
    assert.ok(keys.kept(press("Enter", "div", more)));
    assert.ok(keys.kept(press("z", "div", more)));
    assert.ok(keys.kept(press("k", "textarea", more)));
    assert.ok(!keys.kept(press("S", "textarea", more)));
    assert.ok(keys.kept(press("Control", "div", more)));
  }
});

test("Ctrl+Z is the explorer's, in a text field the browser's", () => {
  assert.equal(keys.travelOf(press("z", "div", CTRL)), "undo");
  assert.equal(keys.travelOf(press("Z", "div", { metaKey: true, shiftKey: true })), "redo");
  assert.equal(keys.travelOf(press("z", "textarea", CTRL)), null);
  assert.equal(keys.travelOf(press("z")), null);
  assert.equal(keys.travelOf(press("z", "div", { ctrlKey: true, altKey: true })), null);
  assert.equal(keys.travelOf(press("y", "div", CTRL)), null);
});

test("a plain key is none with a modifier and none in a field", () => {
  assert.ok(keys.plain(press("]")));
  assert.ok(keys.plain(press("]", "button")));
  for (const field of ["input", "textarea", "select"]) assert.ok(!keys.plain(press("]", field)));
  for (const more of [CTRL, { altKey: true }, { metaKey: true }]) assert.ok(!keys.plain(press("]", "div", more)));
});

test("Enter and Space press what only a pointer could", () => {
  for (const key of ["Enter", " "]) {
    assert.ok(keys.presses(press(key, "[data-event]")));
    assert.ok(!keys.presses(press(key, "button")));
    assert.ok(!keys.presses(press(key, "div")));
  }
  assert.ok(!keys.presses(press("x", "[data-event]")));
});

test("arrows and pages move an id", () => {
  assert.deepEqual(["ArrowUp", "ArrowDown", "PageUp", "PageDown", "x"].map((key) => keys.moveOf(press(key))),
    [{ by: 1 }, { by: -1 }, { edge: 1 }, { edge: -1 }, null]);
  assert.equal(keys.moveOf(press("ArrowUp", "input", CTRL)), null);
});

test("one key forward while presenting", () => {
  for (const key of ["]", " ", "ArrowRight", "PageDown"]) assert.equal(keys.presented(press(key)), "forward");
  for (const key of ["[", "ArrowLeft", "PageUp"]) assert.equal(keys.presented(press(key)), "back");
  assert.equal(keys.presented(press(" ", "button")), null);
  assert.equal(keys.presented(press("ArrowRight", "button")), "forward");
  assert.equal(keys.presented(press("]", "textarea")), null);
  assert.equal(keys.presented(press("x")), null);
});

// ------------------------------------------------------------------------------ controls

// A control as far as it is asked: a name, data, attributes, and whatever else it has.
function control(name, dataset, more = {}) {
  const { attributes = {}, region = null, ...rest } = more;
  return {
    localName: name, dataset, ...rest,
    getAttribute: (key) => attributes[key] ?? null,
    matches: (selector) => selector.split(/,\s*/).some((one) => one === name || one === `[type=${rest.type}]`
      || (name === "input" && one.startsWith("input:") && rest.type === "text")),
    closest: (selector) => (selector === "[data-region]" ? region : dataset.near ? { dataset } : null),
  };
}
const SENT = '{"v":"$value","on":"$checked"}';

test("a control sends its own event at its own moment", () => {
  const field = (more) => control("input", { event: SENT, key: "f", ...more }, { value: " 7 ", type: "text" });
  assert.equal(heardAt(control("button", {})), "click");
  assert.equal(heardAt(control("textarea", {})), "input");
  assert.equal(heardAt(control("select", {})), "change");
  assert.equal(heardAt(control("input", {}, { type: "button" })), "click");
  assert.deepEqual([heardAt(field({})), heardAt(field({ when: "input" }))], ["change", "input"]);
  assert.deepEqual(jobOf(field({ id: "" })).typed, { id: 7, written: SENT });
  assert.deepEqual([jobOf(field({})).typed, jobOf(field({})).typing, jobOf(field({ when: "input" })).typing],
    [null, false, true]);
  assert.equal(jobOf(control("button", { event: "{no" })), undefined);
  const on = (element) => jobOf(element).event.on;
  const attributes = { "aria-checked": "true" };
  assert.deepEqual([on(control("button", { event: SENT }, { attributes })), on(control("button", { event: SENT }))],
    [false, true]);
  assert.equal(on(control("input", { event: SENT }, { type: "checkbox", checked: true })), true);
  assert.equal(on(control("summary", { event: SENT }, { parentElement: { open: true } })), false);
  assert.ok(idle(control("button", {}, { attributes: { "aria-disabled": "true" } })));
  assert.ok(!idle(control("button", {}, { attributes: { "aria-disabled": "false" } })));
});

test("what a control offers is every event it could send next", () => {
  const event = '{"v":"$value"}', of = (name, more) => offers(control(name, { event }, more)).map((job) => job.event.v);
  const options = ["red", "green", "blue"].map((value) => ({ value }));
  assert.deepEqual(of("select", { value: "green", options }), ["red", "blue"]);
  assert.deepEqual(of("select", { value: "red", options: options.slice(0, 1) }), []);
  assert.deepEqual(of("input", { type: "range", min: "0", max: "6", step: "2", value: "2" }), ["0", "4", "6"]);
  assert.deepEqual(of("textarea", { value: "a text" }), ["a text"]);
  assert.deepEqual(of("button", { value: "press" }), ["press"]);
  assert.deepEqual(offers(control("button", { event: "{no" })), []);
});

test("one away is what is seen and could do something, nearest to the focus first, each once", () => {
  const event = (v) => JSON.stringify({ v });
  const button = (v, more) => control("button", { event: event(v) }, more);
  const near = { contains: (el) => el.region === near }, here = { region: near };
  const options = ["red", "green"].map((value) => ({ value }));
  const controls = [
    button("far"), button("far"), button("hidden", { hidden: true }), button("near", here),
    button("idle", { attributes: { "aria-disabled": "true" } }), control("textarea", { event: event("text") }),
    control("select", { event: '{"v":"$value"}' }, { value: "red", options }),
    control("input", { event: '{"c":"$checked"}' }, { type: "checkbox", checked: true }),
    control("input", { event: '{"r":"$checked"}' }, { type: "radio", checked: false }),
    control("input", { event: '{"r":"on"}' }, { type: "radio", checked: true }),
  ].map((el, n) => Object.assign(el, n === 3 ? here : {}));
  const activeElement = control("input", { near: '[{"v":"asked"}]' }, { region: near, type: "text" });
  const root = { getRootNode: () => ({ activeElement }), querySelectorAll: () => controls };
  const away = oneAway(root, (el) => !el.hidden).map((job) => job.event);
  assert.deepEqual(away, [{ v: "asked" }, { v: "near" }, { v: "far" }, { v: "green" }, { c: false }, { r: true }]);
});

// ------------------------------------------------------------------------------ transports

const RECORD = {
  names: ["a", "b", "said"], pieces: ["<p>", "x", "</p>", slot(0), "it is ", "y"],
  rows: [[0, 0, 0, -1, -1, -1], [1, 0, 0, -1], [2, 0, 0, -1, 3], [0, 1, 1, -1]],
  events: ['{"target":"s","type":"set","value":true}', '{"target":"s","type":"set","value":false}'],
  id: ["typed", "id"], first: "0~3",
  states: [
    { frames: [[null, 0, 1, 2], [[0, 9], 0, 1, 2]], refused: [[10, 19, "EINVAL"]], edges: { 0: [1, true, "edit"], 1: [1, false, "look"] },
      not: { 0: [[5, 6, "EPERM"]] } },
    { frames: [[null, 3, 1, 2], [[0, 3], 3, 1, 2]], edges: {} },
    { frames: [[null, 0, 1, 2]], edges: {}, typed: 1 },
  ],
};
const set = (value) => ({ type: "set", target: "s", value });
const type = (value) => ({ type: "typed", target: "id", value });

test("recorded frames are unpacked and found by state and id", async () => {
  const packed = gzipSync(JSON.stringify(RECORD)).toString("base64");
  assert.deepEqual(await unpacked(`\n${packed}\n`), RECORD);
  const line = recorded(RECORD);
  const one = async (token, event) => (await line.ask(token, event ? [event] : []))[0];
  assert.deepEqual(await one("0"), {
    token: "0", step: "edit", run: null, sentence: "", said: `it is ${slot(0)}`, regions: { a: "<p>x</p>", b: slot(0) },
  });
  assert.deepEqual((await one("1")).regions.a, "<p>y</p>");
  assert.deepEqual([(await one("0~7")).token, (await one("0~7")).run], ["0~7", [0, 9]]);
  assert.equal((await one("0", type(" 007 "))).token, "0~7");
  assert.equal((await one("0~7", type(""))).token, "0");
  assert.deepEqual(await one("0", type("12")), { trouble: "EINVAL" });
  assert.match((await one("0", type("many"))).trouble, /^many is no id/);
  assert.match((await one("0", type("20"))).trouble, /full kit/);
  assert.equal((await one("0~2", set(true))).token, "1~2");
  assert.equal((await one("0~2", set(false))).token, "1");
  assert.deepEqual([(await one("0~2", set(true))).step, (await one("0", set(false))).step], ["edit", "look"]);
  assert.equal((await one("2", type("3"))).token, "1~3");
  assert.equal(line.first, "0~3");
  assert.deepEqual(await one("0~5", set(true)), { trouble: "EPERM" });
  assert.match((await one("0~9", set(true))).trouble, /full kit/);
  assert.match((await one("0", { type: "other" })).trouble, /full kit/);
  assert.equal((await line.ask("0", [set(true), type("3")])).length, 2);
  assert.deepEqual([["0", set(true)], ["1", set(true)], ["0", type("x")], ["0", { type: "other" }]]
    .map(([token, event]) => line.knows(token, event)), [true, false, true, false]);
});

test("a question to a kernel finds its own answer", async () => {
  const sent = [], heard = new Map();
  const model = {
    on: (name, act) => heard.set(name, act), off: (name) => heard.delete(name), send: (content) => sent.push(content),
  };
  const line = comm(model, "v1");
  const [one, two, page] = [line.ask("a", [], 300), line.ask("b", [{ x: 1 }], 320), line.html("c")];
  assert.deepEqual(sent, [
    { id: "v1-1", token: "a", events: [], width: 300 }, { id: "v1-2", token: "b", events: [{ x: 1 }], width: 320 },
    { id: "v1-3", html: "c" },
  ]);
  heard.get("msg:custom")({ id: "v2-1", answers: "another view's" });
  heard.get("msg:custom")({ id: "v1-3", html: "<p>" });
  heard.get("msg:custom")({ id: "v1-2", answers: [2] });
  await new Promise((done) => setTimeout(done, 40));
  assert.deepEqual(sent.slice(3), [{}, {}]); // the one that waits is woken twice
  heard.get("msg:custom")({ id: "v1-1", trouble: "no" });
  assert.deepEqual(await two, [2]);
  assert.equal(await page, "<p>");
  await assert.rejects(one, /^Error: no$/);
  assert.equal(heard.size, 1);
  line.close();
  assert.equal(heard.size, 0);
});

test("a kernel is told what is shown: later, of many the last, at once where the page closes", async () => {
  const held = { token: "a" }, saved = [];
  const model = {
    on() {}, off() {}, get: (name) => held[name], set: (name, value) => { held[name] = value; },
    save_changes: () => saved.push(held.token),
  };
  const line = comm(model, "v1");
  line.told("b");
  line.told("c");
  assert.deepEqual(saved, []);
  await new Promise((done) => setTimeout(done, 40));
  line.told("c");
  await new Promise((done) => setTimeout(done, 40));
  assert.deepEqual(saved, ["c"]);
  line.told("d");
  line.close();
  assert.deepEqual(saved, ["c", "d"]);
  comm(model, "v2").close();
  assert.deepEqual(saved, ["c", "d"]);
});

test("Python in a worker: questions wait until it is up", async () => {
  // Both ends, with a channel between that hands a message on at once.
  const page = {}, scope = {};
  page.postMessage = (data) => scope.onmessage({ data: structuredClone(data) });
  scope.postMessage = (data) => page.onmessage({ data: structuredClone(data) });
  let up;
  worker.serve(scope, (parts) => new Promise((done) => {
    up = () => done((question) => {
      const [token, events, width] = JSON.parse(question);
      if (token === "bad") throw new Error("ValueError: bad");
      return JSON.stringify([{ token, events, width, parts }]);
    });
  }));
  const line = pyodide("source", { kit: "k" }, (source) => Object.assign(page, { source }));
  assert.equal(page.source, "source");
  const asked = line.ask("a", [1], 300);
  up();
  assert.deepEqual(await asked, [{ token: "a", events: [1], width: 300, parts: { kit: "k" } }]);
  await assert.rejects(line.ask("bad", [], 300), /ValueError: bad/);
  assert.equal((await line.ask("b", [], 1))[0].token, "b");
});

test("a worker that cannot start says why, and one that ends leaves nobody waiting", async () => {
  const page = { postMessage: (data) => page.scope.onmessage({ data }), scope: {} };
  page.scope.postMessage = (data) => page.onmessage({ data });
  worker.serve(page.scope, () => Promise.reject(new Error("no wasm")));
  await assert.rejects(pyodide("", {}, () => page).ask("a", [], 1), /no wasm/);
  const silent = { postMessage() {} };
  const { ready } = pyodide("", {}, () => silent);
  silent.onerror({});
  await assert.rejects(ready, /did not start/);
  const ends = { postMessage: (data) => data.start && ends.onmessage({ data: { ready: true } }) };
  const line = pyodide("", {}, () => ends);
  await line.ready;
  const asked = line.ask("a", [], 1);
  await new Promise((done) => { setTimeout(done); });
  ends.onerror({ message: "out of memory" });
  await assert.rejects(asked, /out of memory/);
});

test("a worker's parts are unpacked", async () => {
  const sizes = Buffer.from(JSON.stringify([["one", 4], ["two", 0], ["three", 2]]));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(sizes.length);
  const packed = gzipSync(Buffer.concat([length, sizes, Buffer.from("some"), Buffer.from("by")]));
  for (const form of [packed.toString("base64"), Uint8Array.from(packed).buffer]) {
    const parts = worker.partsOf(await worker.bytesOf(form));
    const texts = Object.entries(parts).map(([name, data]) => [name, Buffer.from(data).toString()]);
    assert.deepEqual(texts, [["one", "some"], ["two", ""], ["three", "by"]]);
  }
});

// ------------------------------------------------------------------------------ from a record to Python

test("tokens of a record are found again in Python by the events that led to them", async () => {
  // The record counts its states, Python writes what was done; an id stays at the end of both.
  const states = { 0: ["1", "edit"], 1: ["2", "edit"] };
  const line = {
    first: "0",
    ask: async (token, events) => events.map((event) => {
      const [base, id] = token.split("~");
      if (event.type === "no") return { trouble: "no" };
      if (event.type === "id") return { token: `${base}~${event.value}` };
      return { token: states[base][0] + (id ? `~${id}` : "") };
    }),
  };
  const trail = retraced(line), asked = [];
  await trail.ask("0", [{ type: "a" }]);
  await trail.ask("1", [{ type: "id", value: 7 }]);
  await trail.ask("1~7", [{ type: "b" }]);
  await trail.ask("1", [{ type: "no" }]);
  assert.deepEqual([...trail.reached.keys()], ["1", "1~7", "2~7"]);
  const translated = translator(trail, "py", async (token, [event]) => {
    asked.push(event.type);
    const [base, id] = token.split("~");
    return [{ token: event.type === "id" ? `${base}~${event.value}` : `${base}${event.type}${id ? `~${id}` : ""}` }];
  });
  assert.equal(await translated("0"), "py");
  assert.equal(await translated("2~7"), "pyab~7");
  assert.equal(await translated("2~7"), "pyab~7");
  assert.equal(await translated("2~8"), "pyab~8"); // another id of a run, that was never asked for
  assert.equal(await translated("1"), "pya");
  assert.equal(await translated("9"), "py"); // nothing led there
  assert.deepEqual(asked, ["a", "id", "b", "b"]);
});

test("an address may hold a token", () => {
  assert.equal(tokenOf("#kfv2.ab_-c~7"), "kfv2.ab_-c~7");
  assert.equal(tokenOf("#kfv1.ab%7E7"), "kfv1.ab~7");
  assert.equal(tokenOf("#kfv2"), "kfv2");
  assert.equal(tokenOf("#links"), undefined);
  assert.equal(tokenOf(""), undefined);
});

// ------------------------------------------------------------------------------ unpacking by hand

test("what is packed in any way is unpacked by hand", async () => {
  const program = readFileSync(`${process.env.KFV_FRONT}/explorer.js`);
  const noise = Uint8Array.from({ length: 70_000 }, (_, n) => ((n * n * 7) % 251) ^ ((n >> 5) & 255));
  for (const data of [program, noise, Buffer.from("a".repeat(1000)), Buffer.from("ab"), Buffer.alloc(0)]) {
    for (const how of [{ level: 0 }, { level: 1 }, { level: 9 }, { strategy: constants.Z_FIXED },
      { strategy: constants.Z_HUFFMAN_ONLY }]) {
      assert.deepEqual(Buffer.from(inflated(new Uint8Array(gzipSync(data, how)))), Buffer.from(data));
    }
  }
  const { DecompressionStream } = globalThis, packed = new Uint8Array(gzipSync(program));
  const own = await unzipped(packed);
  delete globalThis.DecompressionStream;
  assert.deepEqual(await unzipped(packed), own);
  globalThis.DecompressionStream = DecompressionStream;
  for (const part of [packed.slice(0, 2000), packed.map((byte, n) => (n > 12 ? byte ^ 85 : byte))]) {
    assert.throws(() => inflated(part), /is damaged|Invalid|out of bounds/);
  }
});
