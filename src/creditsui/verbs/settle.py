"""Who is asked, with which key, and when a bar turns red."""

from creditsui.verbs.verb import JSON, Argument, Verb, account

_NO_KEY_HERE = "A key is never an argument: type it at the prompt, or pipe it in"

THRESHOLDS = Verb(
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
)

ACCOUNT = Verb(
    name="account",
    help="List, add, change, remove, enable or disable accounts",
    example="creditsui account add work --provider openrouter --label 'OpenRouter, work'",
    verbs=(
        Verb(
            name="list",
            help="List the accounts that are configured or were found, and where their keys come from",
            example="creditsui account list --json        for scripts",
            arguments=(JSON,),
        ),
        Verb(
            name="add",
            help="Add an account; any name will do",
            example="creditsui account add piggy --provider manual --capacity 100",
            arguments=(
                account("the name it will have; on a terminal you are asked for it", "optional"),
                Argument(name="--provider", help="whose account it is; default: the id's, else manual", metavar="P"),
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
                account(),
                Argument(name="words", help="what to set", metavar="NAME=VALUE", many="any"),
                Argument(name="--budget", help="the same as budget=50/month; none takes it away", metavar="BUDGET"),
            ),
        ),
        Verb(
            name="remove",
            help="Remove an account from config.toml; what was booked stays in the ledger",
            example="creditsui account remove piggy",
            arguments=(account(),),
        ),
        Verb(
            name="enable",
            help="Show an account and ask about it again",
            example="creditsui account enable groq",
            arguments=(account(),),
        ),
        Verb(
            name="disable",
            help="Neither ask about an account nor count it",
            example="creditsui account disable groq",
            arguments=(account(),),
        ),
    ),
)

PROVIDERS = Verb(
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
                JSON,
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
                JSON,
            ),
            more="Exit code 0: every field was found; 1: one is missing, or the service refused.",
        ),
    ),
)

KEY = Verb(
    name="key",
    help="Keep, test or delete an account's key; it is read from a prompt or standard input, never an argument",
    example="creditsui key set groq < key.txt        tested, then kept in the system's keyring",
    too_many=_NO_KEY_HERE,
    verbs=(
        Verb(
            name="list",
            help="Say where each account's key comes from, never what it is",
            example="creditsui key list",
            arguments=(account("only this account", "optional"),),
        ),
        Verb(
            name="set",
            help="Read a key from a hidden prompt or standard input, test it and keep it",
            example="creditsui key set openai --admin        a second key that can read more",
            too_many=_NO_KEY_HERE,
            arguments=(
                account(),
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
            arguments=(account(), Argument(name="--admin", help="it is the admin or management key")),
        ),
        Verb(
            name="delete",
            help="Delete the keys that creditsui keeps for an account",
            example="creditsui key delete groq",
            arguments=(account(),),
        ),
    ),
)

DOCTOR = Verb(
    name="doctor",
    help="Say what was found and where, how the key store and the terminal are, and what to do",
    example="creditsui doctor --json        for scripts and bug reports; holds no key",
    arguments=(
        JSON,
        Argument(name="--restore", help="put the last sound copy in the place of a damaged ledger, which is kept"),
        Argument(name="--bundle", help="write what a bug report needs, keys and names masked", metavar="PATH"),
    ),
)
