// SPDX-License-Identifier: BSD-3-Clause
// Dragging a number: up and down over `[data-drag]`, so many ids a pixel.
import { parsed } from "./payload.js";

const SLACK = 4; // pixels: less is a click

export function dragged(drag, from, pixels) {
  const to = from + Math.round(pixels * drag.per);
  return Math.min(Math.max(to, drag.first), drag.last);
}

export function draggable(root, on, explorer) {
  let held = null;
  on("pointerdown", (event) => {
    const pill = event.target.closest?.("[data-drag]");
    const drag = parsed(pill?.dataset.drag ?? "null"), field = explorer.idField();
    if (!drag || !field || event.button !== 0 || explorer.id === null) return;
    held = { pill, drag, field, y: event.clientY, from: explorer.id, moving: false };
  });
  on("pointermove", (event) => {
    if (!held) return;
    const pixels = event.clientY - held.y;
    if (!held.moving && Math.abs(pixels) < SLACK) return;
    if (!held.moving) {
      root.setPointerCapture(event.pointerId);
      explorer.burst = null;
    }
    explorer.goToId(held.field, dragged(held.drag, held.from, pixels), true);
    held.moving = true;
  });
  const release = () => { held = null; };
  on("pointerup", release);
  on("pointercancel", release);
}
