"""The decision about Hermes' route, with real files and real sockets."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from creditsui.adapters.ledger import open_ledger
from creditsui.core.hermes import route
from creditsui.core.session import Session
from creditsui.domain.money import money
from creditsui.domain.reading import Balance, Reading, Window
from creditsui.routing import hermes_config
from creditsui.routing.route import Choice, Decision, Refused, Route
from tests import real_hermes
from tests.core.conftest import Clock, SessionOf
from tests.core.hermes_home import CONFIG, KEY, Hermes, drains, hermes, path, still, target
from tests.servers import Reply, Server

OPUS = Choice("anthropic", "claude-opus-4-8")
HAIKU = Choice("anthropic", "claude-haiku-4-5-20251001")
GEMINI = Choice("gemini", "gemini-3.1-pro-preview")
GEMINI_FAST = Choice("gemini", "gemini-3.5-flash")
CHAT = Choice("deepseek", "deepseek-chat")
DEEPSEEK_FAST = Choice("deepseek", "deepseek-v4-flash")


def why(decision: Decision, account: str) -> str:
    return next(rank.why for rank in decision.ranking if rank.candidate.account == account)


def three(it: Hermes, clock: Clock) -> None:
    drains(it.session, "google", "92", 92, clock())
    drains(it.session, "anthropic", "40", 16, clock())
    drains(it.session, "deepseek", "9", 9, clock())


async def test_the_work_goes_to_who_lasts_longest_with_models_that_are_live(
    home: Path, session_of: SessionOf, clock: Clock
) -> None:
    with hermes(home, session_of, "anthropic", "deepseek", "google") as it:
        three(it, clock)
        found = await route.decide(it.session)
        assert found.state == "change"
        assert found.route == Route(
            primary=GEMINI,
            delegation=HAIKU,
            fallbacks=(OPUS, CHAT, HAIKU, DEEPSEEK_FAST),
        )
        assert found.current == Route(CHAT)
        assert [rank.candidate.account for rank in found.ranking] == ["google", "anthropic", "deepseek"]
        assert found.reason == "Google Gemini has 90d of runway, DeepSeek 9d."
        assert '+  default: "gemini-3.1-pro-preview"' in found.diff and "-  default: deepseek-chat" in found.diff
        assert found.config == str(it.config)
        assert it.config.read_text() == CONFIG
        google = it.servers["google"].requests
        assert {one.headers["x-goog-api-key"] for one in google} == {f"{KEY}-google"}
        assert KEY not in repr(found)


async def test_deciding_asks_each_list_once_and_writes_nothing(home: Path, session_of: SessionOf, clock: Clock) -> None:
    with hermes(home, session_of, "anthropic", "google") as it:
        three(it, clock)
        before = {one: (one.stat().st_mtime_ns, one.stat().st_size) for one in it.home.rglob("*")}
        await route.decide(it.session)
        assert {one: (one.stat().st_mtime_ns, one.stat().st_size) for one in it.home.rglob("*")} == before
        assert [len(server.requests) for server in it.servers.values()] == [1, 1]


async def test_who_cannot_serve_is_not_asked_and_says_why(home: Path, session_of: SessionOf, clock: Clock) -> None:
    with hermes(home, session_of, "anthropic", "deepseek", "google", "xai", "openrouter",
                config='[routing]\nexclude = ["xai"]\n') as it:  # fmt: skip
        drains(it.session, "anthropic", "40", 16, clock())
        drains(it.session, "google", "40", 90, clock())
        drains(it.session, "xai", "40", 90, clock())
        still(it.session, "deepseek", "0", clock())
        it.dotenv(GEMINI_API_KEY="")
        found = await route.decide(it.session)
        assert [rank.candidate.account for rank in found.ranking if rank.eligible] == ["anthropic"]
        assert why(found, "deepseek") == "Nothing is left ($0.00)."
        assert why(found, "google") == "Hermes finds no key for it; it looks for GOOGLE_API_KEY or GEMINI_API_KEY."
        assert why(found, "xai") == "Excluded in config.toml."
        assert why(found, "openrouter") == "What is left is not known; creditsui sync openrouter tells it."
        assert {one: len(server.requests) for one, server in it.servers.items()} == {
            "anthropic": 1, "deepseek": 0, "google": 0, "xai": 0, "openrouter": 0,
        }  # fmt: skip


async def test_a_default_model_that_is_not_listed_is_not_used_and_an_older_one_that_is_may_be(
    home: Path, session_of: SessionOf, clock: Clock
) -> None:
    with hermes(home, session_of, "anthropic", "google") as it:
        three(it, clock)
        it.servers["anthropic"].routes["GET", path("anthropic")] = {"data": [{"id": "claude-opus-4-6"}]}
        it.servers["google"].routes["GET", path("google")] = {"models": [{"name": "models/gemma-9"}]}
        found = await route.decide(it.session)
        assert found.route == Route(Choice("anthropic", "claude-opus-4-6"))
        assert why(found, "google") == (
            "None of the models known for it is in its own list; name one under [routing] flagship."
        )


async def test_the_users_own_models_count_first_and_must_be_listed_too(
    home: Path, session_of: SessionOf, clock: Clock
) -> None:
    own = '[routing.flagship]\ngemini = "gemini-3.5-flash"\ndeepseek = "deepseek-v4.pro"\n'
    fast = '[routing.fast]\nanthropic = "claude-haiku-4-5"\n'
    with hermes(home, session_of, "anthropic", "deepseek", "google", config=own + fast) as it:
        three(it, clock)
        found = await route.decide(it.session)
        assert found.route == Route(GEMINI_FAST, None, (OPUS,))
        assert why(found, "deepseek") == "Its own list has no model deepseek-v4.pro; it has deepseek-v4-pro."
        assert found.warnings == (
            "Anthropic: Its own list has no model claude-haiku-4-5; it has claude-haiku-4-5-20251001. "
            "It gets no helpers.",
        )


async def test_a_model_that_carries_the_work_is_not_replaced_because_its_list_leaves_it_out(
    home: Path, session_of: SessionOf, clock: Clock
) -> None:
    with hermes(home, session_of, "anthropic", "deepseek") as it:
        drains(it.session, "anthropic", "40", 9, clock())
        drains(it.session, "deepseek", "40", 90, clock())
        it.servers["deepseek"].routes["GET", path("deepseek")] = {"data": [{"id": "deepseek-v4-pro"}]}
        found = await route.decide(it.session)
        assert (found.state, found.route) == ("no-op", None)
        assert found.reason == (
            "DeepSeek carries the work, and nobody can tell whether it can: "
            "Its own list has no model deepseek-chat. Name one under [routing] flagship."
        )
        it.servers["deepseek"].routes["GET", path("deepseek")] = {"data": [{"id": "deepseek-chat-20261101"}]}
        found = await route.decide(it.session)
        assert found.route and found.route.primary == CHAT


async def test_a_quota_that_refills_is_no_empty_purse(home: Path, session_of: SessionOf, clock: Clock) -> None:
    with hermes(home, session_of, "zai", "deepseek") as it:
        drains(it.session, "deepseek", "40", 9, clock())
        window = Window("week", 0.4, seconds=604_800, resets_at=clock() + timedelta(days=3))
        with open_ledger(it.session.paths.ledger) as ledger:
            nothing = Balance(money(0, "USD"))
            ledger.record("zai", Reading(at=clock(), balances=(nothing,), windows=(window,)))
        found = await route.decide(it.session)
        assert why(found, "zai") == "A quota that refills by itself."
        assert found.route and found.route.fallbacks[0] == Choice("zai", "glm-5.2")
        with open_ledger(it.session.paths.ledger) as ledger:
            used = replace(window, used=1.0)
            ledger.record("zai", Reading(at=clock() + timedelta(minutes=5), windows=(used,)))
        clock.instant += timedelta(minutes=6)
        found = await route.decide(it.session)
        assert why(found, "zai") == "Its quota is used up."


async def test_a_model_is_written_as_the_list_spells_it(home: Path, session_of: SessionOf, clock: Clock) -> None:
    own = '[routing.flagship]\nopenrouter = "Claude-Opus-4.8"\ngoogle = "models/gemini-3.5-flash"\n'
    with hermes(home, session_of, "openrouter", "google", config=own) as it:
        drains(it.session, "openrouter", "40", 90, clock())
        drains(it.session, "google", "40", 9, clock())
        found = await route.decide(it.session)
        assert found.route and found.route.primary == Choice("openrouter", "anthropic/claude-opus-4.8")
        assert found.route.fallbacks[0] == GEMINI_FAST


async def test_a_primary_whose_list_is_down_is_left_alone_and_any_other_is_passed_over(
    home: Path, session_of: SessionOf, clock: Clock
) -> None:
    with hermes(home, session_of, "anthropic", "deepseek", "google") as it:
        three(it, clock)
        it.servers["deepseek"].routes["GET", path("deepseek")] = Reply({}, 503)
        found = await route.decide(it.session)
        assert (found.state, found.route, found.diff) == ("no-op", None, "")
        assert found.reason == (
            "DeepSeek carries the work, and nobody can tell whether it can: It is too busy to list its models (503)."
        )
        it.servers["deepseek"].routes.clear()
        it.servers["google"].routes["GET", path("google")] = Reply({}, 401)
        drains(it.session, "deepseek", "9", 9, clock())
        it.servers["deepseek"].routes["GET", path("deepseek")] = {"data": [{"id": "deepseek-chat"}]}
        found = await route.decide(it.session)
        assert found.route and found.route.primary == OPUS
        assert why(found, "google") == "It refuses the key that Hermes has (401)."


async def test_a_key_that_hermes_sends_elsewhere_does_not_make_its_account_a_candidate(
    home: Path, session_of: SessionOf, clock: Clock
) -> None:
    with hermes(home, session_of, "anthropic", "google") as it, Server({("GET", "*"): {"data": []}}) as other:
        three(it, clock)
        it.dotenv(GEMINI_BASE_URL=other.url)
        found = await route.decide(it.session)
        assert why(found, "google") == (
            f"Hermes sends its key to 127.0.0.1:{other.port}, and this account is at "
            f"127.0.0.1:{it.servers['google'].port}."
        )
        assert other.requests == [] and it.servers["google"].requests == []


async def test_a_login_of_a_plan_is_not_the_credit_of_the_key(home: Path, session_of: SessionOf, clock: Clock) -> None:
    with hermes(home, session_of, "anthropic", "google") as it:
        three(it, clock)
        it.dotenv(ANTHROPIC_TOKEN="sk-ant-oat01-0123456789")
        found = await route.decide(it.session)
        assert why(found, "anthropic") == ("Hermes has a login there, which draws on a plan and not on this credit.")
        assert it.servers["anthropic"].requests == []


async def test_of_several_accounts_the_one_with_hermes_own_key_pays(
    home: Path, session_of: SessionOf, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = (
        '[accounts.work]\nprovider = "deepseek"\nkey = "env:WORK_KEY"\nbase_url = "{url}"\n'
        '[accounts.home]\nprovider = "deepseek"\nkey = "env:HOME_KEY"\nbase_url = "{url}"\n'
    )
    with (
        hermes(home, session_of, "google") as it,
        Server({("GET", "/v1/models"): {"data": [{"id": "deepseek-chat"}]}}) as server,
    ):
        env = {"HOME": str(home), "WORK_KEY": f"{KEY}-work", "HOME_KEY": f"{KEY}-home"}
        config = it.session.paths.config
        config.write_text(config.read_text() + more.replace("{url}", server.url))
        session = session_of(real=True, env=env)
        for name, left in (("work", "30"), ("home", "50")):
            drains(session, name, left, 20, clock())
        it.dotenv(DEEPSEEK_BASE_URL=f"{server.url}/v1", DEEPSEEK_API_KEY=f"{KEY}-work")
        found = await route.decide(session)
        assert [rank.candidate.account for rank in found.ranking if rank.eligible] == ["work"]
        it.dotenv(DEEPSEEK_API_KEY=f"{KEY}-third")
        found = await route.decide(session)
        assert why(found, "work") == ("Nobody can tell which of 2 accounts Hermes' key belongs to; exclude the others.")
        config.write_text(config.read_text() + '[routing]\nexclude = ["home"]\n')
        found = await route.decide(session)
        assert "Hermes uses another key than this account" in why(found, "work")


async def test_a_key_that_only_tells_the_balance_is_not_compared_with_the_one_that_works(
    home: Path, session_of: SessionOf, clock: Clock
) -> None:
    with hermes(home, session_of, "xai") as it:
        drains(it.session, "xai", "40", 16, clock())
        session = replace(it.session, env={**it.session.env, "XAI_MANAGEMENT_KEY": f"{KEY}-manages"})
        found = await route.decide(session)
        assert "another key" not in why(found, "xai") and found.ranking[0].eligible


async def test_a_key_goes_where_its_beginning_and_what_hermes_found_out_send_it(
    home: Path, session_of: SessionOf, clock: Clock
) -> None:
    with hermes(home, session_of, "deepseek") as it:
        session = replace(it.session, env={**it.session.env, "MOONSHOT_API_KEY": KEY, "ZAI_API_KEY": KEY})
        drains(session, "moonshot", "40", 16, clock())
        still(session, "zai", "40", clock())
        it.dotenv(KIMI_API_KEY="sk-kimi-0123456789")
        endpoint = {"detected_endpoint": {"base_url": "https://open.bigmodel.cn/api/paas/v4"}}
        (it.home / "auth.json").write_text(json.dumps({"providers": {"zai": endpoint}}))
        found = await route.decide(session)
        assert why(found, "moonshot") == (
            "Hermes sends its key to api.kimi.com, and this account is at api.moonshot.ai."
        )
        assert why(found, "zai") == "Hermes sends its key to open.bigmodel.cn, and this account is at api.z.ai."


async def test_a_history_that_is_damaged_stops_all_changes(home: Path, session_of: SessionOf, clock: Clock) -> None:
    with hermes(home, session_of, "anthropic", "deepseek", "google") as it:
        three(it, clock)
        route.history_file(it.session).write_text("[")
        found = await route.decide(it.session)
        assert (found.state, found.diff) == ("refused", "")
        assert "damaged" in found.reason and len(found.ranking) == 3
        assert route.history(it.session) == []


async def test_a_provider_that_is_switched_off_in_hermes_is_no_candidate(
    home: Path, session_of: SessionOf, clock: Clock
) -> None:
    yaml = CONFIG + "providers:\n  gemini:\n    enabled: false\n"
    with hermes(home, session_of, "anthropic", "google", yaml=yaml) as it:
        three(it, clock)
        found = await route.decide(it.session)
        assert why(found, "google") == "Hermes has it switched off: providers.gemini.enabled is false."


async def test_jobs_that_hermes_will_skip_and_a_gateway_that_keeps_the_old_model_are_told(
    home: Path, session_of: SessionOf, clock: Clock
) -> None:
    with hermes(
        home, session_of, "anthropic", "google", yaml=CONFIG.replace("terminal", "  context_length: 64000\nterminal")
    ) as it:
        three(it, clock)
        before = {"enabled": True, "provider_snapshot": "deepseek", "model_snapshot": "deepseek-chat"}
        it.jobs(
            {**before, "id": "a", "name": "morning news"},
            {**before, "id": "b", "name": "pinned", "provider": "deepseek", "model": "deepseek-chat"},
            {**before, "id": "c", "name": "script", "no_agent": True},
            {**before, "id": "d", "name": "off", "enabled": False},
            {"id": "e", "name": "older", "enabled": True},
            {**before, "id": "f", "name": "half", "provider": "deepseek"},
            {"id": "g", "name": "fits", "provider_snapshot": "gemini", "model_snapshot": GEMINI.model},
        )
        (it.home / "gateway.pid").write_text(f'{{"pid": {os.getpid()}}}')
        found = await route.decide(it.session)
        assert found.warnings == (
            "Hermes will skip 2 scheduled jobs that follow the primary, until they are pinned: morning news, half.",
            "model.context_length stays 64000, whatever gemini-3.1-pro-preview can hold.",
            f"A gateway runs (process {os.getpid()}): what it began keeps the old model until it is restarted.",
        )


async def test_nothing_is_warned_of_where_nothing_changes(home: Path, session_of: SessionOf, clock: Clock) -> None:
    with hermes(home, session_of, "deepseek") as it:
        drains(it.session, "deepseek", "9", 9, clock())
        it.jobs({"id": "a", "provider_snapshot": "xai", "model_snapshot": "grok"})
        found = await route.decide(it.session)
        assert (found.state, found.diff, found.warnings) == ("no-op", "", ())
        assert found.route == Route(CHAT)


@pytest.mark.parametrize(
    ("yaml", "said"),
    [
        ("model: {default: a\n", "Line "),
        ("model:\n  default: a\n  default: b\n", "Line 3: "),
        ("a: 1\n---\nb: 2\n", "Line "),
    ],
)
async def test_settings_that_cannot_be_changed_are_refused_and_the_ranking_still_stands(
    home: Path, session_of: SessionOf, clock: Clock, yaml: str, said: str
) -> None:
    with hermes(home, session_of, "anthropic", "google", yaml=yaml) as it:
        three(it, clock)
        found = await route.decide(it.session)
        assert (found.state, found.route, found.diff) == ("refused", None, "")
        assert found.reason.startswith(said)
        assert len(found.ranking) == 2
        assert it.config.read_text() == yaml


async def test_a_key_that_stands_twice_is_refused_where_nothing_would_be_written_too(
    home: Path, session_of: SessionOf, clock: Clock
) -> None:
    with hermes(home, session_of, "deepseek") as it:
        drains(it.session, "deepseek", "9", 9, clock())
        assert (await route.decide(it.session)).state == "no-op"
        it.config.write_text(CONFIG.replace("  provider: deepseek\n", "  provider: deepseek\n" * 2))
        found = await route.decide(it.session)
        assert (found.state, found.reason) == ("refused", "Line 5: provider is there twice, first in line 4.")


async def test_a_managed_hermes_is_refused(home: Path, session_of: SessionOf, clock: Clock, tmp_path: Path) -> None:
    with hermes(home, session_of, "anthropic", "google") as it:
        three(it, clock)
        (it.home / ".managed").touch()
        found = await route.decide(it.session)
        assert found.reason == "NixOS writes the settings of this Hermes, so they are not changed here."
        (it.home / ".managed").unlink()
        (tmp_path / "it").mkdir()
        over = tmp_path / "it" / "config.yaml"
        over.write_text("model: {default: ours}\ndelegation: {max_iterations: 3}\n")
        session = session_of(real=True, env={"HERMES_MANAGED_DIR": str(over.parent)})
        found = await route.decide(session)
        assert found.reason == f"{over} decides model.default for everybody, so a change would have no effect."
        over.write_text("terminal: {backend: docker}\n")
        assert (await route.decide(session)).state == "change"


async def test_no_hermes_no_config_and_no_profile_are_refused_before_anybody_is_asked(
    home: Path, session_of: SessionOf, clock: Clock
) -> None:
    found = await route.decide(session_of(real=True))
    assert (found.state, found.ranking) == ("refused", ())
    assert found.reason.startswith("No Hermes Agent in ")
    with hermes(home, session_of, "google") as it:
        found = await route.decide(it.session, "gone")
        assert found.reason == "Hermes has no profile gone; it has: none."
        it.config.unlink()
        assert (await route.decide(it.session)).reason.endswith("is missing; `hermes setup` makes it.")
        assert it.servers["google"].requests == []


async def test_a_profile_has_its_own_settings_and_keys(home: Path, session_of: SessionOf, clock: Clock) -> None:
    with hermes(home, session_of, "anthropic", "google") as it:
        three(it, clock)
        own = it.home / "profiles" / "coder"
        own.mkdir(parents=True)
        (own / "config.yaml").write_text("model:\n  default: x\n  provider: xai\n")
        (own / ".env").write_text(
            "".join(line for line in (it.home / ".env").read_text().splitlines(True) if "GEMINI" in line)
        )
        found = await route.decide(it.session, "coder")
        assert found.config == str(own / "config.yaml")
        assert found.route == Route(GEMINI)
        assert why(found, "anthropic").startswith("Hermes finds no key for it; ")


async def test_settings_of_routing_that_make_no_sense_are_told(home: Path, session_of: SessionOf, clock: Clock) -> None:
    with hermes(home, session_of, "google", config='[routing]\nexclude = ["groq"]\ncolour = "red"\n') as it:
        three(it, clock)
        found = await route.decide(it.session)
        assert found.warnings == (
            "config.toml: [routing] colour means nothing.",
            "config.toml: [routing] names groq, which is no account that Hermes could use.",
        )
        config = it.session.paths.config
        config.write_text(config.read_text().replace('colour = "red"', "pin = 3"))
        assert (await route.decide(it.session)).reason == "config.toml: [routing] pin is not text in quotes."


async def test_no_secret_of_the_file_is_in_the_diff(home: Path, session_of: SessionOf, clock: Clock) -> None:
    yaml = (
        "web:\n  api_key: hunter2-hunter2\n  token: |\n    abc-def-ghi\nmodel:\n  default: deepseek-chat\n"
        f"  api_key: {KEY}\n  provider: deepseek\nextra: {{password: 'xyz zyx', a: 1}}\n"
    )
    with hermes(home, session_of, "anthropic", "google", yaml=yaml) as it:
        three(it, clock)
        found = await route.decide(it.session)
        assert found.state == "change"
        for secret in ("hunter2", "abc-def", KEY, "xyz", "zyx"):
            assert secret not in found.diff
        assert "   api_key: [secret]" in found.diff


async def test_what_was_applied_is_no_change_the_next_time_and_can_be_taken_back(
    home: Path, session_of: SessionOf, clock: Clock
) -> None:
    with hermes(home, session_of, "anthropic", "deepseek", "google") as it:
        three(it, clock)
        before = it.config.read_bytes()
        first = await route.decide(it.session)
        change = route.apply(it.session, first)
        assert change.route == first.route
        for hours in (1, 30):
            clock.instant += timedelta(hours=hours)
            again = await route.decide(it.session)
            assert (again.state, again.diff, again.warnings) == ("no-op", "", ())
            assert again.route == again.current == first.route
        assert [one.after for one in route.history(it.session)] == [again.before]
        route.undo(it.session)
        assert it.config.read_bytes() == before


async def test_fallbacks_of_ours_go_with_their_account_and_the_users_own_stay(
    home: Path, session_of: SessionOf, clock: Clock
) -> None:
    own = "fallback_providers:\n  - provider: nous\n    model: hermes-5  # mine\n"
    with hermes(home, session_of, "anthropic", "deepseek", "google", yaml=CONFIG + own) as it:
        three(it, clock)
        route.apply(it.session, await route.decide(it.session))
        assert "mine" in it.config.read_text() and "opus" in it.config.read_text()
        config = it.session.paths.config
        config.write_text(config.read_text() + '[routing]\nexclude = ["anthropic"]\n')
        found = await route.decide(it.session)
        assert (found.state, found.reason) == (
            "change",
            "Google Gemini stays; delegation and the fallbacks change.",
        )
        route.apply(it.session, found)
        assert "mine" in it.config.read_text() and "claude" not in it.config.read_text()


async def test_the_day_after_a_change_counts_whoever_made_the_decision(
    home: Path, session_of: SessionOf, clock: Clock
) -> None:
    with hermes(home, session_of, "anthropic", "deepseek") as it:
        drains(it.session, "anthropic", "40", 16, clock())
        drains(it.session, "deepseek", "9", 9, clock())
        route.apply(it.session, await route.decide(it.session))
        clock.instant += timedelta(hours=2)
        with open_ledger(it.session.paths.ledger) as ledger:
            ledger.record("deepseek", Reading(at=clock(), balances=(Balance(money(900, "USD")),)))
        found = await route.decide(it.session)
        assert found.state == "no-op"
        assert found.reason == "Anthropic stays: the last change was 2h ago, and 24 hours have to pass."
        clock.instant += timedelta(hours=22)
        assert (await route.decide(it.session)).state == "change"


async def test_what_was_taken_back_stays_back_for_a_day_from_the_fallbacks_to_the_primary(
    home: Path, session_of: SessionOf, clock: Clock
) -> None:
    with hermes(home, session_of, "anthropic", "deepseek", "google") as it:
        three(it, clock)
        first = await route.decide(it.session)
        route.apply(it.session, first)
        clock.instant += timedelta(hours=30)
        route.undo(it.session)
        clock.instant += timedelta(minutes=40)
        found = await route.decide(it.session)
        assert (found.state, found.route, found.diff) == ("no-op", None, "")
        assert found.reason.startswith("The last change was taken back 40m ago: all of it rests until 2026-11-23 ")
        assert len(found.ranking) == 3
        with pytest.raises(Refused):
            route.apply(it.session, found)
        assert it.config.read_text() == CONFIG

        offered = await route.decide(it.session, by_hand=True)
        assert offered.state == "change" and offered.route and offered.route.primary == GEMINI
        assert offered.warnings[0].startswith(
            "The last change was taken back 40m ago; without you nothing would change"
        )
        route.apply(it.session, offered)
        assert (await route.decide(it.session)).warnings == ()
        route.undo(it.session)
        clock.instant += timedelta(hours=24)
        assert (await route.decide(it.session)).state == "change"


async def test_a_pin_that_comes_after_the_undo_is_obeyed_at_once(
    home: Path, session_of: SessionOf, clock: Clock
) -> None:
    with hermes(home, session_of, "anthropic", "deepseek", "google") as it:
        three(it, clock)
        route.apply(it.session, await route.decide(it.session))
        route.undo(it.session)
        config = it.session.paths.config
        config.write_text(config.read_text() + '[routing]\npin = "anthropic"\n')
        found = await route.decide(it.session)
        assert found.route and (found.state, found.route.primary) == ("change", OPUS)
        clock.instant += timedelta(minutes=1)
        route.apply(it.session, found)
        route.undo(it.session)
        assert (await route.decide(it.session)).state == "no-op"


async def test_bytes_that_the_user_put_back_rest_as_well(home: Path, session_of: SessionOf, clock: Clock) -> None:
    with hermes(home, session_of, "anthropic", "deepseek", "google") as it:
        three(it, clock)
        change = route.apply(it.session, await route.decide(it.session))
        it.config.write_bytes(Path(change.backup).read_bytes())
        at = (clock() + timedelta(hours=1)).timestamp()
        os.utime(it.config, (at, at))
        clock.instant += timedelta(hours=2)
        assert "was taken back 1h ago" in (await route.decide(it.session)).reason
        clock.instant += timedelta(hours=23)
        assert (await route.decide(it.session)).state == "change"


def started_by_hermes(it: Hermes) -> Session:
    """As a script of its scheduler: it has the mark, and no key that stands in the environment alone."""
    return replace(it.session, env={**it.session.env, "HERMES_REAL_HOME": str(it.home.parent)})


async def test_a_key_that_hermes_does_not_show_to_its_scripts_costs_nobody_its_place(
    home: Path, session_of: SessionOf, clock: Clock
) -> None:
    with hermes(home, session_of, "anthropic", "deepseek", "google") as it:
        three(it, clock)
        route.apply(it.session, await route.decide(it.session))
        stands = it.config.read_bytes()
        clock.instant += timedelta(hours=30)
        session = started_by_hermes(it)
        for gone in ("ANTHROPIC_API_KEY", "DEEPSEEK_API_KEY", "GEMINI_API_KEY"):
            kept = it.env[gone]
            it.dotenv(**{gone: ""})
            found = await route.decide(session)
            assert (found.state, found.diff) == ("no-op", ""), gone
            assert sum("Hermes shows no other key" in rank.why for rank in found.ranking) == 1
            assert not all(rank.eligible for rank in found.ranking)
            assert (await route.decide(it.session)).state == "change"
            it.dotenv(**{gone: kept})
        assert it.config.read_bytes() == stands


async def test_what_is_known_against_a_provider_counts_in_a_script_of_hermes_too(
    home: Path, session_of: SessionOf, clock: Clock
) -> None:
    with hermes(home, session_of, "anthropic", "deepseek", "google") as it:
        three(it, clock)
        route.apply(it.session, await route.decide(it.session))
        clock.instant += timedelta(hours=30)
        it.dotenv(ANTHROPIC_API_KEY="")
        with open_ledger(it.session.paths.ledger) as ledger:
            ledger.record("anthropic", Reading(at=clock(), balances=(Balance(money(0, "USD")),)))
        found = await route.decide(started_by_hermes(it))
        assert found.route and "anthropic" not in {one.provider for one in found.route.fallbacks}
        assert found.route.delegation == DEEPSEEK_FAST
        assert why(found, "anthropic") == "Nothing is left ($0.00)."


async def test_an_account_that_is_known_by_its_key_alone_keeps_its_place_where_hermes_takes_the_key_away(
    home: Path, session_of: SessionOf, clock: Clock
) -> None:
    yaml = CONFIG + "fallback_providers:\n  - {provider: openai-api, model: gpt-5.5}\n"
    with hermes(home, session_of, "deepseek", "google", yaml=yaml) as it:
        drains(it.session, "google", "92", 92, clock())
        drains(it.session, "deepseek", "9", 9, clock())
        found = await route.decide(started_by_hermes(it))
        assert found.route and found.route.fallbacks[0] == Choice("openai-api", "gpt-5.5")
        assert found.route.primary == GEMINI
        config = it.session.paths.config
        before = config.read_text()
        config.write_text(before + '[routing]\nexclude = ["openai"]\n')
        found = await route.decide(started_by_hermes(it))
        assert found.route and Choice("openai-api", "gpt-5.5") not in found.route.fallbacks
        config.write_text(before)
        it.config.write_text("model: {default: gpt-5.5, provider: openai-api}\n")
        found = await route.decide(started_by_hermes(it))
        assert (found.state, found.reason) == (
            "no-op",
            "openai-api carries the work, and nobody can tell whether it can: Hermes shows no key to what it starts.",
        )
        config.write_text(before + '[routing]\npin = "openai"\n')
        found = await route.decide(started_by_hermes(it))
        assert (found.state, found.reason) == ("no-op", "openai is pinned in config.toml, and carries the work.")


async def test_a_fallback_whose_list_is_down_for_an_hour_keeps_its_place_and_is_not_written_twice(
    home: Path, session_of: SessionOf, clock: Clock
) -> None:
    with hermes(home, session_of, "anthropic", "deepseek", "google") as it:
        three(it, clock)
        route.apply(it.session, await route.decide(it.session))
        clock.instant += timedelta(hours=30)
        up = it.servers["anthropic"].routes["GET", path("anthropic")]
        it.servers["anthropic"].routes["GET", path("anthropic")] = Reply({}, 503)
        found = await route.decide(it.session)
        assert (found.state, found.diff) == ("no-op", "")
        assert why(found, "anthropic") == "It is too busy to list its models (503)."
        it.servers["anthropic"].routes["GET", path("anthropic")] = Reply({}, 401)
        assert (await route.decide(it.session)).state == "change"
        it.servers["anthropic"].routes["GET", path("anthropic")] = up
        assert (await route.decide(it.session)).state == "no-op"


BLOCKS = """providers:
  My Proxy:
    base_url: https://user:secret@llm.example.net/v1
    api_key: sk-inline-0123456789
  deepseek: {base_url: "https://elsewhere.example/v1"}
  google: {api: "https://google.example"}
  nowhere: {api_key: x}
  grok: {base_url: "https://grok.example", enabled: "off"}
custom_providers:
  - name: ollama
    base_url: http://localhost:11434/v1
"""


async def test_addresses_of_the_users_own_and_logins_are_told_in_the_ranking_and_never_chosen(
    home: Path, session_of: SessionOf, clock: Clock
) -> None:
    with hermes(home, session_of, "anthropic", "deepseek", yaml=CONFIG + BLOCKS) as it:
        three(it, clock)
        tokens = {"tokens": {"access_token": "ey-0123456789"}}
        (it.home / "auth.json").write_text(
            json.dumps({"providers": {"openai-codex": tokens, "zai": {"detected_endpoint": {}}}})
        )
        found = await route.decide(it.session)
        assert [(rank.candidate.hermes, rank.candidate.label) for rank in found.ranking if not rank.eligible] == [
            ("custom:google", "google"), ("custom:my-proxy", "my-proxy"), ("custom:ollama", "ollama"),
            ("openai-codex", "openai-codex"),
        ]  # fmt: skip
        said = {rank.candidate.label: rank.why for rank in found.ranking}
        assert said["my-proxy"] == (
            "config.yaml sends it to llm.example.net; only providers that Hermes has built in are routed."
        )
        assert said["openai-codex"] == (
            "Hermes has a login there, which draws on a plan; only what a key opens is routed."
        )
        assert found.state == "change" and "secret" not in repr(found).replace("secret=", "")


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("{provider: my-proxy, default: q}", "my-proxy stays: config.yaml sends it to llm.example.net;"),
        ("{provider: 'custom:ollama', default: q}", "ollama stays: config.yaml sends it to localhost:11434;"),
        ("{provider: google, default: q}", "google stays: config.yaml sends it to google.example;"),
        ("{provider: custom, default: q, base_url: 'http://h:1/v1'}", "custom stays: config.yaml sends it to h:1;"),
        ("{provider: openai-codex, default: gpt}", "openai-codex stays: Hermes has a login there,"),
        ("{provider: anthropic, default: q}", "Anthropic stays: Hermes has a login there,"),
    ],
)
async def test_a_primary_that_is_none_of_those_stays_until_another_is_pinned(
    home: Path, session_of: SessionOf, clock: Clock, model: str, said: str
) -> None:
    with hermes(home, session_of, "anthropic", "deepseek", "google", yaml=f"model: {model}\n{BLOCKS}") as it:
        three(it, clock)
        it.dotenv(ANTHROPIC_TOKEN="sk-ant-oat01-0123456789")
        tokens = {"tokens": {"access_token": "ey-0123456789"}}
        (it.home / "auth.json").write_text(json.dumps({"providers": {"openai-codex": tokens}}))
        found = await route.decide(it.session)
        assert (found.state, found.route) == ("no-op", None)
        assert found.reason.startswith(said), found.reason
        config = it.session.paths.config
        config.write_text(config.read_text() + '[routing]\npin = "deepseek"\n')
        found = await route.decide(it.session)
        assert found.route and found.route.primary.provider == "deepseek"
        assert hermes_config.rewrite(it.config.read_bytes(), found.route)


_RESOLVE = """
import json
from hermes_cli.runtime_provider import resolve_runtime_provider
one = resolve_runtime_provider()
print(json.dumps([one["provider"], one["base_url"], one["api_key"]]))
"""


async def test_the_real_hermes_sends_the_key_that_was_asked_with_to_the_host_that_was_asked(
    home: Path, session_of: SessionOf, clock: Clock
) -> None:
    try:
        package = real_hermes.package()
    except real_hermes.Absent as absent:
        if real_hermes.ALWAYS:
            raise
        pytest.skip(str(absent))
    for leads in ("deepseek", "anthropic", "google", "xai", "openrouter"):
        (home / leads).mkdir()
        yaml = CONFIG.replace("provider: deepseek", "provider: custom\n  base_url: https://llm.example.net/v1")
        with hermes(home / leads, session_of, leads, yaml=yaml, config=f'[routing]\npin = "{leads}"\n') as it:
            drains(it.session, leads, "40", 40, clock())
            session = replace(it.session, env={"HERMES_HOME": str(it.home)})
            found = await route.decide(session)
            assert found.state == "change", found.reason
            route.apply(session, found)
            done = subprocess.run(
                [sys.executable, "-c", _RESOLVE],
                env={"PATH": os.environ["PATH"], "HOME": str(home), "HERMES_HOME": str(it.home),
                     "PYTHONPATH": str(package), "PYTHONDONTWRITEBYTECODE": "1", **it.env},
                capture_output=True, text=True, timeout=120, check=True,
            )  # fmt: skip
            provider, base, key = json.loads(done.stdout.splitlines()[-1])
            assert provider == target(leads).hermes
            assert base.startswith(it.servers[leads].url)
            assert key == f"{KEY}-{leads}"
            headers = it.servers[leads].requests[-1].headers
            assert key in (headers.get("authorization") or headers.get("x-api-key") or headers["x-goog-api-key"])
