// SPDX-License-Identifier: BSD-3-Clause
// What is packed in a page, unpacked: by the browser, and by hand (RFC 1951 and 1952) where it cannot.

// Bytes of gzip without a name, as Python writes it.
export async function unzipped(bytes) {
  if (!globalThis.DecompressionStream) return inflated(bytes);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

const HEADER = 10, TRAILER = 4; // the trailer's last four bytes are the size
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const DAMAGED = "what is packed in this page is damaged";
const LITERALS = 257, END = 256, LONGEST = 258, DEEPEST = 15;

// The least value of each symbol and the bits that are added to it, `slow` symbols to a step of a bit.
function steps(count, slow, first) {
  const out = [];
  for (let symbol = 0, least = first; symbol < count; symbol += 1) {
    const more = Math.max(0, Math.floor(symbol / slow) - 1);
    out.push([least, more]);
    least += 2 ** more;
  }
  return out;
}
const SIZES = [...steps(28, 4, 3), [LONGEST, 0]], WAYS = steps(30, 2, 1);

// A canonical code: how many symbols there are of each length, and the symbols in the order of their codes.
function coded(lengths) {
  const counts = new Array(DEEPEST + 1).fill(0), symbols = [];
  for (let length = 1; length <= DEEPEST; length += 1) {
    lengths.forEach((one, symbol) => { if (one === length) symbols.push(symbol); });
    counts[length] = symbols.length - counts.slice(1, length).reduce((sum, count) => sum + count, 0);
  }
  return { counts, symbols };
}

export function inflated(data) {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const out = new Uint8Array(view.getUint32(data.length - TRAILER, true));
  let at = HEADER, held = 0, many = 0, end = 0;

  function bits(count) {
    if (at > data.length) throw new Error(DAMAGED);
    for (; many < count; many += 8) held |= data[at++] << many;
    const value = held & ((1 << count) - 1);
    held >>>= count;
    many -= count;
    return value;
  }

  function symbol({ counts, symbols }) {
    let code = 0, first = 0, index = 0;
    for (let length = 1; length <= DEEPEST; length += 1) {
      code = (code << 1) | bits(1);
      first <<= 1;
      if (code - first < counts[length]) return symbols[index + code - first];
      first += counts[length];
      index += counts[length];
    }
    throw new Error(DAMAGED);
  }

  function stored() {
    at -= Math.floor(many / 8);
    held = many = 0;
    const size = view.getUint16(at, true);
    out.set(data.subarray(at + 4, at + 4 + size), end);
    at += 4 + size;
    end += size;
  }

  function described() {
    const [literals, ways, count] = [bits(5) + LITERALS, bits(5) + 1, bits(4) + 4];
    const short = new Array(19).fill(0);
    for (const place of ORDER.slice(0, count)) short[place] = bits(3);
    const code = coded(short), lengths = [];
    while (lengths.length < literals + ways) {
      const told = symbol(code);
      if (told < 16) lengths.push(told);
      else {
        const [value, times] = told === 16 ? [lengths.at(-1), 3 + bits(2)]
          : [0, told === 17 ? 3 + bits(3) : 11 + bits(7)];
        lengths.push(...new Array(times).fill(value));
      }
    }
    return [lengths.slice(0, literals), lengths.slice(literals)].map(coded);
  }

  function copied([letters, ways]) {
    for (let told; (told = symbol(letters)) !== END;) {
      if (told < END) out[end++] = told;
      else {
        const [size, more] = SIZES[told - LITERALS], stop = end + size + bits(more);
        const [way, far] = WAYS[symbol(ways)], back = way + bits(far);
        while (end < stop) out[end] = out[end++ - back];
      }
    }
  }

  for (let last = 0; !last;) {
    last = bits(1);
    const kind = bits(2);
    if (kind === 0) stored();
    else copied(kind === 1 ? FIXED : described());
  }
  return out;
}

const FIXED = [
  Array.from({ length: 288 }, (_, n) => (n < 144 ? 8 : n < 256 ? 9 : n < 280 ? 7 : 8)), new Array(30).fill(5),
].map(coded);
