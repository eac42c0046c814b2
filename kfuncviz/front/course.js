// SPDX-License-Identifier: BSD-3-Clause
// The course in a page that holds all of it: the address names a chapter, #chapter-01, or a heading in it,
// #chapter-01-exercises.  What was done in a chapter is still done when the reader comes back to it, and the
// browser's own way back leads to the place where it was left.
import { enliven } from "./places.js";
import { unpacked } from "./recorded.js";

const CHAPTER = /^#(chapter-(\d\d))(?:-.*)?$/;
const SETTLED_MS = 300; // after the last of what is told

// `block` finds the page's blocks by name: chapter, where one is read; chapters, their packed texts;
// explorers, what is seen in its stead; map, the link to the map of the course, which is to open with what is
// answered.  `turned` learns the number of what is open, or null.
export function courseOf(block, turned) {
  const kept = new Map(), room = block("chapter");
  let pages, line, here = null, places, later, scrolled;

  function closed() {
    if (places) kept.set(here, places.done());
    places?.close();
    places = null;
  }

  function opened(number) {
    closed();
    here = number;
    room.hidden = number === null;
    block("explorers").hidden = number !== null;
    room.innerHTML = number === null ? "" : pages[number] ?? `<h1>There is no chapter ${number} here</h1>`;
    enlivened();
    turned(number);
  }

  function enlivened() {
    if (line && here !== null) places = enliven(room, line, kept.get(here), () => {
      clearTimeout(later);
      later = setTimeout(noted, SETTLED_MS);
    });
  }

  async function noted() {
    const done = [...kept.values(), places?.done() ?? []].flat();
    block("map").hash = await line.standing(done.map(({ now }) => now));
  }

  function left() {
    if (CHAPTER.exec(location.hash)?.[2] === here) window.history.replaceState({ top: scrollY }, "");
  }

  async function turn() {
    clearTimeout(scrolled);
    const [address, , number = null] = CHAPTER.exec(location.hash) ?? [];
    if (number !== null) pages ??= await unpacked(block("chapters").textContent);
    if (address !== CHAPTER.exec(location.hash)?.[0]) return; // turned on meanwhile
    if (number !== here) opened(number);
    if (number === null) return;
    const first = room.querySelector("h1"), named = `[id="${CSS.escape(address.slice(1))}"]`;
    const heading = room.querySelector(named) ?? first;
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
    const { top = 0 } = window.history.state ?? {};
    if (top || heading === first) scrollTo(0, top); // the list of chapters stands above it
    else heading.scrollIntoView();
  }

  addEventListener("hashchange", turn);
  addEventListener("scroll", () => {
    clearTimeout(scrolled);
    if (here !== null) scrolled = setTimeout(left, SETTLED_MS);
  });
  turn();
  return function live(answering) {
    line = answering;
    enlivened();
  };
}
