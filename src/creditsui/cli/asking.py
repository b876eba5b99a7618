"""`creditsui account add` without an ID, on a terminal: one question after another, nothing stored before the last."""

import asyncio
import sys
from dataclasses import replace
from getpass import getpass

from creditsui.cli import shown
from creditsui.cli.codes import FINE, PROBLEM
from creditsui.cli.failure import Failed
from creditsui.core import settings
from creditsui.core.accounts import adding
from creditsui.core.accounts.adding import Draft
from creditsui.core.accounts.keys import Place, Slot
from creditsui.core.session import Session
from creditsui.core.settings import ProviderChoice, Unsettable
from creditsui.domain.problem import Refused
from creditsui.domain.secret import Secret, accept, scrub

_MOST = 12
"""Matches that are listed at once."""


def add(session: Session, draft: Draft) -> int:
    """Ask for what the draft does not say yet, then store it. Raises Failed where the answers end."""
    choice = _provider(session, draft)
    draft = replace(draft, provider=choice.id)
    secret: Secret | None = None
    slot: Slot = "key"
    while choice.takes_key:
        draft = _beside(choice, draft)
        try:
            secret, slot, other = _key(session, choice, draft, secret)
        except Unsettable as wrong:  # an address or a param that cannot be
            _say(str(wrong))
            draft = replace(draft, base_url="", params={})
            continue
        if other is None:
            break
        choice = other
        draft = replace(draft, provider=choice.id, base_url="", params={})
    draft = _named(session, choice, draft, own_key=secret is not None)
    return _store(session, draft, secret, slot)


# ── the questions ────────────────────────────────────────────────────────────────────────────────────────────────────


def _provider(session: Session, draft: Draft) -> ProviderChoice:
    choices = settings.providers(session)
    if draft.provider:
        return next(one for one in choices if one.id == draft.provider)
    _say("Whose account is it? Type a part of the name; “manual” is a purse whose balance you enter.")
    listed: list[ProviderChoice] = []
    while True:
        word = _ask("provider: ").casefold()
        if not word:
            continue
        if scrub(word) != word or len(word) > 40:
            _say("That looks like a key. It is asked for later, and is not shown then; first: whose is it?")
            continue
        if word.isdecimal() and 0 < int(word) <= len(listed):
            return listed[int(word) - 1]
        exact = [one for one in choices if word in {one.id, one.name.casefold()}]
        listed = exact or matching(choices, word)
        if len(listed) == 1:
            return listed[0]
        if not listed:
            _say("No provider is called like that; creditsui providers lists them, and “manual” is for all others.")
        width = max((len(one.name) for one in listed[:_MOST]), default=0)
        for number, one in enumerate(listed[:_MOST], 1):
            found = f"  · {_source(one.found)}" if one.found else ""
            _say(f"{number:>4}  {one.name:<{width}}  {', '.join(one.tells) or 'you enter the balance'}{found}")
        if len(listed) > _MOST:
            _say(f"      and {len(listed) - _MOST} more: type more of the name")


def matching(choices: list[ProviderChoice], word: str) -> list[ProviderChoice]:
    """By name, id or a variable's name; what begins with it first."""
    found = [
        one
        for one in choices
        if word in one.name.casefold() or word in one.id or any(word in name.casefold() for name in one.env)
    ]
    return sorted(found, key=lambda one: not (one.name.casefold().startswith(word) or one.id.startswith(word)))


def _beside(choice: ProviderChoice, draft: Draft) -> Draft:
    """What must be said beside a key: an address, and the provider's own params."""
    _say(f"{choice.name} · needed: {choice.credential}")
    _say(f"  made at {choice.key_url}" if choice.key_url else "  made in your own installation")
    _say(f"  asking costs {choice.cost_of_asking or 'nothing'}")
    if (choice.homeless or choice.regions) and not draft.base_url:
        known = [base for base, _ in choice.regions]
        if choice.url:
            _say(f"  other addresses of it: {', '.join(known)}")
        draft = replace(draft, base_url=_ask(f"address [{choice.url}]: " if choice.url else "address: "))
    params = dict(draft.params)
    for param in choice.params:
        if not params.get(param.name):
            usual = f" [{param.told}]" if param.told else "" if param.required else " [none]"
            params[param.name] = _ask(f"{param.name} ({param.says}){usual}: ")
    return replace(draft, params={name: value for name, value in params.items() if value})


def _key(
    session: Session, choice: ProviderChoice, draft: Draft, secret: Secret | None
) -> tuple[Secret | None, Slot, ProviderChoice | None]:
    """A key that works, or one that is kept all the same, or None; and whose it is where it is another service's."""
    while True:
        secret = secret or _secret(session, choice)
        if secret is None:
            return None, "key", None
        tried = asyncio.run(adding.test(session, draft, secret))
        _say(tried.says)
        if tried.ok:
            return secret, tried.slot, None
        other = next((one for one in settings.providers(session) if one.id == tried.other), None)
        if other is not None:
            if _yes(f"It was not sent. Add {other.name} instead? [Y/n] ", usual=True):
                return secret, "key", other
        elif not tried.hopeless and _yes("Keep it all the same? [y/N] ", usual=False):
            return secret, tried.slot, None
        secret = None


def _secret(session: Session, choice: ProviderChoice) -> Secret | None:
    """The key from a hidden prompt; None for none."""
    found = _source(choice.found) if choice.found and adding.inherits(session, choice.id) else ""
    while True:
        try:
            empty = f"{found} serves" if found else "one may be given later"
            text = getpass(f"key (not shown; empty: {empty}): ", stream=sys.stderr).strip()
        except EOFError:
            raise Failed("Nothing was added.") from None
        try:
            return accept(text) if text else None
        except ValueError as fault:
            _say(str(fault))


def _named(session: Session, choice: ProviderChoice, draft: Draft, *, own_key: bool) -> Draft:
    usual = adding.proposed(session, choice.id, own_key=own_key)
    while True:
        id = draft.id or _ask(f"id [{usual}]: ").lower() or usual
        try:
            settings.check_new(session, id, choice.id, draft.pool, draft.base_url, draft.params)
            break
        except Unsettable as wrong:
            _say(str(wrong))
    label = draft.label or (choice.name if id == choice.id else "")
    return replace(draft, id=id, label=label or _ask(f"label [{id}]: "))


def _store(session: Session, draft: Draft, secret: Secret | None, slot: Slot) -> int:
    where: Place = "keyring"
    while True:
        try:
            said = adding.add(session, draft, secret, where, slot)
            break
        except Refused as refused:
            _say(refused.problem.message)
            if where == "file" or not _yes("Keep it in a file that only you can read? [y/N] ", usual=False):
                _say("Nothing was added.")
                return PROBLEM
            where = "file"
    shown.publish(session)
    step = "creditsui status"
    if secret is None and adding.takes_key(session, draft.provider):
        step = f"creditsui key set {draft.id}"
    elif draft.provider == "manual":
        step = f"creditsui sync {draft.id} AMOUNT"
    _say(f"{said.rstrip('.')}. Next: {step}")
    return FINE


# ── asking ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")


def _ask(words: str) -> str:
    """One line, without the blanks around it. Raises Failed at the end of the input."""
    sys.stderr.write(words)
    sys.stderr.flush()
    line = sys.stdin.readline()
    if not line:
        _say("")
        raise Failed("Nothing was added.")
    return line.strip()


def _yes(words: str, *, usual: bool) -> bool:
    answer = _ask(words).casefold()
    return answer.startswith("y") if answer else usual


def _source(found: str | None) -> str:
    """`OPENROUTER_API_KEY`, `a login`."""
    kind, _, name = (found or "").partition(":")
    return name or f"a {kind}"
