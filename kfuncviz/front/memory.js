// SPDX-License-Identifier: BSD-3-Clause
// Frames that were asked for, by token; and which event leads from where to where.  Bounded in number
// and in characters: what was used longest ago goes first.
import { inRun, nameOf, slotted, split } from "./payload.js";

export const BOUNDS = { frames: 160, bytes: 6e6, edges: 3200 };

const sizeOf = (frame) => Object.values(frame.regions).reduce((sum, html) => sum + html.length, 0);

// The regions of a frame as they read for the id of its token, not for the one they were made for.
export function regionsOf(frame) {
  const [, id] = split(frame.token);
  if (frame.madeFor === id) return frame.regions;
  return Object.fromEntries(
    Object.entries(frame.regions).map(([name, html]) => [name, slotted(html, id)]),
  );
}

export class Memory {
  frames = new Map();
  edges = new Map();
  bases = new Map();
  bytes = 0;

  constructor(bounds = BOUNDS) { this.bounds = bounds; }

  // The frame of a token, also of any other id of its run.
  get(token) {
    const [base, id] = split(token);
    const frame = this.frames.get(token)
      ?? [...this.frames.values()].find((f) => f.base === base && inRun(f.run, id));
    if (!frame) return undefined;
    this.frames.delete(frame.token);
    this.frames.set(frame.token, frame);
    return { ...frame, token };
  }

  // Keep an answer; `from` is the frame its regions differ from.
  put(answer, from) {
    const [base, madeFor] = split(answer.token);
    const regions = { ...(from && regionsOf(from)), ...answer.regions };
    const frame = { ...answer, base, madeFor, regions };
    this.forget(answer.token);
    this.frames.set(answer.token, frame);
    this.bytes += sizeOf(frame);
    for (const token of this.frames.keys()) {
      if (this.frames.size <= this.bounds.frames && this.bytes <= this.bounds.bytes) break;
      if (token !== answer.token) this.forget(token);
    }
    return frame;
  }

  forget(token) {
    const old = this.frames.get(token);
    if (!old) return;
    this.bytes -= sizeOf(old);
    this.frames.delete(token);
  }

  clear() {
    this.frames.clear();
    this.edges.clear();
    this.bases.clear();
    this.bytes = 0;
  }

  // Remember where an event led.  Of an accepted id (`typed`) the base is remembered too: every other
  // id leads to the same base.
  learn(token, event, answer, typed) {
    remember(this.edges, token + nameOf(event), { to: answer.token, step: answer.step }, this.bounds);
    const [base, id] = split(answer.token);
    if (!typed || typed.id !== id) return;
    remember(this.bases, split(token)[0] + typed.written, { base, step: answer.step }, this.bounds);
  }

  // The frame an event leads to, and what history does with it, if both are here.
  after(token, event, typed) {
    const edge = this.edges.get(token + nameOf(event));
    const known = edge && this.get(edge.to);
    if (known) return { frame: known, step: edge.step };
    const way = typed ? this.bases.get(split(token)[0] + typed.written) : undefined;
    const frame = way && this.get(`${way.base}~${typed.id}`);
    return frame && { frame, step: way.step };
  }
}

function remember(map, key, value, bounds) {
  map.delete(key);
  map.set(key, value);
  if (map.size > bounds.edges) map.delete(map.keys().next().value);
}
