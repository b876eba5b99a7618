"""The report in a real browser: it renders, on a desk, a phone and paper, and asks nobody for anything."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest

from creditsui.cli.report import html
from creditsui.core import board as boards
from creditsui.core.asking.refresh import refresh
from creditsui.core.demo.session import demo_session
from creditsui.outputs.report.page import page
from tests.chromium import Chromium, needs_chromium
from tests.outputs.boards import BOARD, OPENROUTER
from tests.outputs.pages import classed, parsed
from tests.servers import Reply, Server

pytestmark = needs_chromium
NOW = datetime(2026, 11, 20, 19, 40, tzinfo=UTC)
_ACT = "document.title='pwned'"
HOSTILE = f'</script><script>{_ACT}</script><img src=http://report.example/ onerror="{_ACT}">'


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]
    with Chromium(tmp_path_factory.mktemp("browser")) as running:
        yield running


def demo(folder: Path) -> str:
    session = demo_session(1.0, folder, lambda: NOW)
    asyncio.run(refresh(session))
    return html(session, boards.board(session))


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    path = folder / "report.html"
    path.write_text(demo(folder / "demo"), encoding="utf-8")
    return path


def test_this_browser_would_notice_a_request_and_a_complaint(browser: Chromium, tmp_path: Path) -> None:
    bad = tmp_path / "bad.html"
    bad.write_text(
        "<!DOCTYPE html><title>x</title><img src=http://report.example/x.png><script>console.error(1)</script>"
    )
    before = len(browser.proxied)
    seen = browser.open(bad.as_uri())
    assert "http://report.example/x.png" in seen.requests and seen.complaints
    assert b"report.example" in b"".join(browser.proxied[before:])


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_it_asks_for_nothing_and_complains_of_nothing(browser: Chromium, report: Path, width: int, scheme: str) -> None:
    before = len(browser.proxied)
    seen = browser.open(report.as_uri(), width=width, scheme=scheme)
    assert seen.requests[0] == report.as_uri()
    assert not [url for url in seen.requests[1:] if not url.startswith("data:")]
    assert not seen.complaints and browser.proxied[before:] == []
    assert seen.width == width, "nothing is wider than the screen"
    assert browser.evaluate("document.compatMode") == "CSS1Compat"


def test_a_web_server_sees_one_request_for_it(browser: Chromium, report: Path) -> None:
    served = Reply(report.read_text(encoding="utf-8"), headers={"content-type": "text/html"})
    with Server({("GET", "/report.html"): served}) as server:
        browser.open(f"{server.url}/report.html")
        assert browser.evaluate("document.querySelectorAll('.card').length") == 8
        assert [request.path for request in server.requests] == ["/report.html"], "not even an icon"


def test_the_bars_are_as_long_as_they_say(browser: Chromium, report: Path) -> None:
    browser.open(report.as_uri())
    lengths = browser.evaluate(
        """[...document.querySelectorAll('.card .life')].map(life => {
          const all = life.querySelector('svg').getBoundingClientRect();
          const fills = [...life.querySelectorAll('rect')].filter(one => /fill|hatch/.test(one.className.baseVal));
          const end = Math.max(...fills.map(one => one.getBoundingClientRect().right), all.left);
          return [life.querySelector('.percent').textContent, (end - all.left) / all.width];
        })"""
    )
    told = [(text, length) for text, length in lengths if text.strip("~%").isdigit() and length]
    assert len(told) >= 5
    for text, length in told:
        assert length == pytest.approx(int(text.strip("~%")) / 100, abs=0.02), text


def test_dark_is_dark_light_is_light_and_paper_is_white(browser: Chromium, report: Path) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    browser.open(report.as_uri(), scheme="dark")
    assert browser.evaluate(ground) == "rgb(15, 17, 22)"
    browser.open(report.as_uri(), scheme="light")
    assert browser.evaluate(ground) == "rgb(243, 244, 248)"
    browser.open(report.as_uri(), scheme="dark", media="print")
    assert browser.evaluate(ground) == "rgb(255, 255, 255)"
    assert browser.evaluate("getComputedStyle(document.querySelector('.card')).color") == "rgb(42, 45, 54)"
    assert browser.printed().startswith(b"%PDF-")


def test_a_picture_of_it_is_not_empty(browser: Chromium, report: Path) -> None:
    pillow = pytest.importorskip("PIL.Image")
    browser.open(report.as_uri(), scheme="dark")
    colours = pillow.open(BytesIO(browser.picture())).convert("RGB").getcolors(1 << 24)
    assert len(colours) > 100
    tones = {colour for _, colour in colours}
    assert {(0xE5, 0x53, 0x4B), (0xE0, 0x8B, 0x36)} <= tones, "a critical and a low bar"


def test_at_every_moment_of_the_demo_it_is_valid_and_shows_all(tmp_path: Path) -> None:
    now = [NOW]
    session = demo_session(60.0, tmp_path, lambda: now[0])
    for minutes in (0, 2, 30, 60 * 24):
        now[0] = NOW + timedelta(minutes=minutes)
        asyncio.run(refresh(session))
        root = parsed(html(session, boards.board(session)))
        assert len(classed(root, "card")) == 8 and len(classed(root, "purse")) == 2, minutes


def test_the_charts_change_without_a_script(browser: Chromium, report: Path) -> None:
    browser.open(report.as_uri())
    shown = "['account', 'model'].map(by => getComputedStyle(document.querySelector(`.of-${by}`)).display)"
    assert browser.evaluate(shown) == ["block", "none"]
    browser.evaluate("document.querySelector('label[for=by-0-model]').click()")
    assert browser.evaluate(shown) == ["none", "block"]
    assert browser.evaluate("document.scripts.length") == 0


def test_hostile_names_are_words(browser: Chromium, tmp_path: Path) -> None:
    path = tmp_path / "hostile.html"
    views = (replace(OPENROUTER, label=HOSTILE, badges=(HOSTILE,), plan=HOSTILE),)
    path.write_text(page(replace(BOARD, accounts=views, notices=(HOSTILE,)), UTC), encoding="utf-8")
    before = len(browser.proxied)
    seen = browser.open(path.as_uri())
    assert browser.evaluate("document.title") == "creditsui · 2026-11-20 19:41"
    assert browser.evaluate("document.querySelectorAll('img, script').length") == 0
    assert "<img src=http" in browser.evaluate("document.querySelector('.notice').textContent")
    assert not seen.complaints and browser.proxied[before:] == []


def test_even_markup_that_got_in_could_neither_run_nor_load_anything(
    browser: Chromium, report: Path, tmp_path: Path
) -> None:
    path = tmp_path / "broken-into.html"
    injected = "<main><img src='http://report.example/x.png'><script>document.title='pwned'</script>"
    path.write_text(report.read_text().replace("<main>", injected, 1), encoding="utf-8")
    before = len(browser.proxied)
    seen = browser.open(path.as_uri())
    assert browser.evaluate("document.title").startswith("creditsui") and browser.proxied[before:] == []
    assert len(seen.complaints) >= 2, "the policy refused both"
