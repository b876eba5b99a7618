"""Google AI Studio: a key can be proved valid and nothing else; there is neither a balance nor a rate header."""

from creditsui.domain.reading import Reading
from creditsui.providers.fields import record
from creditsui.providers.spec import Answers, Get, Provider, header


def parse(answers: Answers) -> Reading:
    record(answers["models"].body)
    return Reading(at=answers.now, badges=("key valid",))


PROVIDER = Provider(
    id="google",
    name="Google Gemini",
    url="https://generativelanguage.googleapis.com",
    console_url="https://aistudio.google.com/usage",
    key_url="https://aistudio.google.com/apikey",
    key_forms=("AIza",),
    parse=parse,
    # In a header, never in the query: a URL ends up in logs.
    asks=(
        Get(name="models", path="/v1beta/models", auth=header("x-goog-api-key"), query=lambda now: {"pageSize": "1"}),
    ),
    env=("GEMINI_API_KEY", "GOOGLE_API_KEY", "GOOGLE_GENERATIVE_AI_API_KEY"),
    base_env=("GOOGLE_GEMINI_BASE_URL", "GEMINI_BASE_URL"),
    tells=(),
)
