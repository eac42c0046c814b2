// SPDX-License-Identifier: BSD-3-Clause
// The page's address says what is shown: a link opens it, and it follows what is done.
import { Explorer } from "./explorer.js";
import { askedWidth } from "./payload.js";

const SETTLED = 300; // a browser that is told of every step of a drag stops listening

// The token of an address; mail programs write its tilde in their own way.
export const tokenOf = (address) => /#(kfv\d.*)/s.exec(address)?.[1].replaceAll(/%7e/gi, "~");

// Open what the address names, now and whenever a link is followed; `named` learns which explorer it is.
export async function follow(root, line, named) {
  let here = root, later;
  const written = (token) => {
    clearTimeout(later);
    later = setTimeout(() => window.history.replaceState(null, "", `#${token}`), SETTLED);
  };
  const speaking = { ask: line.ask, html: line.html, told: written };
  const open = async (address) => {
    clearTimeout(later); // what was to be written belongs to where the page was before
    const token = tokenOf(address);
    if (!token || token === here.explorer.token) return;
    const width = askedWidth(here.clientWidth);
    const [answer] = await line.ask(token, [], width);
    if (answer.trouble) {
      here.explorer.complain(answer.trouble);
      return;
    }
    here.explorer.close();
    const fresh = here.cloneNode(false); // an answer on its way to the old one finds nothing to draw in
    here.replaceWith(fresh);
    here = fresh;
    here.className = "";
    here.explorer = new Explorer(here, speaking, answer, { asked: width });
    here.focus({ preventScroll: true });
    named(answer.explorer);
  };
  here.explorer.transport = speaking;
  addEventListener("hashchange", ({ newURL }) => open(newURL));
  // Of a link to what the address still says nothing else is heard.
  addEventListener("click", ({ target }) => {
    if (target.closest?.("a[href^='#kfv']")?.hash === location.hash) open(location.hash);
  });
  await open(location.hash);
}
