# SPDX-License-Identifier: BSD-3-Clause
"""A table read back, folds and links that keep their keys, and a caption that is its name."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

from kfuncviz.render.kit.markup import fold, link
from kfuncviz.render.kit.tabular import table_html
from kfuncviz.render.kit.tokens import LIGHT, MONO

KEPT = "data-lm-suppress-shortcuts"


def test_every_cell_can_be_found_by_its_heads() -> None:
    rows = [{"way_in": "<stick>", "holds": True}, {"way_in": "plain", "holds": None},
            {"way_in": "clone", "holds": ("a", "b")}]  # fmt: skip
    root = ET.fromstring(table_html(rows, "Who & what"))
    table = root.find("table")
    assert table is not None
    assert [e.tag for e in table] == ["caption", "thead", "tbody"]
    assert table.findtext("caption") == "Who & what"
    assert [(e.text, e.get("scope")) for e in table.findall("thead/tr/th")] == [
        ("way in", "col"), ("holds", "col"),
    ]  # fmt: skip
    body = [[(e.tag, e.text or "", e.get("scope")) for e in row] for row in table.iter("tr")][1:]
    assert body == [
        [("th", "<stick>", "row"), ("td", "yes", None)], [("th", "plain", "row"), ("td", "", None)],
        [("th", "clone", "row"), ("td", "a; b", None)],
    ]  # fmt: skip


def test_code_is_told_from_words_and_breaks_after_a_bracket_only() -> None:
    html = table_html([{"a": "f(g(x))", "b": "f(x)"}], "C", code=["a"])
    assert '<th scope="row"><code>f(<wbr>g(<wbr>x))</code></th><td>f(x)</td>' in html


@pytest.mark.parametrize(
    "rows", [[], [{}], [{"a": 1}, {"b": 1}], [{"a": 1, "b": 2}, {"b": 2, "a": 1}]]
)
def test_rows_of_different_columns_are_no_table(rows: list[dict[str, object]]) -> None:
    with pytest.raises(ValueError) as caught:
        table_html(rows, "Some")
    assert str(caught.value) == "want rows with the same columns, and at least one of each"


def test_tables_have_ids_of_their_own() -> None:
    made = [table_html([{"a": n}], caption, theme=theme) for n in (1, 2)
            for caption in ("x", "y") for theme in ("lab", "dark")]  # type: ignore[arg-type]  # fmt: skip
    assert len({ET.fromstring(html).get("id") for html in made}) == len(made)


def test_a_table_stands_on_the_left_in_words_of_14_pixels() -> None:
    """Its measures, as they were read against the picture; JupyterLab's own are others."""
    sheet = (
        table_html([{"a": 1}], "A", theme="light").partition("<style>")[2].partition("</style>")[0]
    )
    rules = dict(re.findall(r"#table-\w+ ([^{]+){([^}]*)}", sheet))
    assert rules == {
        "table": f"border-collapse:collapse;font-size:14px;line-height:1.4;color:{LIGHT['ink']}",
        "caption": f"text-align:left;color:{LIGHT['muted']};padding:0 0 6px",
        ":is(th,td)": "text-align:left;vertical-align:top;padding:4px 16px 4px 0;"
        f"white-space:normal;max-width:none;border-bottom:1px solid {LIGHT['hair']}",
        "code": f"font:14px/1.5 {MONO};background:none;padding:0",
    }


def test_what_can_have_the_focus_keeps_its_keys() -> None:
    opened = ET.fromstring(fold("A <b>title</b>", "<p>inside</p>", open="", data_fold="x"))
    assert dict(opened.attrib) == {"open": "", "data-fold": "x"}
    assert [e.tag for e in opened] == ["summary", "p"]
    assert opened[0].get(KEPT) == "true"
    assert "".join(opened[0].itertext()) == "A title"
    led = ET.fromstring(link("https://x?a=1&b", "a <word>"))
    assert dict(led.attrib) == {
        "href": "https://x?a=1&b", "target": "_blank", "rel": "noopener", KEPT: "true",
    }  # fmt: skip
    assert led.text == "a <word>"
