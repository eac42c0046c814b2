// SPDX-License-Identifier: BSD-3-Clause
// Transport: frames recorded beforehand, in one packed block of the page.  How they are packed says
// kfuncviz/explorers/engine; here they are only read.
import { Explorer } from "./explorer.js";
import { unzipped } from "./inflate.js";
import { inRun, nameOf, numberIn, parsed, split } from "./payload.js";

const NOT_THERE = { trouble: "This is not in this file; the full kit computes it." };
const NO_ID = "is no id: want a whole number from 0 to 4294967294, or nothing";
const SENTENCE = "said", FOLDS = "fold", LAST_ID = 4294967294;

export async function unpacked(text) {
  const raw = Uint8Array.from(atob(text.trim()), (char) => char.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(await unzipped(raw)));
}

// A row is a region: what it keeps of the one before it of its name, at the head and at the tail, and
// the pieces between, -1 for the next that was not met before.
function textsOf({ pieces, rows }) {
  const before = [];
  let met = 0;
  const lists = rows.map(([name, head, tail, ...told]) => {
    const old = before[name] ?? [], between = told.map((piece) => (piece < 0 ? met++ : piece));
    before[name] = [...old.slice(0, head), ...between, ...old.slice(old.length - tail)];
    return before[name];
  });
  return (row) => lists[row].map((piece) => pieces[piece]).join("");
}

// Which folds of a drawn text can be opened, and the text with some of them shut.
const FOLD = /<details [^>]*data-fold="(\w+)"[^>]*? open>/g;
const opening = (html) => [...html.matchAll(FOLD)].map(([, name]) => name);
const folded = (html, shut) => html
  .replace(FOLD, (tag, name) => (shut.includes(name) ? tag.replace(/ open>$/, ">") : tag));

// A token is STATE, with .NAME of each fold that is shut, and ~ID.
function opened(token) {
  const [base, id] = split(token), [state, ...shut] = base.split(".");
  return { state: Number(state), shut, id };
}

const refusal = (list, id) => list?.find(([first, last]) => id !== null && id >= first && id <= last)?.[2];

export function recorded(record) {
  const { names, states } = record;
  const text = textsOf(record);
  const events = new Map(record.events.map((event, n) => [nameOf(parsed(event)), n]));

  const frameOf = (state, id) => states[state].frames.find(([run]) => inRun(run, id));

  function answer(state, shut, id, step = "edit") {
    const found = frameOf(state, id);
    if (!found) return NOT_THERE;
    const [run, ...rows] = found;
    const regions = Object.fromEntries(names.map((name, n) => [name, folded(text(rows[n]), shut)]));
    const said = regions[SENTENCE];
    delete regions[SENTENCE];
    const token = [state, ...shut].join(".") + (id === null ? "" : `~${id}`);
    return { token, step, run, regions, said, sentence: "" };
  }

  const typesId = ({ type, target }) => record.id && type === record.id[0] && target === record.id[1];

  function folds({ type, target }, { state, id }) {
    const rows = (frameOf(state, id) ?? []).slice(1);
    return type === FOLDS && rows.some((row) => opening(text(row)).includes(target));
  }

  function typed({ state: from, shut }, value) {
    const id = value.trim() === "" ? null : numberIn(value);
    if (value.trim() !== "" && (id === null || id > LAST_ID)) return { trouble: `${value} ${NO_ID}` };
    const state = states[from].typed ?? from, why = refusal(states[state].refused, id);
    return why ? { trouble: why } : answer(state, shut, id);
  }

  function after(token, event) {
    const here = opened(token), { state, shut, id } = here;
    if (typesId(event)) return typed(here, String(event.value));
    if (folds(event, here)) {
      const others = shut.filter((name) => name !== event.target);
      return answer(state, event.value ? others : [...others, event.target].sort(), id, "look");
    }
    const number = events.get(nameOf(event)), edge = states[state].edges[number];
    const why = refusal(states[state].not?.[number], id);
    if (why) return { trouble: why };
    if (!edge) return NOT_THERE;
    const [to, keeps, step] = edge;
    return answer(to, shut, keeps ? id : null, step);
  }

  function whole(token) {
    const { state, shut, id } = opened(token);
    return answer(state, shut, id);
  }

  return {
    first: record.first,
    knows: (token, event) => {
      const here = opened(token);
      return typesId(event) || folds(event, here) || events.get(nameOf(event)) in states[here.state].edges;
    },
    ask: async (token, asked) => (asked.length
      ? asked.map((event) => after(token, event))
      : [whole(token)]),
  };
}

// Start an explorer in a page whose first frame is drawn already; `block` holds the record.
export async function openRecorded(root, block) {
  const line = recorded(await unpacked(block.textContent));
  const [first] = await line.ask(line.first, []);
  root.explorer = new Explorer(root, line, first, { live: false });
  return root.explorer;
}
