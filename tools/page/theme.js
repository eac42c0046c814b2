// SPDX-License-Identifier: BSD-3-Clause
// Before anything is painted: the colours that the reader's system asks for, as JupyterLab would say so.
const dark = matchMedia("(prefers-color-scheme: dark)");
const dress = () => { document.body.dataset.jpThemeLight = String(!dark.matches); };
dark.addEventListener?.("change", dress);
dress();
