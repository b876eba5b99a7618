"""What the user says is true, and takes back."""

from creditsui.verbs.verb import JSON, Argument, Verb, account

SYNC = Verb(
    name="sync",
    help="Make a balance true again: fetch it, or book what you say it is",
    example="creditsui sync anthropic 45.00 --capacity 50        book the balance and what a full bar stands for",
    arguments=(
        Argument(
            name="words",
            help="an account to fetch, an account and its balance, or several as ID=AMOUNT",
            metavar="ID [AMOUNT]",
            many="some",
        ),
        Argument(name="--capacity", help="what a full bar stands for; also kept in config.toml", metavar="AMOUNT"),
        Argument(name="--currency", help="of an amount that names none", metavar="CODE"),
        Argument(name="--note", help="kept with the entry", metavar="TEXT", default=""),
        Argument(
            name="--refused",
            help="it just refused you: ask it, else book that nothing is left and learn from it",
        ),
    ),
    more="Amounts: 45, 45.00, '$45', '¥45', '45 USD'. A debt needs no quoting tricks: creditsui sync ID -- -3.20",
)

TOPUP = Verb(
    name="topup",
    help="Book new credit",
    example="creditsui topup anthropic 20 --expires 2027-11-20        credit that lapses a year from now",
    arguments=(
        account(),
        Argument(
            name="words",
            help="how much came in; without it, what the balance rose by and nobody booked",
            metavar="AMOUNT",
            many="any",
        ),
        Argument(
            name="--expires",
            help="the last day it can be used, YYYY-MM-DD, or never; default: by the provider's rule, if known",
            metavar="DATE",
        ),
        Argument(name="--granted", help="a gift, not paid for"),
        Argument(name="--promo", help="a gift of a promotion"),
        Argument(name="--ignore", help="what the balance rose by is no top-up, but a refund or a correction"),
        Argument(name="--note", help="kept with the entry", metavar="TEXT", default=""),
        Argument(
            name="--at",
            help="when it came in: 2026-11-12, 2026-11-12T09:00 or 09:00; your time zone unless it names one",
            metavar="TIME",
        ),
    ),
)

UNDO = Verb(
    name="undo",
    help="Take the last entry back, or the one with this number; again goes one further back",
    example="creditsui undo 12        take entry 12 back; creditsui entries shows the numbers",
    arguments=(Argument(name="number", help="of the entry", metavar="N", many="optional", kind="count"),),
)

ENTRIES = Verb(
    name="entries",
    help="List what was booked, newest first",
    example="creditsui entries --json        for scripts",
    arguments=(JSON,),
)
