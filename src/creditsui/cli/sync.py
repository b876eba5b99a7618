"""`creditsui sync`: make balances true again, by asking or by being told."""

import argparse
import os
import sys

from creditsui.cli import amounts, named, progress, shown
from creditsui.cli.codes import FINE, PROBLEM
from creditsui.cli.failure import Failed
from creditsui.cli.parser import WrongUse
from creditsui.core import board as boards
from creditsui.core import book, settings
from creditsui.core.asking import refusal
from creditsui.core.session import Session
from creditsui.core.start import open_session


def run(args: argparse.Namespace) -> int:
    session = open_session(os.environ)
    told = _told(args.words)
    if args.refused:
        return _refused(session, args, told)
    if told:
        return _book(session, args, told)
    if args.capacity or args.currency or args.note:
        raise WrongUse("--capacity, --currency and --note go with an amount: creditsui sync ID AMOUNT")
    return _fetch(session, args.words)


def _told(words: list[str]) -> list[tuple[str, str]]:
    """What is to be booked, as (account, amount); empty when nothing but accounts was named."""
    if "=" in words[0]:
        if not all("=" in word for word in words):
            raise WrongUse("several balances are written ID=AMOUNT, each of them")
        pairs = [(id, amount) for id, _, amount in (word.partition("=") for word in words)]
        if len({id for id, _ in pairs}) < len(pairs):
            raise WrongUse("an account is named twice")
        return pairs
    if len(words) > 1 and any(char.isdigit() for char in words[1]):
        return [(words[0], " ".join(words[1:]))]
    return []


def _book(session: Session, args: argparse.Namespace, told: list[tuple[str, str]]) -> int:
    capacity = amounts.plain(args.capacity, "a capacity") if args.capacity is not None else None
    if capacity is not None and len(told) > 1:
        raise WrongUse("--capacity is for one account at a time")
    fixed = amounts.currency(args.currency) if args.currency else None
    for id, _ in told:
        named.account_or_provider(session, id)
    syncs = [
        book.SyncOf(id, amounts.amount(text, fixed or book.currency(session, id)), capacity, args.note)
        for id, text in told
    ]
    booked = book.sync_all(session, syncs)
    shown.show(session, shown.only(boards.board(session), {entry.account for entry in booked}))
    numbers = ", ".join(str(entry.number) for entry in booked)
    said = (
        f"entry {numbers}; creditsui undo takes it"
        if len(booked) == 1
        else f"entries {numbers}; creditsui undo N takes one"
    )
    sys.stderr.write(f"Booked as {said} back.\n")
    return FINE


def _refused(session: Session, args: argparse.Namespace, told: list[tuple[str, str]]) -> int:
    if told or len(args.words) > 1 or args.capacity or args.currency or args.note:
        raise WrongUse("--refused takes one account and nothing else: creditsui sync ID --refused")
    (id,) = args.words
    named.account_or_provider(session, id)
    view = boards.board(session).account(id)
    if view is not None and refusal.askable(view):
        progress.refresh(session, [id], force=True)
    found = refusal.judge(session, id)
    shown.show(session, shown.only(boards.board(session), [id]))
    sys.stderr.write(f"{id} {found.says}.\n")
    if found.entry is not None:
        sys.stderr.write(f"Booked as entry {found.entry.number}; creditsui undo takes it back.\n")
    return FINE


def _fetch(session: Session, ids: list[str]) -> int:
    if len(ids) == 2 and settings.account(session, ids[1]) is None:
        amounts.amount(ids[1], "USD")  # a second word that is no account was meant as an amount
    for id in ids:
        named.account_or_provider(session, id)
    before = boards.board(session)
    for id in ids:
        view = before.account(id)
        if view is None or (view.manual and view.key_from is None):
            provider = session.providers().get(id if view is None else view.provider)
            enter = f"enter the balance: creditsui sync {id} AMOUNT"
            if provider is not None and provider.env:
                raise Failed(f"{id} has no key yet; set it: creditsui key set {id}, or {enter}")
            raise Failed(f"Nobody can be asked for {id}; {enter}")
    progress.refresh(session, ids, force=True)
    board = shown.only(boards.board(session), ids)
    shown.show(session, board)
    code = FINE
    for view in board.accounts:
        shown.problem(view)
        if view.problem is not None:
            code = PROBLEM
        elif view.manual:
            sys.stderr.write(f"{view.id} does not tell its balance; enter it: creditsui sync {view.id} AMOUNT\n")
    return code
