// SPDX-License-Identifier: BSD-3-Clause
// What has been shown, by token.  The rules are those of kfuncviz/explorers/history.py, and both are
// held to the same sequences.  `past` and `future` are what undo and redo show, the next one last.

export const MOST = 200;

export const start = (token) => ({ first: token, now: token, past: [], future: [] });

export function edit(history, token) {
  if (token === history.now) return history;
  return { ...history, now: token, past: [...history.past, history.now].slice(-MOST), future: [] };
}

export const look = (history, token) => ({ ...history, now: token });

export function undo(history) {
  if (!history.past.length) return history;
  return {
    ...history, now: history.past.at(-1), past: history.past.slice(0, -1),
    future: [...history.future, history.now],
  };
}

export function redo(history) {
  if (!history.future.length) return history;
  return {
    ...history, now: history.future.at(-1), past: [...history.past, history.now],
    future: history.future.slice(0, -1),
  };
}

export const reset = (history) => edit(history, history.first);

export const fork = (history) => ({ ...start(history.now), first: history.first });
