// SPDX-License-Identifier: BSD-3-Clause
// Another explorer under one, on the same line; the button that opened it shuts it.

// `make` makes an explorer of a root, a transport, an answer and what is known of it.
export function below(above, make) {
  let here = null;
  const shut = () => {
    here?.explorer.close();
    here?.root.remove();
    here = null;
  };
  return {
    shut,
    shows: (token) => here?.token === token,
    // It stays as long as the button that opened it.
    follow: () => { if (here && !above.root.querySelector(`[data-token="${here.token}"]`)) shut(); },
    async toggle(token) {
      const again = here?.token === token, { ask, html } = above.transport, { width } = above;
      shut();
      if (!again) {
        const [answer] = await ask(token, [], width);
        if (answer.trouble) throw new Error(answer.trouble);
        const root = document.createElement("div");
        above.root.after(root);
        here = { token, root, explorer: make(root, { ask, html }, answer, { asked: width }) };
        root.focus({ preventScroll: true });
        root.scrollIntoView({ block: "nearest" });
      }
      above.mark();
    },
  };
}
