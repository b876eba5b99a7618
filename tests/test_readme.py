"""What the README says of the providers is what the catalogue says."""

from pathlib import Path

from creditsui.cli.providers_list import tells
from creditsui.core.accounts.choices import GROUPS, ProviderChoice, providers
from creditsui.core.session import Session
from tests.core.conftest import SessionOf, clock, session_of

__all__ = ["clock", "session_of"]

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
_OF_GROUP = {"money": "balance", "spend": "spend", "plans": "windows", "clouds": "spend"}
"""What goes without saying in a group."""


def entry(one: ProviderChoice) -> str:
    """The name, and what it tells beside what its group does."""
    more = [word for word in tells(one) if word not in {_OF_GROUP.get(one.group), "key works", "by hand"}]
    return f"{one.name} ({', '.join(more)})" if more else one.name


def rows(session: Session) -> list[str]:
    every = [one for one in providers(session) if one.id != "manual"]
    return [
        f"| {title} | {' · '.join(entry(one) for one in every if one.group == group)} |"
        for group, title in GROUPS.items()
    ]


def test_the_table_of_providers_is_the_catalogue(session_of: SessionOf) -> None:
    wanted = rows(session_of(real=True))
    missing = [row for row in wanted if row not in README.splitlines()]
    assert not missing, "these rows of the README are not up to date; they should read:\n" + "\n".join(missing)
