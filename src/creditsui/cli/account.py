"""`creditsui account`: which accounts there are."""

import argparse
import json
import os
import re
import sys
from collections.abc import Sequence
from dataclasses import replace

from creditsui.cli import amounts, named, shown
from creditsui.cli.codes import FINE
from creditsui.cli.parser import WrongUse, say
from creditsui.core import settings
from creditsui.core.accounts import adding, detect
from creditsui.core.accounts import fields as account_fields
from creditsui.core.accounts.adding import Draft
from creditsui.core.start import open_session
from creditsui.domain import budget
from creditsui.domain.account import Account


def list(args: argparse.Namespace) -> int:
    session = open_session(os.environ)
    accounts = detect.accounts(session, settings.config(session))
    found = {one.id: (account_fields.key_from(session, one), account_fields.faults(session, one)) for one in accounts}
    if args.json:
        rows = [
            {
                "id": one.id,
                "provider": one.provider,
                "label": one.label,
                "enabled": one.enabled,
                "configured": one.configured,
                "key": one.key,
                "key_from": found[one.id][0],
                "pool": one.pool or None,
                "currency": one.currency,
                "capacity": one.capacity,
                "budget": budget.text_of(one.budget) or None,
                "base_url": one.base_url or None,
                "params": {**one.params},
                "faults": found[one.id][1],
            }
            for one in accounts
        ]
        sys.stdout.write(json.dumps({"schema": 1, "accounts": rows}, ensure_ascii=False, indent=1) + "\n")
        return FINE
    if not accounts:
        sys.stderr.write("No account yet; creditsui account add ID adds one, creditsui providers lists providers.\n")
        return FINE
    wide, wider = max(len(one.id) for one in accounts), max(len(one.provider) for one in accounts)
    keyed = max(len(_key(one, found[one.id][0])) for one in accounts)
    for one in accounts:
        source, faults = found[one.id]
        state = "" if one.enabled else "disabled"
        state = state or ("found" if not one.configured else "")
        label = one.label if one.label != one.id else ""
        line = f"{one.id:<{wide}}  {one.provider:<{wider}}  {_key(one, source):<{keyed}}  {state:<8}  {label}"
        sys.stdout.write(line.rstrip() + "\n")
        for fault in faults:
            sys.stdout.write(f"{'':<{wide}}  ! {fault}\n")
    return FINE


def _key(account: Account, source: str | None) -> str:
    return source or ("by hand" if account.provider == "manual" else "no key")


def add(args: argparse.Namespace) -> int:
    session = open_session(os.environ)
    if args.id is None and not terminal():
        raise WrongUse("say which account: creditsui account add ID --provider P")
    for id in (args.id,) if args.id is not None else ():
        if not settings.fit(id):
            raise WrongUse(settings.ID_RULE)
    if args.provider is not None and args.provider not in session.providers():
        raise WrongUse(f"there is no provider {say(args.provider)}; creditsui providers lists them")
    if args.pool:
        named.account(session, args.pool)
    wanted = Draft(
        id=args.id or "",
        provider=args.provider or "",
        label=args.label or "",
        currency=amounts.currency(args.currency) if args.currency else "",
        capacity=amounts.plain(args.capacity, "a capacity") if args.capacity is not None else None,
        pool=args.pool or "",
        base_url=args.base_url or "",
        params=_params(args.param),
    )
    if args.id is None:
        from creditsui.cli import asking

        return asking.add(session, wanted)
    provider = session.providers()[wanted.provider or (args.id if args.id in session.providers() else "manual")]
    try:
        settings.check_address(wanted.base_url)
        settings.check_params(provider, wanted.params)
    except settings.Unsettable as wrong:
        raise WrongUse(str(wrong)) from None
    sys.stderr.write(adding.add(session, replace(wanted, provider=provider.id)) + ".")
    shown.publish(session)
    steps = [f"creditsui key set {args.id}"] if adding.takes_key(session, provider.id) else []
    sys.stderr.write(f" Next: {', or '.join([*steps, f'creditsui sync {args.id} AMOUNT'])}\n")
    return FINE


def _params(words: Sequence[str]) -> dict[str, str]:
    """`team=t-1`, several in one word with commas between. Raises WrongUse."""
    params: dict[str, str] = {}
    for word in words:
        for part in re.split(r",(?=[a-z_][a-z0-9_]*=)", word):
            name, equals, value = part.partition("=")
            if not equals or not name:
                raise WrongUse("a param is NAME=VALUE, such as team=t-1")
            params[name] = value.strip()
    return params


def terminal() -> bool:
    """Whether somebody is there to be asked."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))


def set(args: argparse.Namespace) -> int:
    session = open_session(os.environ)
    account = named.account(session, args.id)
    texts: dict[str, str] = {}
    for word in args.words:
        name, equals, value = word.partition("=")
        if not equals:
            raise WrongUse(f"write NAME=VALUE; there are {', '.join(account_fields.names(session, account))}")
        texts[name] = value
    if args.budget is not None:
        texts["budget"] = args.budget
    if not texts:
        raise WrongUse(f"say what to set, as NAME=VALUE; there are {', '.join(account_fields.names(session, account))}")
    try:
        said = account_fields.change(session, account.id, texts)
    except settings.Unsettable as wrong:
        raise WrongUse(str(wrong)) from None
    shown.publish(session)
    sys.stderr.write(said + "\n")
    return FINE


def remove(args: argparse.Namespace) -> int:
    session = open_session(os.environ)
    named.account(session, args.id)
    said = settings.remove_account(session, args.id)
    shown.publish(session)
    sys.stderr.write(said + "\n")
    return FINE


def enable(args: argparse.Namespace) -> int:
    return _set(args.id, True)


def disable(args: argparse.Namespace) -> int:
    return _set(args.id, False)


def _set(id: str, enabled: bool) -> int:
    session = open_session(os.environ)
    account = named.account(session, id)
    settings.set_account(session, id, enabled=enabled)
    shown.publish(session)
    said = "is asked and counted again" if enabled else "is neither asked nor counted any more"
    sys.stderr.write(f"{account.label} {said}.\n")
    return FINE
