// SPDX-License-Identifier: BSD-3-Clause
// The worker's side: Python out of the page's own data, then one function that answers questions.
// Nothing is fetched.  `parts` are {wasm, stdlib, kit: packed files, glue, loader, lock, setup: texts};
// `setup` is Python whose value is a function from a question's JSON to the answers'.

export async function opened(parts) {
  const address = (data, type) => URL.createObjectURL(new Blob([data], { type }));
  const script = (text) => import(address(text, "text/javascript"));
  const { loadPyodide } = await script(parts.loader);
  const python = await loadPyodide({
    indexURL: `${address(await bytesOf(parts.wasm), "application/wasm")}#/`,
    stdLibURL: address(await bytesOf(parts.stdlib), "application/zip"),
    createPyodideModule: (await script(parts.glue)).default,
    lockFileContents: parts.lock, packageBaseUrl: "https://in-this-file.invalid/",
  });
  python.unpackArchive(await bytesOf(parts.kit), "zip", { extractDir: "/kit" });
  return python.runPython(parts.setup);
}

export async function bytesOf(text) {
  const raw = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  return new Response(new Blob([raw]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}

export function serve(scope, open = opened) {
  let answers;
  scope.onmessage = async ({ data }) => {
    try {
      if (data.start) {
        answers = await open(data.start);
        scope.postMessage({ ready: true });
      } else scope.postMessage({ id: data.id, answers: answers(data.question) });
    } catch (error) {
      scope.postMessage({ id: data.id, trouble: String(error?.message ?? error).slice(-400) });
    }
  };
}

if (globalThis.WorkerGlobalScope && globalThis instanceof WorkerGlobalScope) serve(globalThis);
