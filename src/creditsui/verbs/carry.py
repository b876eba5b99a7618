"""What brings the ledger's rows in and out."""

from creditsui.verbs.verb import JSON, Argument, Verb

INGEST = Verb(
    name="ingest",
    help="Read what agents logged since the last time into the ledger",
    example="creditsui ingest --json        for scripts; status and the pane read new lines by themselves",
    arguments=(
        Argument(name="--rebuild", help="read every log again; calls whose logs are gone stay"),
        Argument(name="--progress", help='say how far it is meanwhile, as JSON lines {"done": …, "whole": …} in bytes'),
        JSON,
    ),
)

EXPORT = Verb(
    name="export",
    help="Write the whole ledger as lines of JSON: readings, what was booked, and calls",
    example="creditsui export backup.ndjson.gz        compressed by its name; - writes to standard output",
    arguments=(Argument(name="path", help="the file to write, for you alone", metavar="PATH"),),
    more="It holds amounts, models and names of projects and sessions, but no key and nothing that was said.\n"
    "With the same config.toml another machine shows the same board:\n"
    "  creditsui export - | ssh box creditsui import -",
)

IMPORT = Verb(
    name="import",
    help="Take the lines of an export into the ledger, each once however often they come",
    example="creditsui import backup.ndjson.gz        - reads from standard input",
    arguments=(Argument(name="path", help="the file to read", metavar="PATH"),),
    more="Exports of several machines may come one after the other: a call that stands in both counts once.\n"
    "A line that is no row is told by its number, the rest comes in, and the exit code is 1.",
)
