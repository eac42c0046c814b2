// SPDX-License-Identifier: BSD-3-Clause
// HTML made into nodes once, and kept: what was parsed in idle time costs a click nothing.  Bounded in
// number; what was used longest ago goes first.

const MOST_TEXTS = 240;

export class Nodes {
  held = new Map();

  // The nodes of a text: to be copied, never moved.
  of(html) {
    const nodes = this.held.get(html) ?? parsedNodes(html);
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
