// SPDX-License-Identifier: BSD-3-Clause
// The worker's side: Python out of the page's own data, then one function that answers questions.
// Nothing is fetched.  `payload` is the parts loader, glue, lock, wasm, stdlib, kit, packed as text or
// bytes (tools/page/sheet.py writes it); `setup` is Python whose value is a function from a question's
// JSON to the answer's.

export async function opened({ payload, setup }) {
  const part = partsOf(await bytesOf(payload));
  const address = (name, type) => URL.createObjectURL(new Blob([part[name]], { type }));
  const script = (name) => import(address(name, "text/javascript"));
  const { loadPyodide } = await script("loader");
  const python = await loadPyodide({
    indexURL: `${address("wasm", "application/wasm")}#/`, // the name of a file that is asked for goes behind
    stdLibURL: address("stdlib", "application/zip"),
    createPyodideModule: (await script("glue")).default,
    lockFileContents: new TextDecoder().decode(part.lock), packageBaseUrl: "https://in-this-file.invalid/",
  });
  python.unpackArchive(part.kit, "zip", { extractDir: "/kit" });
  return python.runPython(setup);
}

export async function bytesOf(packed) {
  const raw = typeof packed === "string" ? inBase64(packed) : packed;
  const stream = new Blob([raw]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function inBase64(text) {
  return Uint8Array.fromBase64?.(text) ?? Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}

// The length of a list, the list of names and sizes, the parts one behind the other.
export function partsOf(bytes) {
  const length = new DataView(bytes.buffer).getUint32(0, true);
  let at = 4 + length;
  const sizes = JSON.parse(new TextDecoder().decode(bytes.subarray(4, at)));
  return Object.fromEntries(sizes.map(([name, size]) => [name, bytes.subarray(at, at += size)]));
}

export function serve(scope, open = opened) {
  let answers;
  scope.onmessage = async ({ data }) => {
    try {
      if (data.start) {
        answers = await open(data.start);
        scope.postMessage({ ready: true });
      } else scope.postMessage({ id: data.id, answer: answers(data.question) });
    } catch (error) {
      scope.postMessage({ id: data.id, trouble: String(error?.message ?? error).slice(-400) });
    }
  };
}

if (globalThis.WorkerGlobalScope && globalThis instanceof WorkerGlobalScope) serve(globalThis);
