"""What shows numbers, and changes none."""

from creditsui.verbs.verb import JSON, Argument, Verb, account

STATUS = Verb(
    name="status",
    help="Refresh what is due and print every account as a health bar",
    example="creditsui status --fail-on critical        exit code 3 when an account is critical",
    arguments=(
        account("only these accounts", "any"),
        JSON,
        Argument(name="--html", help="write a page to show or to share instead; - is standard output", metavar="PATH"),
        Argument(name="--private", help="with --html: no amounts, and providers instead of your labels"),
        Argument(name="--cached", help="what is known already; never the network"),
        Argument(name="--force", help="ask now, whatever is due (a wait that a provider asked for is kept)"),
        Argument(
            name="--fail-on",
            help="exit code 3 when an account is this bad: low (or critical), critical, or has a problem",
            choices=("low", "critical", "problem"),
        ),
    ),
)

LINE_SAYS = (
    Argument(name="--template", help="what it says, with {fields} in braces", metavar="TEXT"),
    Argument(name="--width", help="at most this many columns", metavar="N", kind="count"),
    Argument(name="--hide", help="leave this account out; may be given several times", metavar="ID", many="any"),
    Argument(name="--only", help="only this account; may be given several times", metavar="ID", many="any"),
    Argument(name="--private", help="no amounts, and providers instead of your labels"),
)
"""What a status line shall say, whoever draws it."""

LINE = Verb(
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
        *LINE_SAYS,
        Argument(
            name="--then",
            help="with --for claude: your own status line command; it gets the same input, its output comes first",
            metavar="COMMAND",
            many="rest",
        ),
    ),
    more="A template is text with fields in braces:\n"
    "  {total} {burn} {today}    what is left, goes in a day and went today, by currency\n"
    "  {problems} {age}          how many accounts have a problem; how old the numbers are\n"
    "and of the worst account, or of one of your choice as in {openrouter.left}:\n"
    "  {glyph} {band}            ● healthy, ◆ fair, ▲ low, ✖ critical, ? unknown; the word\n"
    "  {name} {percent} {left}   its label, how full it is, what is left\n"
    "  {time} {old}              how long it lasts, or ↻ until it refills; “2h old” where it should be newer\n"
    "A name that means nothing stays as it is; the rest is the host's own language, such as #[bold] in tmux.\n"
    "With accounts hidden, sums that would tell of them are left out too.\n"
    "With --for claude it keeps the rate limits that Claude Code pipes in, and nothing else of that input.\n"
    'In Claude Code\'s settings.json: "statusLine": {"type": "command", "command": "creditsui line --for claude"}',
)

SPEND = Verb(
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
        JSON,
        Argument(name="--csv", help="print CSV"),
    ),
    more="Days are those of your time zone. What a flat-rate plan covers is notional: what its tokens would have\n"
    "cost, and no spend. Source unseen is what balances lost beyond the calls that any log knows.",
)

RUNWAY = Verb(
    name="runway",
    help="Say what dies first, on one time axis, and how much lasts to a day",
    example="creditsui runway --until 2026-12-24        what each account needs to last to that day",
    arguments=(
        account("only these accounts", "any"),
        Argument(name="--until", help="also say what to add so that it lasts through this day", metavar="DATE"),
        JSON,
    ),
    more="Nobody is asked: it tells what is known. A lane is solid for as long as 9 in 10 futures last, hatched\n"
    "up to where 1 in 10 does. What to add is enough in 4 cases of 5.",
)

EXPLAIN = Verb(
    name="explain",
    help="Say where a number comes from",
    example="creditsui explain openrouter health        --json for scripts",
    arguments=(
        account(),
        Argument(name="field", help="which number, such as balance, health, capacity, runway", metavar="FIELD"),
        JSON,
    ),
    more="FIELD is a key of an account in creditsui status --json, or hits, days, topups or probe. Below the\n"
    "words stand the rows of the ledger that the number rests on.",
)
