# SPDX-License-Identifier: BSD-3-Clause
"""
The one-file page: from its opening to Python's first answer, and from toggle to picture
========================================================================================

The page that ``make page`` writes, opened from a file in a real headless Chromium, and by turns in
Firefox where there is one: when the recorded picture is painted and can be used, when Python's
first answer is on screen, the size of the file, and what it asked for elsewhere (nothing).

Then in Chromium: when a chapter can be read, when its first place is live, and its last; and by
turns, on the clocks of ``toggle.py``, the "mount idmap" switch with its frame already here; the
same asked of the worker, whose Python has drawn it before; and a map that nobody has typed yet,
which is computed.  What was measured is written to ``benchmarks/results/page.json``.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.toggle import MEASURE, spread
from tests.browser.conftest import PATIENCE, Seen
from tests.browser.firefox import Firefox, found
from tests.conftest import CHROMIUMS, FLAGS
from tools.page.inputs import Missing, pyodide
from tools.page.prepare import python
from tools.page.sheet import packed, page

TOGGLES, WARM, OPENINGS = 50, 3, 5
RESULTS = Path(__file__).resolve().parent / "results/page.json"
CLOCKS = ("changed", "painted", "handler")
PREFETCHED, ASKED, COMPUTED = "prefetched", "asked for", "computed"
ROOT = ".kfv-explorer"
SWITCH = f"{ROOT} [data-key=mount_idmapped]"
#: Milliseconds since the page was opened, of what a person waits for.
WATCH = """
new PerformanceObserver((list) => {
  for (const { name, startTime } of list.getEntries()) (window.came ??= {})[name] = startTime;
}).observe({ type: "paint", buffered: true });
const look = () => {
  const came = window.came ??= {}, status = document.getElementById("status")?.textContent ?? "";
  if (document.querySelector(".kfv-explorer")?.explorer) came.usable ??= performance.now();
  if (status.startsWith("Python runs")) came.python ??= performance.now();
  else setTimeout(look, 10);
};
look();
"""
READY = """([selector, ahead]) => {
  const control = document.querySelector(selector), { explorer } = control.closest(".kfv-explorer");
  explorer.ahead.wanted = ahead;
  if (!ahead) { explorer.memory.edges.clear(); explorer.memory.bases.clear(); return true; }
  const on = control.getAttribute("aria-checked") !== "true";
  const event = JSON.parse(control.dataset.event.replace('"$checked"', on));
  if (explorer.memory.after(explorer.token, event, null)) return true;
  explorer.ahead.look();
  return false;
}"""


#: Turns to a chapter: milliseconds until it can be read, its first place is live, and its last.
TURN = """(number) => new Promise((done) => {
  const start = performance.now(), came = {};
  location.hash = `chapter-${number}`;
  const look = () => {
    const there = document.getElementById(`chapter-${number}`)?.parentElement;
    const places = [...there?.querySelectorAll("fieldset.kfv-place") ?? []];
    const live = places.filter((place) => !place.disabled).length, now = performance.now() - start;
    if (places.length) came.read ??= now;
    if (live) came.first ??= now;
    if (live && live === places.length) done({ ...came, last: now });
    else requestAnimationFrame(look);
  };
  look();
})"""
CHAPTERS = ("00", "03", "07")
#: A button that types a map, which no frame is here of.
NEW_MAP = """number => {
  const root = document.querySelector(".kfv-explorer"), { explorer } = root;
  explorer.ahead.wanted = false;
  const button = root.querySelector("#new") ?? document.createElement("button");
  const value = `1000 ${3000 + number} 1`;
  button.id = "new";
  button.dataset.event = JSON.stringify({ type: "typed", target: "mount.uid", value });
  root.append(button);
}"""
NEW = f"{ROOT} #new"
STILL = f"!document.querySelector('{ROOT}').explorer.busy"


def in_chromium(browser: Browser, address: str) -> dict[str, float]:
    """When what came, in a fresh window."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    tab = context.new_page()
    tab.add_init_script(WATCH)
    tab.goto(address, wait_until="commit")
    tab.wait_for_function("window.came?.python && window.came['first-contentful-paint']")
    came: dict[str, float] = tab.evaluate("window.came")
    context.close()
    return came


def in_firefox(browser: Firefox, address: str) -> dict[str, float]:
    """The same in Firefox, which is watched from the end of its loading on."""
    browser("WebDriver:Navigate", url="about:blank")
    browser("WebDriver:Navigate", url=address)
    browser.js(WATCH)
    while not browser.js("return window.came.python && window.came['first-contentful-paint']"):
        time.sleep(0.05)
    came: dict[str, float] = browser.js("return window.came")
    return came


def openings(browser: Browser, address: str) -> dict[str, list[dict[str, float]]]:
    """When what came, of several openings by turns in each browser there is."""
    took: dict[str, list[dict[str, float]]] = {"chromium": []}
    program = found()
    fox = Firefox(program, PATIENCE) if program else None
    for _ in range(OPENINGS):
        took["chromium"].append(in_chromium(browser, address))
        if fox:
            took.setdefault("firefox", []).append(in_firefox(fox, address))
    if fox:
        fox.close()
    return took


def toggles(tab: Page) -> dict[str, list[dict[str, float]]]:
    """Milliseconds of every toggle on every clock, by turns."""
    took: dict[str, list[dict[str, float]]] = {PREFETCHED: [], ASKED: [], COMPUTED: []}
    for number in range(WARM + TOGGLES):
        for name, kept in took.items():
            if name == COMPUTED:
                tab.evaluate(NEW_MAP, number)
            else:
                tab.wait_for_function(READY, arg=[SWITCH, name == PREFETCHED])
            tab.wait_for_timeout(200)
            one = tab.evaluate(MEASURE, [NEW if name == COMPUTED else SWITCH, ROOT])
            if number >= WARM:
                kept.append(one)
            tab.wait_for_function(STILL)
    return took


def main() -> None:
    """Build the page, open it, toggle, print and write down."""
    binary = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if binary is None:
        print("  no Chromium or Chrome here: nothing measured")
        return
    try:
        parts = python(pyodide()).parts
    except Missing as error:
        print(f"  {error}: nothing measured")
        return
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        file = Path(place) / "kfuncviz.html"
        file.write_text(page(packed(parts), "measured"), "utf-8")
        browser = playwright.chromium.launch(executable_path=binary, args=[*FLAGS])
        came = openings(browser, file.as_uri())
        tab, seen = browser.new_page(viewport={"width": 1280, "height": 900}), Seen()
        seen.watch(tab)
        tab.goto(file.as_uri())
        tab.get_by_text("Python runs in this page").wait_for()
        took = toggles(tab)
        turned = {number: tab.evaluate(TURN, number) for number in CHAPTERS}
        summary: dict[str, Any] = {
            "load": os.getloadavg()[0], "bytes": file.stat().st_size,
            "requests": seen.outside_requests,
        }  # fmt: skip
        browser.close()
    for name, all_ in came.items():
        for what in ("first-contentful-paint", "usable", "python"):
            summary[f"{name} {what}"] = spread([one[what] for one in all_])
            median = summary[f"{name} {what}"][0]
            print(f"  {name}: {what:24} median {median:6.0f} ms of {OPENINGS} openings")
    for number, one in turned.items():
        print(f"  chapter {number}: read after {one['read']:.0f} ms, first place live after "
              f"{one['first']:.0f}, last after {one['last']:.0f} ms")  # fmt: skip
    for clock in CLOCKS:
        summary[clock] = {name: spread([one[clock] for one in all_]) for name, all_ in took.items()}
        for name, (median, p95) in summary[clock].items():
            print(f"  {clock}: {name:12} median {median:6.1f} ms, p95 {p95:6.1f} ms")
    print(f"  {summary['bytes'] / 1e6:.2f} MB, {len(summary['requests'])} requests elsewhere, "
          f"load {summary['load']:.1f}")  # fmt: skip
    RESULTS.parent.mkdir(exist_ok=True)
    everything = summary | {"openings": came, "chapters": turned, "each": took}
    RESULTS.write_text(json.dumps(everything, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
