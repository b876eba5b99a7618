"""`creditsui key`: credentials come in by a hidden prompt or standard input, and are never printed."""

import argparse
import asyncio
import os
import sys

from creditsui.cli import named, unseen
from creditsui.cli.codes import FINE, PROBLEM
from creditsui.core import settings
from creditsui.core.accounts import keys
from creditsui.core.accounts.keys import Slot
from creditsui.core.session import Session
from creditsui.core.start import open_session
from creditsui.domain.secret import Secret


def list(args: argparse.Namespace) -> int:
    session = open_session(os.environ)
    if args.id is not None:
        named.account(session, args.id)
    rows = [row for row in keys.listing(session) if args.id in {None, row.account}]
    if not rows:
        sys.stderr.write("No account takes a key; creditsui providers lists who can be asked.\n")
        return FINE
    width = max(len(row.account) for row in rows)
    for row in rows:
        hint = f" (…{row.hint})" if row.hint else ""
        note = f" · {row.note}" if row.note else ""
        sys.stdout.write(f"{row.account:<{width}}  {row.source or 'no key'}{hint}{note}\n")
    return FINE


def set(args: argparse.Namespace) -> int:
    session = open_session(os.environ)
    fresh = named.account_or_provider(session, args.id) is None
    secret = unseen.read(f"Key for {args.id}")
    if fresh:
        settings.add_account(session, args.id)
    kept = False
    try:
        kept = _keep(session, args, secret)
    finally:
        if fresh and not kept:
            settings.remove_account(session, args.id)
    return FINE if kept else PROBLEM


def _keep(session: Session, args: argparse.Namespace, secret: Secret) -> bool:
    """Whether the key passed its test and was stored."""
    slot = _slot(args)
    if not args.no_test:
        tried = asyncio.run(keys.test(session, args.id, secret, slot))
        sys.stderr.write(tried.says + "\n")
        if tried.other:
            sys.stderr.write(f"It was neither sent nor kept. To do: creditsui key set {tried.other}\n")
        elif not tried.ok:
            sys.stderr.write(f"It was not kept{'.' if tried.hopeless else '; --no-test keeps it all the same.'}\n")
        if not tried.ok:
            return False
        slot = tried.slot
    sys.stderr.write(keys.save(session, args.id, secret, "file" if args.file else "keyring", slot) + "\n")
    return True


def test(args: argparse.Namespace) -> int:
    session = open_session(os.environ)
    named.account(session, args.id)
    tried = asyncio.run(keys.test(session, args.id, unseen.read(f"Key for {args.id}"), _slot(args)))
    sys.stdout.write(tried.says + "\n")
    return FINE if tried.ok else PROBLEM


def delete(args: argparse.Namespace) -> int:
    session = open_session(os.environ)
    named.account(session, args.id)
    sys.stderr.write(keys.delete(session, args.id) + "\n")
    return FINE


def _slot(args: argparse.Namespace) -> Slot:
    return "admin_key" if args.admin else "key"
