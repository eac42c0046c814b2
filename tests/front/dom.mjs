// SPDX-License-Identifier: BSD-3-Clause
// As much of a page as patching needs: nodes in a tree, attributes, and what notices being moved.

class Node {
  parent = null;
  children_ = [];
  constructor(nodeName, nodeType) { Object.assign(this, { nodeName, nodeType }); }
  get childNodes() { return [...this.children_]; }
  get firstChild() { return this.children_[0] ?? null; }
  get nextSibling() {
    const { children_ } = this.parent;
    return children_[children_.indexOf(this) + 1] ?? null;
  }
  insertBefore(node, before) {
    node.remove();
    this.children_.splice(before ? this.children_.indexOf(before) : this.children_.length, 0, node);
    node.parent = this;
  }
  remove() {
    if (!this.parent) return;
    Node.removed.push(this);
    this.parent.children_.splice(this.parent.children_.indexOf(this), 1);
    this.parent = null;
  }
  replaceWith(node) {
    this.parent.insertBefore(node, this);
    this.remove();
  }
  isEqualNode(other) { return this.html === other.html; }
  static removed = [];
}

class Text extends Node {
  constructor(data) {
    super("#text", 3);
    this.data = data;
  }
  cloneNode() { return new Text(this.data); }
  get html() { return this.data; }
}

class Element extends Node {
  held = new Map();
  constructor(name) { super(name.toUpperCase(), 1); }
  getAttributeNames() { return [...this.held.keys()]; }
  getAttribute(name) { return this.held.get(name) ?? null; }
  setAttribute(name, value) { this.held.set(name, value); }
  removeAttribute(name) { this.held.delete(name); }
  cloneNode() {
    const copy = new Element(this.nodeName);
    copy.held = new Map(this.held);
    for (const node of this.children_) copy.insertBefore(node.cloneNode(), null);
    return copy;
  }
  get html() {
    const name = this.nodeName.toLowerCase();
    const said = [...this.held].map(([key, value]) => ` ${key}="${value}"`).join("");
    return `<${name}${said}>${this.inner}</${name}>`;
  }
  get inner() { return this.children_.map((node) => node.html).join(""); }
}

export const removed = Node.removed;

// The elements of a text whose attributes are all in double quotes.
export function parsed(html) {
  const root = new Element("div");
  let at = root;
  for (const [, close, name, attributes, text] of html.matchAll(/<(\/?)(\w+)((?: [\w-]+="[^"]*")*)>|([^<]+)/g)) {
    if (text !== undefined) at.insertBefore(new Text(text), null);
    else if (close) at = at.parent;
    else {
      const made = new Element(name);
      for (const [, key, value] of attributes.matchAll(/ ([\w-]+)="([^"]*)"/g)) made.setAttribute(key, value);
      at.insertBefore(made, null);
      at = made;
    }
  }
  return root;
}
