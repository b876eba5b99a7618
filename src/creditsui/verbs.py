"""What creditsui can be told to do: one table for the command line, the palette and the help."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """One word or option of a verb.

    `name` with leading dashes is an option, otherwise a position. An option with neither `metavar` nor `choices` is a
    switch. `many`: how often a position may stand, `any`: an option too; `rest` takes every word after it as it is.
    """

    name: str
    help: str
    metavar: str = ""
    choices: tuple[str, ...] = ()
    many: Literal["one", "optional", "any", "some", "rest"] = "one"
    kind: Literal["text", "number", "count"] = "text"
    """`number`: finite, may have a fraction. `count`: whole and at least 1."""
    default: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb:
    """`name` is what is typed, `help` one line without a full stop, `example` a whole command with what it does."""

    name: str
    help: str
    example: str
    arguments: tuple[Argument, ...] = ()
    verbs: tuple["Verb", ...] = ()
    """Second words; the first one is meant where none is given, or where it takes words of its own."""
    more: str = ""
    """What else a reader of the help should know."""
    too_many: str = "There is one word too many"
    """What to say to a word that has no place; the word itself is never repeated."""


_NO_KEY_HERE = "A key is never an argument: type it at the prompt, or pipe it in"


def _id(help: str = "account id", many: Literal["one", "optional", "any"] = "one") -> Argument:
    return Argument(name="id", help=help, metavar="ID", many=many)


_JSON = Argument(name="--json", help="print JSON for scripts")

APP = Verb(
    name="",
    help="Health bars for the credit left at every LLM provider you pay",
    example="creditsui --demo        look around without a key; nothing is written",
    arguments=(
        Argument(name="--demo", help="invented accounts and numbers; needs no key, writes nothing"),
        Argument(name="--speed", help="how fast the demo's time runs (1 is real time)", metavar="N", kind="number"),
        Argument(name="--account", help="open with this account selected", metavar="ID"),
        Argument(name="--ascii", help="draw with ASCII characters only"),
        Argument(name="--still", help="no motion and no ticking clock"),
        Argument(name="--theme", help="colour theme for this run", metavar="NAME"),
    ),
)
"""`creditsui` without a verb."""

VERBS: tuple[Verb, ...] = (
    Verb(
        name="status",
        help="Refresh what is due and print every account as a health bar",
        example="creditsui status --fail-on critical        exit code 3 when an account is critical",
        arguments=(
            _id("only these accounts", "any"),
            _JSON,
            Argument(name="--cached", help="what is known already; never the network"),
            Argument(name="--force", help="ask now, whatever is due (a wait that a provider asked for is kept)"),
            Argument(
                name="--fail-on",
                help="exit code 3 when an account is this bad: low (or critical), critical, or has a problem",
                choices=("low", "critical", "problem"),
            ),
        ),
    ),
    Verb(
        name="line",
        help="Print one line for a status bar, from the last board; never the network",
        example="creditsui line --for tmux        in tmux: set -g status-right '#(creditsui line --for tmux)'",
        arguments=(
            Argument(
                name="--for",
                help="who draws it",
                choices=("plain", "tmux", "waybar", "starship", "claude"),
                default="plain",
            ),
            Argument(name="--template", help="what it says, with {names} in braces", metavar="TEXT"),
            Argument(name="--width", help="at most this many columns", metavar="N", kind="count"),
            Argument(
                name="--then",
                help="with --for claude: your own status line command; it gets the same input, its output comes first",
                metavar="COMMAND",
                many="rest",
            ),
        ),
        more="A template names {total} {burn} {today} {problems} {age}, and of the worst account {glyph} {name}\n"
        "{percent} {left} {time} {band}, or of one of your choice: {openrouter.left}.\n"
        "With --for claude it keeps the rate limits that Claude Code pipes in, and nothing else of that input.\n"
        'In Claude Code\'s settings.json: "statusLine": {"type": "command", "command": "creditsui line --for claude"}',
    ),
    Verb(
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
    ),
    Verb(
        name="topup",
        help="Book new credit",
        example="creditsui topup anthropic 20 --expires 2027-11-20        credit that lapses a year from now",
        arguments=(
            _id(),
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
    ),
    Verb(
        name="undo",
        help="Take the last entry back, or the one with this number; again goes one further back",
        example="creditsui undo 12        take entry 12 back; creditsui entries shows the numbers",
        arguments=(Argument(name="number", help="of the entry", metavar="N", many="optional", kind="count"),),
    ),
    Verb(
        name="entries",
        help="List what was booked, newest first",
        example="creditsui entries --json        for scripts",
        arguments=(_JSON,),
    ),
    Verb(
        name="thresholds",
        help="Show or set where a bar turns fair, low and critical",
        example="creditsui thresholds openrouter critical=10 days=2        for one account; without an ID for all",
        arguments=(
            Argument(
                name="words",
                help="an account, and what to change: healthy= warning= critical= in percent, days= amount= as floors",
                metavar="[ID] [NAME=NUMBER]",
                many="any",
            ),
        ),
    ),
    Verb(
        name="account",
        help="List, add, change, remove, enable or disable accounts",
        example="creditsui account add work --provider openrouter --label 'OpenRouter, work'",
        verbs=(
            Verb(
                name="list",
                help="List the accounts that are configured or were found, and where their keys come from",
                example="creditsui account list --json        for scripts",
                arguments=(_JSON,),
            ),
            Verb(
                name="add",
                help="Add an account; any name will do",
                example="creditsui account add piggy --provider manual --capacity 100",
                arguments=(
                    _id("the name it will have; on a terminal you are asked for it", "optional"),
                    Argument(
                        name="--provider", help="whose account it is; default: the id's, else manual", metavar="P"
                    ),
                    Argument(name="--label", help="the name on screen", metavar="L"),
                    Argument(name="--currency", help="of balances that you enter", metavar="C"),
                    Argument(name="--capacity", help="what a full bar stands for", metavar="X"),
                    Argument(name="--pool", help="the account whose purse this key draws on", metavar="ID"),
                    Argument(name="--base-url", help="another region, or an address of your own", metavar="URL"),
                    Argument(
                        name="--param",
                        help="what else the provider must be told, such as team=t-1; may be repeated",
                        metavar="NAME=VALUE",
                        many="any",
                    ),
                ),
            ),
            Verb(
                name="set",
                help="Set fields of an account: label, currency, capacity, budget, pool, base_url, or a provider's own",
                example="creditsui account set work label='At work' capacity=50        an empty value takes it away",
                too_many=_NO_KEY_HERE,
                arguments=(
                    _id(),
                    Argument(name="words", help="what to set", metavar="NAME=VALUE", many="any"),
                    Argument(name="--budget", help="the same as budget=50/month; none takes it away", metavar="BUDGET"),
                ),
            ),
            Verb(
                name="remove",
                help="Remove an account from config.toml; what was booked stays in the ledger",
                example="creditsui account remove piggy",
                arguments=(_id(),),
            ),
            Verb(
                name="enable",
                help="Show an account and ask about it again",
                example="creditsui account enable groq",
                arguments=(_id(),),
            ),
            Verb(
                name="disable",
                help="Neither ask about an account nor count it",
                example="creditsui account disable groq",
                arguments=(_id(),),
            ),
        ),
    ),
    Verb(
        name="providers",
        help="List the providers that can be asked; declare one of your own and try it",
        example="creditsui providers kimi        those that match; creditsui providers --json for scripts",
        verbs=(
            Verb(
                name="list",
                help="List the providers that can be asked, what each can tell, and with which key",
                example="creditsui providers list kimi        those that match; creditsui providers --json for scripts",
                arguments=(
                    Argument(name="word", help="only those that match every word", metavar="WORD", many="any"),
                    _JSON,
                ),
            ),
            Verb(
                name="new",
                help="Write a declaration of a provider that is not built in, ready to be completed",
                example="creditsui providers new acme --curl < request.txt        from a curl command that works",
                arguments=(
                    Argument(name="name", help="its id: small letters, digits, “.”, “_” and “-”", metavar="NAME"),
                    Argument(name="--like", help="start from the declaration of a built-in one", metavar="ID"),
                    Argument(name="--curl", help="read a curl command from standard input; its key is left out"),
                    Argument(name="--sample", help="a file with an answer: its numbers are offered", metavar="FILE"),
                ),
                more="A curl command holds a key, so it is typed at a prompt or piped in, never an argument.",
                too_many=_NO_KEY_HERE,
            ),
            Verb(
                name="test",
                help="Ask a provider once, or read an answer from a file, and say what each field comes to",
                example="creditsui providers test acme --offline answer.json        without the network",
                arguments=(
                    Argument(name="name", help="a provider or an account", metavar="NAME"),
                    Argument(name="--account", help="the account whose key is used", metavar="ID"),
                    Argument(
                        name="--offline",
                        help='a file with the answer, or {"ask": answer, …} where there are several asks',
                        metavar="FILE",
                    ),
                    _JSON,
                ),
                more="Exit code 0: every field was found; 1: one is missing, or the service refused.",
            ),
        ),
    ),
    Verb(
        name="key",
        help="Keep, test or delete an account's key; it is read from a prompt or standard input, never an argument",
        example="creditsui key set groq < key.txt        tested, then kept in the system's keyring",
        too_many=_NO_KEY_HERE,
        verbs=(
            Verb(
                name="list",
                help="Say where each account's key comes from, never what it is",
                example="creditsui key list",
                arguments=(_id("only this account", "optional"),),
            ),
            Verb(
                name="set",
                help="Read a key from a hidden prompt or standard input, test it and keep it",
                example="creditsui key set openai --admin        a second key that can read more",
                too_many=_NO_KEY_HERE,
                arguments=(
                    _id(),
                    Argument(name="--admin", help="it is the admin or management key"),
                    Argument(name="--file", help="keep it in keys.toml (readable by you alone), not in the keyring"),
                    Argument(name="--no-test", help="keep it without asking the provider first"),
                ),
            ),
            Verb(
                name="test",
                help="Ask the provider with a key from a prompt or standard input, and keep nothing",
                example="creditsui key test groq < key.txt",
                too_many=_NO_KEY_HERE,
                arguments=(_id(), Argument(name="--admin", help="it is the admin or management key")),
            ),
            Verb(
                name="delete",
                help="Delete the keys that creditsui keeps for an account",
                example="creditsui key delete groq",
                arguments=(_id(),),
            ),
        ),
    ),
    Verb(
        name="ingest",
        help="Read what agents logged since the last time into the ledger",
        example="creditsui ingest --json        for scripts; status and the pane read new lines by themselves",
        arguments=(
            Argument(name="--rebuild", help="read every log again; calls whose logs are gone stay"),
            Argument(
                name="--progress", help='say how far it is meanwhile, as JSON lines {"done": …, "whole": …} in bytes'
            ),
            _JSON,
        ),
    ),
    Verb(
        name="spend",
        help="Say what was spent on what, by the calls that agents logged",
        example="creditsui spend --by day,model --since 2026-11-01        --json and --csv for scripts",
        arguments=(
            Argument(
                name="--by",
                help="one or more, with commas: day (default), week, month, model, project, session, source, account",
                metavar="NAMES",
            ),
            Argument(
                name="--since",
                help="the first day, YYYY-MM-DD, or all; default: 29 days before the last",
                metavar="DATE",
            ),
            Argument(name="--until", help="the last day, YYYY-MM-DD; default: today", metavar="DATE"),
            Argument(name="--unpriced", help="only calls without a known price, in tokens"),
            _JSON,
            Argument(name="--csv", help="print CSV"),
        ),
        more="Days are those of your time zone. What a flat-rate plan covers is notional: what its tokens would have\n"
        "cost, and no spend. Source unseen is what balances lost beyond the calls that any log knows.",
    ),
    Verb(
        name="runway",
        help="Say what dies first, on one time axis, and how much lasts to a day",
        example="creditsui runway --until 2026-12-24        what each account needs to last to that day",
        arguments=(
            _id("only these accounts", "any"),
            Argument(name="--until", help="also say what to add so that it lasts through this day", metavar="DATE"),
            _JSON,
        ),
        more="Nobody is asked: it tells what is known. A lane is solid for as long as 9 in 10 futures last, hatched\n"
        "up to where 1 in 10 does. What to add is enough in 4 cases of 5.",
    ),
    Verb(
        name="route",
        help="Say which provider should carry Hermes Agent's work, and change its config.yaml to say so",
        example="creditsui route --apply        shows what would change, and asks",
        arguments=(
            Argument(name="--apply", help="write it; on a terminal you are asked, elsewhere it needs --yes"),
            Argument(name="--yes", help="with --apply: ask nothing, and say nothing where nothing changes"),
            Argument(name="--undo", help="put back the bytes from before the last change"),
            Argument(name="--profile", help="of Hermes; default: the one that hermes itself would use", metavar="NAME"),
            _JSON,
        ),
        more="Only the routing lines of config.yaml change, never a key, and what stood there is kept beside it.\n"
        "[routing] in config.toml pins or excludes providers, and names the models to use.",
    ),
    Verb(
        name="explain",
        help="Say where a number comes from",
        example="creditsui explain openrouter health        --json for scripts",
        arguments=(
            _id(),
            Argument(name="field", help="which number, such as balance, health, capacity, runway", metavar="FIELD"),
            _JSON,
        ),
        more="FIELD is a key of an account in creditsui status --json, or hits, days, topups or probe. Below the\n"
        "words stand the rows of the ledger that the number rests on.",
    ),
    Verb(
        name="export",
        help="Write the whole ledger as lines of JSON: readings, what was booked, and calls",
        example="creditsui export backup.ndjson.gz        compressed by its name; - writes to standard output",
        arguments=(Argument(name="path", help="the file to write, for you alone", metavar="PATH"),),
        more="It holds amounts, models and names of projects and sessions, but no key and nothing that was said.\n"
        "With the same config.toml another machine shows the same board:\n"
        "  creditsui export - | ssh box creditsui import -",
    ),
    Verb(
        name="import",
        help="Take the lines of an export into the ledger, each once however often they come",
        example="creditsui import backup.ndjson.gz        - reads from standard input",
        arguments=(Argument(name="path", help="the file to read", metavar="PATH"),),
        more="Exports of several machines may come one after the other: a call that stands in both counts once.\n"
        "A line that is no row is told by its number, the rest comes in, and the exit code is 1.",
    ),
    Verb(
        name="hermes-plugin",
        help="Print or install a plugin for Hermes Agent: a bar in its dashboard, and /credits",
        example="creditsui hermes-plugin --write        then: hermes plugins enable creditsui",
        arguments=(Argument(name="--write", help="put it into plugins/creditsui of Hermes' home"),),
        more="It reads the last board, never the network or a key. Hermes loads it once you enable it and restart.\n"
        "Hermes' home is what [routing] home in config.toml says, else HERMES_HOME, else ~/.hermes.",
    ),
    Verb(
        name="doctor",
        help="Say what was found and where, how the key store and the terminal are, and what to do",
        example="creditsui doctor --json        for scripts and bug reports; holds no key",
        arguments=(_JSON,),
    ),
)


def find(name: str) -> Verb | None:
    """The verb of that name."""
    return next((verb for verb in VERBS if verb.name == name), None)
