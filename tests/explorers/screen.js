// SPDX-License-Identifier: BSD-3-Clause
// What is wrong with each screen of a page: words that meet, what is cut, outside, small or too tight.
() => [...document.querySelectorAll('.kfv-explorer')].map(root => {
  const faults = [], texts = [];
  const seen = e => e.checkVisibility() && +getComputedStyle(e).opacity > 0;
  const box = root.getBoundingClientRect();
  const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let n = walk.nextNode(); n; n = walk.nextNode()) {
    const p = n.parentElement;
    if (!n.textContent.trim() || p.closest('option, desc, title, textarea, pre, table, .extent-row, .kfv-ask') || !seen(p)) continue;
    const range = document.createRange();
    range.selectNodeContents(n);
    for (const r of range.getClientRects()) {
      if (r.width < 2 || r.height < 2) continue;
      texts.push({said: n.textContent.trim().slice(0, 30), p, x: r.left, X: r.right,
                  y: r.top + r.height * 0.16, Y: r.bottom - r.height * 0.16});
      if (r.right > box.right + 2 || r.left < box.left - 3) faults.push(`outside: ${n.textContent}`);
    }
    if (parseFloat(getComputedStyle(p).fontSize) < 13) faults.push(`small: ${n.textContent}`);
  }
  const card = e => e.closest('.kfv-refuse');
  for (let i = 0; i < texts.length; i++) for (let j = i + 1; j < texts.length; j++) {
    const a = texts[i], b = texts[j];
    if (a.p === b.p || card(a.p) !== card(b.p)) continue;
    if (Math.min(a.X, b.X) - Math.max(a.x, b.x) > 1.5 && Math.min(a.Y, b.Y) - Math.max(a.y, b.y) > 1.5)
      faults.push(`over: ${a.said} | ${b.said}`);
  }
  for (const e of root.querySelectorAll('button, .kfv-chip, em, .kfv-name, .kfv-lane .kfv-role span, .kfv-columns code, .kfv-norows, .kfv-said p'))
    if (seen(e) && e.scrollWidth > e.clientWidth + 1 && e.clientWidth && getComputedStyle(e).display !== 'inline')
      faults.push(`cut: ${e.textContent}`);
  for (const e of root.querySelectorAll('button, select, summary, .kfv-id')) {
    const r = e.getBoundingClientRect();
    if (seen(e) && (r.height < 23.5 || r.width < 23.5)) faults.push(`target: ${e.dataset.key} ${r.width}x${r.height}`);
  }
  for (const e of root.querySelectorAll('.kfv-said p'))
    if (root.clientWidth >= 800 && e.getBoundingClientRect().height > 49) faults.push(`long: ${e.textContent}`);
  return {name: root.dataset.name, height: Math.round(box.height), faults: [...new Set(faults)]};
})
