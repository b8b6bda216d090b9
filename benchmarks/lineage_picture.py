"""How long a browser takes to lay out and draw lineage: `python -m benchmarks.lineage_picture [--nodes 300]`.

Opens what `make assets` built in the Chromium that CONCORD_CHROMIUM names, with made-up pictures of a few shapes, and
takes the time that the script itself keeps. Exits 1 above the target.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.browser.browsing import chromium

SCRIPT = Path(__file__).resolve().parent.parent / "static" / "build" / "lineage.js"
TARGET_MS = 500
PAGE = """<!doctype html><form id="graph-form"></form>
<section class="graph" id="graph" data-icons="" data-name="made up" hidden><input data-find><span data-count></span>
<div data-stage style="block-size: 600px"></div><aside data-side hidden></aside></section>
<script type="application/json" id="picture">{picture}</script>"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nodes", type=int, default=300)
    parser.add_argument("--repeat", type=int, default=5)
    options = parser.parse_args()
    slowest = 0.0
    with chromium() as browser:
        page = browser.new_page()
        for shape, edges in (("a tree", 1), ("two inputs each", 2), ("three inputs each", 3)):
            times = [_draw(page, picture(options.nodes, edges)) for _ in range(options.repeat)]
            middle = statistics.median(times)
            slowest = max(slowest, middle)
            print(f"{options.nodes} nodes, {shape:18} median {middle:6.0f} ms   slowest {max(times):6.0f} ms")
    if slowest > TARGET_MS:
        print(f"missed: {slowest:.0f} ms, wanted {TARGET_MS}")
    return int(slowest > TARGET_MS)


def picture(nodes: int, edges: int) -> dict[str, Any]:
    """Layers of twelve to either side of the focus, each card fed by `edges` of the layer before."""
    chance = random.Random(7)
    half = nodes // 2
    rings = {number: (number - half) // 12 for number in range(nodes)}
    by_ring: dict[int, list[int]] = {}
    for number, ring in rings.items():
        by_ring.setdefault(ring, []).append(number)
    lines = [
        [up, number, "view", None, True]
        for number, ring in rings.items() if ring - 1 in by_ring
        for up in chance.sample(by_ring[ring - 1], min(edges, len(by_ring[ring - 1])))
    ]  # fmt: skip
    cards = [
        {"id": number, "name": f"table_{number}", "place": "warehouse · mart", "kind": "table", "word": "Table",
         "url": f"/{number}", "badges": ["certified"], "stage": "analysis", "fields": 9, "ring": rings[number]}
        for number in range(nodes)
    ]  # fmt: skip
    return {"focus": half, "nodes": cards, "stubs": [], "groups": [], "lines": lines, "jobs": [], "path": None}


def _draw(page: Page, told: dict[str, Any]) -> float:
    page.set_content(PAGE.format(picture=json.dumps(told)))
    page.add_script_tag(content=SCRIPT.read_text())
    page.wait_for_function("document.getElementById('graph').dataset.milliseconds")
    return float(page.evaluate("document.getElementById('graph').dataset.milliseconds"))


if __name__ == "__main__":
    sys.exit(main())
