// SPDX-License-Identifier: BSD-3-Clause
// Take something away from a page: to the clipboard, or as a file made in the browser.

export async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch { return copiedByHand(text); }
}

// Where a page may not write to the clipboard, a command of the browser's still may.
function copiedByHand(text) {
  const focused = document.activeElement;
  const area = Object.assign(document.createElement("textarea"), { value: text });
  area.style.position = "fixed";
  area.style.opacity = "0";
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  focused?.focus?.({ preventScroll: true });
  return done;
}

export function download(name, content, type) {
  const blob = content instanceof Blob ? content : new Blob([content], { type });
  const href = URL.createObjectURL(blob);
  const link = Object.assign(document.createElement("a"), { href, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(href), 10_000);
}

const STYLES = [
  "fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-opacity", "stroke-linecap",
  "stroke-linejoin", "opacity", "color", "display", "visibility", "paint-order", "font-family", "font-size",
  "font-style", "font-weight", "letter-spacing", "text-anchor", "text-decoration-line", "dominant-baseline",
  "white-space",
];
const NOTE = 24; // the height of the line that says where a picture comes from

// A drawing as a document of its own: it looks as it does on the page, whatever stylesheet that has.
export function svgOf(place, note) {
  const drawing = place?.localName === "svg" ? place : place?.querySelector("svg");
  if (!drawing) throw new Error("There is no picture to save.");
  const copy = drawing.cloneNode(true);
  const pairs = [drawing, ...drawing.querySelectorAll("*")];
  for (const [n, made] of [copy, ...copy.querySelectorAll("*")].entries()) {
    const style = getComputedStyle(pairs[n]);
    made.setAttribute("style", STYLES.map((name) => `${name}:${style.getPropertyValue(name)}`).join(";"));
    for (const { name } of [...made.attributes])
      if (/^(data-|on|tabindex)/.test(name)) made.removeAttribute(name);
  }
  for (const useless of copy.querySelectorAll("style, script, foreignObject")) useless.remove();
  const box = drawing.viewBox.baseVal, rect = drawing.getBoundingClientRect();
  const { x = 0, y = 0 } = box ?? {};
  const width = Math.round(box?.width || rect.width), height = Math.round(box?.height || rect.height);
  const high = height + (note ? NOTE : 0);
  const frame = { width, height: high, viewBox: `${x} ${y} ${width} ${high}` };
  for (const [name, value] of Object.entries(frame)) copy.setAttribute(name, value);
  copy.prepend(shape("rect", { x, y, width, height: high, fill: groundOf(drawing) }));
  if (note) {
    const text = shape("text", {
      x: x + 4, y: y + height + 16, "font-family": "sans-serif", "font-size": 13,
      fill: getComputedStyle(drawing).color,
    });
    text.textContent = note;
    copy.append(text);
  }
  return { text: new XMLSerializer().serializeToString(copy), width, height: high };
}

function shape(name, attributes) {
  const el = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) el.setAttribute(key, value);
  return el;
}

// The colour behind an element: of the nearest one around it that has any.
function groundOf(el) {
  for (let at = el; at; at = at.parentElement) {
    const colour = getComputedStyle(at).backgroundColor;
    if (colour && !/^(transparent|rgba\(.*, 0\))$/.test(colour)) return colour;
  }
  return "white";
}

export async function pngOf({ text, width, height }, scale = 2) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = width * scale;
  canvas.height = height * scale;
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done, failed) => canvas.toBlob(
    (blob) => (blob ? done(blob) : failed(new Error("The browser made no picture."))), "image/png",
  ));
}
