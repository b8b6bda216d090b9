"""What axe finds wrong with a page."""

from playwright.sync_api import Page

from tests.browser.browsing import AXE

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Page, *, within: str = "body") -> list[str]:
    """One line for each element that breaks a rule: the rule, the element, what to do."""
    page.evaluate(
        AXE.read_text()
    )  # in the page's own world, past its content security policy, which forbids a script tag
    found = page.evaluate("([within, tags]) => axe.run(within, {runOnly: tags})", [within, RULES])
    return [
        f"{rule['id']}: {node['target'][0]}: {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def assert_accessible(page: Page) -> None:
    """Fails with a line for each problem that axe finds."""
    problems = violations(page)
    assert not problems, "\n".join(problems)
