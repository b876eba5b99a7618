"""A provider of the user's own in the pane: chosen like any other, its mistakes in its row, mended while it is open."""

from pathlib import Path

from textual.widgets import OptionList

from creditsui.tui.app import CreditsApp
from creditsui.tui.screens.add_account import AddAccountScreen
from tests.servers import Server
from tests.tui.stage import Stage, session, until

ACME = """name = "Acme AI"
url = "URL"
env = ["ACME_API_KEY"]
[[ask]]
path = "/v1/credits"
[[balance]]
remaining = "left"
currency = "USD"
"""


def declare(home: Path, text: str) -> None:
    folder = home / ".config" / "creditsui" / "providers"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "acme.toml").write_text(text)


async def test_a_declared_provider_is_among_those_to_add(home: Path) -> None:
    declare(home, ACME.replace("URL", "https://llm.acme.ai"))
    app = Stage(AddAccountScreen(session(home)))
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.press(*"acme")
        listed = app.shown.query_one("#list", OptionList)
        assert listed.get_option_at_index(0).id == "p-acme"


async def test_a_mistake_stands_in_the_row_and_is_gone_once_it_is_mended(home: Path) -> None:
    def text() -> str:
        return "\n".join(strip.text for strip in app.screen._compositor.render_strips())

    with Server({("GET", "/v1/credits"): {"left": 4.2}}) as server:
        good = ACME.replace("URL", server.url)
        declare(home, good.replace("remaining", "remainng"))
        opened = session(home, config="", env={"ACME_API_KEY": "acme-0123456789abcdef"})
        app = CreditsApp(opened, still=True, env={"NO_COLOR": "1", "LANG": "C.UTF-8"})
        async with app.run_test(size=(120, 36)) as pilot:
            await until(pilot, lambda: "acme.toml line 7: [balance] remainng" in text())
            assert not server.requests
            declare(home, good)
            app.refresher.wake()
            await until(pilot, lambda: "$4.20" in text() and "acme.toml" not in text())
        assert len(server.requests) == 1
