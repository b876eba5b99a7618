"""`creditsui account`: which accounts there are."""

import argparse
import json
import os
import sys

from creditsui.cli import amounts, named, shown
from creditsui.cli.codes import FINE
from creditsui.cli.parser import WrongUse, say
from creditsui.core import detect, settings
from creditsui.core.start import open_session


def list(args: argparse.Namespace) -> int:
    session = open_session(os.environ)
    accounts = detect.accounts(session, settings.config(session))
    if args.json:
        rows = [
            {
                "id": one.id,
                "provider": one.provider,
                "label": one.label,
                "enabled": one.enabled,
                "configured": one.configured,
                "key": one.key,
                "pool": one.pool or None,
                "currency": one.currency,
                "capacity": one.capacity,
            }
            for one in accounts
        ]
        sys.stdout.write(json.dumps({"schema": 1, "accounts": rows}, ensure_ascii=False, indent=1) + "\n")
        return FINE
    if not accounts:
        sys.stderr.write("No account yet; creditsui account add ID adds one, creditsui providers lists providers.\n")
        return FINE
    wide, wider = max(len(one.id) for one in accounts), max(len(one.provider) for one in accounts)
    for one in accounts:
        state = "" if one.enabled else "disabled"
        state = state or ("found" if not one.configured else "")
        label = one.label if one.label != one.id else ""
        sys.stdout.write(f"{one.id:<{wide}}  {one.provider:<{wider}}  {state:<8}  {label}".rstrip() + "\n")
    return FINE


def add(args: argparse.Namespace) -> int:
    session = open_session(os.environ)
    if not settings.fit(args.id):
        raise WrongUse(settings.ID_RULE)
    if args.provider is not None and args.provider not in session.providers():
        raise WrongUse(f"there is no provider {say(args.provider)}; creditsui providers lists them")
    if args.pool:
        named.account(session, args.pool)
    added = settings.add_account(
        session,
        args.id,
        provider=args.provider or "",
        label=args.label or "",
        currency=amounts.currency(args.currency) if args.currency else "",
        capacity=amounts.plain(args.capacity, "a capacity") if args.capacity is not None else None,
        pool=args.pool or "",
    )
    shown.publish(session)
    sys.stderr.write(
        f"{added.id} is an account of {added.provider} now. Next: creditsui key set {added.id}, "
        f"or creditsui sync {added.id} AMOUNT\n"
        if added.provider != "manual"
        else f"{added.id} is an account now. Next: creditsui sync {added.id} AMOUNT\n"
    )
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
