// SPDX-License-Identifier: BSD-3-Clause
// Runs a program under Pyodide: node prepare.mjs PYODIDE FOLDER PROGRAM.  Inside it is /folder.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [pyodide, folder, program] = process.argv.slice(2).map((name) => resolve(name));
const { loadPyodide } = await import(pathToFileURL(`${pyodide}/pyodide.mjs`).href);
const lock = JSON.parse(readFileSync(`${pyodide}/pyodide-lock.json`, "utf8"));
const python = await loadPyodide({
  indexURL: `${pyodide}/`, lockFileContents: JSON.stringify({ ...lock, packages: {} }),
});
python.mountNodeFS("/folder", folder);
python.runPython(readFileSync(program, "utf8"), { filename: program });
