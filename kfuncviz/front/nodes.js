// SPDX-License-Identifier: BSD-3-Clause
// HTML made into nodes once, and kept: what was parsed in idle time costs a click nothing.  Bounded in
// number; what was used longest ago goes first.

const MOST_TEXTS = 240;
// Names of a drawing's own parts end in a hash of what it shows.  Two explorers that show the same would
// share them, and a hatch would be gone from one while the other is folded away: each adds its own mark.
const OWN_NAMES = /(\b(?:id|for|name|aria-[a-z]+)="|#)([a-z]+-[0-9a-f]{12})\b/g;

export class Nodes {
  held = new Map();

  constructor(mark = Math.random().toString(36).slice(2, 8)) { this.mark = mark; }

  // The nodes of a text: to be copied, never moved.
  of(html) {
    const nodes = this.held.get(html) ?? parsedNodes(html.replace(OWN_NAMES, `$1$2-${this.mark}`));
    this.held.delete(html);
    this.held.set(html, nodes);
    if (this.held.size > MOST_TEXTS) this.held.delete(this.held.keys().next().value);
    return nodes;
  }
}

function parsedNodes(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}
