"""A purse that nobody can be asked about: its balance is what the user last entered."""

from creditsui.domain.reading import Reading
from creditsui.providers.spec import Answers, Provider


def parse(answers: Answers) -> Reading:
    return Reading(at=answers.now)


PROVIDER = Provider(
    id="manual",
    name="Manual",
    url="",
    console_url="",
    parse=parse,
    tells=(),
    credential="none: you enter the balance",
)
