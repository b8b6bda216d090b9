"""Pictures of pages of a running site, light and dark, wide and narrow, to be looked at.

python -m tests.browser.shots http://127.0.0.1:8000 /ui/ /me/ --user alice --password secret --out test-results
"""

import argparse
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.browser.browsing import Theme, chromium

SIZES = {"wide": (1280, 800), "narrow": (390, 844)}


def main() -> None:
    options = _options()
    options.out.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        for theme, size in product(options.themes, options.sizes):
            _shoot(browser, options, theme, size)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("site")
    parser.add_argument("paths", nargs="+")
    parser.add_argument("--user")
    parser.add_argument("--password")
    parser.add_argument("--out", type=Path, default=Path("test-results"))
    parser.add_argument("--themes", nargs="+", default=["light", "dark"])
    parser.add_argument("--sizes", nargs="+", choices=SIZES, default=list(SIZES))
    parser.add_argument("--full", action="store_true", help="the whole page, not only its first screen")
    return parser.parse_args()


def _shoot(browser: Browser, options: argparse.Namespace, theme: Theme, size: str) -> None:
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=theme)
    page = context.new_page()
    page.on("console", lambda message: print(f"{page.url}: {message.type}: {message.text}"))
    if options.user:
        _sign_in(page, options)
    for path in options.paths:
        page.goto(options.site + path, wait_until="networkidle")
        name = path.strip("/").replace("/", "-").partition("?")[0] or "home"
        page.screenshot(path=options.out / f"{name}-{size}-{theme}.png", full_page=options.full)
    context.close()


def _sign_in(page: Page, options: argparse.Namespace) -> None:
    page.goto(f"{options.site}/accounts/login/")
    page.get_by_label("Username or email").fill(options.user)
    page.get_by_label("Password").fill(options.password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "login" not in url)


if __name__ == "__main__":
    main()
