"""Other programs that are served."""

from creditsui.verbs.show import LINE_SAYS
from creditsui.verbs.verb import JSON, Argument, Verb, account

ROUTE = Verb(
    name="route",
    help="Say which provider should carry Hermes Agent's work, and change its config.yaml to say so",
    example="creditsui route --apply        shows what would change, and asks",
    arguments=(
        Argument(name="--apply", help="write it; on a terminal you are asked, elsewhere it needs --yes"),
        Argument(name="--yes", help="with --apply: ask nothing, and say nothing where nothing changes"),
        Argument(name="--undo", help="put back the bytes from before the last change"),
        Argument(name="--profile", help="of Hermes; default: the one that hermes itself would use", metavar="NAME"),
        JSON,
    ),
    more="Only the routing lines of config.yaml change, never a key, and what stood there is kept beside it.\n"
    "[routing] in config.toml pins or excludes providers, and names the models to use.",
)

TMUX = Verb(
    name="tmux",
    help="Print or install what tmux needs: a segment in its status line, and keys that open the pane",
    example="creditsui tmux --write --hide work        then: tmux source-file ~/.config/creditsui/tmux.conf",
    arguments=(
        Argument(name="--write", help="install it: a file of ours, and one line in tmux' own settings that reads it"),
        Argument(name="--remove", help="take away what --write added, and nothing else"),
        Argument(name="--check", help="say how well the tmux around you shows creditsui, and what to do; 1: it hurts"),
        Argument(name="--popup-key", help="after the prefix, opens it over everything; default: b", metavar="KEY"),
        Argument(name="--key", help="after the prefix, opens it beside what you do; default: B", metavar="KEY"),
        *LINE_SAYS,
        Argument(name="--json", help="with --check: print JSON for scripts"),
    ),
    more="KEY is a key as tmux writes it (b, C-b, M-c, F5), or none. A key that does something already is left to it\n"
    "unless you name it. A click on the right of the status line opens the pane too. The segment takes a third of\n"
    "the width unless --width says more, and shows what creditsui line --for tmux prints; its fields are told there.",
)

HERMES_PLUGIN = Verb(
    name="hermes-plugin",
    help="Print or install a plugin for Hermes Agent: a bar in its dashboard, and /credits",
    example="creditsui hermes-plugin --write        then: hermes plugins enable creditsui",
    arguments=(Argument(name="--write", help="put it into plugins/creditsui of Hermes' home"),),
    more="It reads the last board, never the network or a key. Hermes loads it once you enable it and restart.\n"
    "Hermes' home is what [routing] home in config.toml says, else HERMES_HOME, else ~/.hermes.",
)

CHECK = Verb(
    name="check",
    help="Say whether an account can stand a spend: one line of JSON, exit code 0 for go and 3 for no",
    example="creditsui check openrouter --need 3.00        && ./job runs it for a go only",
    arguments=(
        account(),
        Argument(name="--need", help="how much: 3.00, $3, ¥20, or 10%% of every quota", metavar="AMOUNT"),
        Argument(
            name="--until",
            help="beside what is probably spent until then: 18:00, 2026-11-24T18:00, or a day",
            metavar="TIME",
        ),
        Argument(name="--fresh", help="ask this account once before; else never the network"),
    ),
    more="Go only where the low end of what is left covers it in 9 cases of 10; what is not known is no, with the\n"
    "reason. A stale number must cover it twice.",
)

METRICS = Verb(
    name="metrics",
    help="Refresh what is due and print it for Prometheus, or write it for node_exporter",
    example="creditsui metrics --textfile /var/lib/node_exporter/creditsui.prom        from cron or a timer",
    arguments=(
        Argument(name="--textfile", help="replace this file at once and whole", metavar="PATH"),
        Argument(name="--cached", help="what is known already; never the network"),
        Argument(name="--rules", help="print alerting rules for Prometheus"),
        Argument(name="--dashboard", help="print a dashboard for Grafana, to be imported"),
    ),
    more="What is not known has no line. A problem of an account is a metric and no failure: the exit code is 0.\n"
    "creditsui_spend_total never falls: a correction shows as no spend until the truth is above it again.",
)

ALERTS = Verb(
    name="alerts",
    help="Say what has crossed a line, and send what is new: once, by every way that [alerts] names",
    example="creditsui alerts --once        from cron or a systemd timer: silent when there is nothing new",
    verbs=(
        Verb(
            name="list",
            help="List what has crossed a line and not recovered; or refresh, and send what is new",
            example="creditsui alerts list --once --json        one JSON object a line, for scripts",
            arguments=(
                Argument(name="--once", help="refresh what is due, and print and send what is new"),
                Argument(name="--test", help="send a sample by every way, and say what arrived"),
                JSON,
            ),
            more="An alert is told once, from when its line is crossed until the account has recovered for a whole\n"
            "reading; never from a first look at an account, nor from a number that is stale. Whoever looks, the\n"
            "pane or this, remembers it in the ledger.",
        ),
        Verb(
            name="add",
            help="Send alerts to an Apprise URL: mail, ntfy, Slack, Telegram, Discord and many more",
            example="creditsui alerts add phone < url.txt        typed at a hidden prompt, or piped in",
            too_many="The URL is a secret and never an argument: type it at the prompt, or pipe it in",
            arguments=(
                Argument(name="name", help="what it is called in [alerts] urls", metavar="NAME"),
                Argument(name="--file", help="keep it in keys.toml (readable by you alone), not in the keyring"),
            ),
            more="It needs the extra creditsui[notify]. Nothing is sent now: creditsui alerts --test tries it.\n"
            "What the URL of each service looks like: https://appriseit.com/services/",
        ),
        Verb(
            name="remove",
            help="Send no more alerts to one of them, and forget its URL",
            example="creditsui alerts remove phone",
            arguments=(Argument(name="name", help="what it is called in [alerts] urls", metavar="NAME"),),
        ),
    ),
    more="[alerts] in config.toml says how: command, desktop, urls, quiet_hours, ignore, until, refills. What begins\n"
    "in quiet hours, critical or not, is told at their end if it still holds.",
)

MCP = Verb(
    name="mcp",
    help="Serve balances, runway, check and spend to agents over the Model Context Protocol",
    example="creditsui mcp        run by an agent: claude mcp add creditsui -- creditsui mcp",
    more="Its tools read the ledger and nothing else: no network, no key, nothing is changed.\n"
    "It needs the official SDK: pip install 'creditsui[mcp]'",
)
