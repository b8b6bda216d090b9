"""What axe finds wrong with a page."""

from playwright.sync_api import Page

from tests.browser.browsing import AXE

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


PAINTED = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
OF_COLOURS = ["color-contrast", "link-in-text-block"]


def violations(page: Page, *, within: str = "body", rules: list[str] | None = None) -> list[str]:
    """One line for each element that breaks a rule: the rule, the element, what to do."""
    if not page.evaluate("'axe' in window"):
        # In the page's own world, past its content security policy, which forbids a script tag.
        page.evaluate(AXE.read_text())
    which = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": RULES}
    found = page.evaluate("([within, which]) => axe.run(within, {runOnly: which})", [within, which])
    return [
        f"{rule['id']}: {node['target'][0]}: {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def assert_accessible(page: Page) -> None:
    """Fails with a line for each problem that axe finds."""
    problems = violations(page)
    assert not problems, "\n".join([page.url, *problems])


def assert_accessible_in_both_themes(page: Page) -> None:
    """Fails with a line for each problem that axe finds in the light, or with colours in the dark."""
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.evaluate(PAINTED)
    assert_accessible(page)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.evaluate(PAINTED)
    problems = violations(page, rules=OF_COLOURS)
    assert not problems, "\n".join([f"{page.url} in the dark", *problems])


def assert_fits_a_telephone(page: Page) -> None:
    """Fails when the page scrolls sideways on a narrow screen."""
    wide = page.viewport_size
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, page.url
    if wide:
        page.set_viewport_size(wide)
