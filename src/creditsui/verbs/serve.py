"""Other programs that are served."""

from creditsui.verbs.verb import JSON, Argument, Verb

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

HERMES_PLUGIN = Verb(
    name="hermes-plugin",
    help="Print or install a plugin for Hermes Agent: a bar in its dashboard, and /credits",
    example="creditsui hermes-plugin --write        then: hermes plugins enable creditsui",
    arguments=(Argument(name="--write", help="put it into plugins/creditsui of Hermes' home"),),
    more="It reads the last board, never the network or a key. Hermes loads it once you enable it and restart.\n"
    "Hermes' home is what [routing] home in config.toml says, else HERMES_HOME, else ~/.hermes.",
)
