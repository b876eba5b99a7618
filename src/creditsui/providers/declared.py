"""A provider declared in TOML: the same object as one written in Python, with the same protections.

`load` checks every word of a declaration and names the line of a mistake. The tables, in the order of a number's way:
`[[ask]]` what is requested, `[[error]]` refusals that a status does not tell, `[[balance]]`, `[limit]`, `[[window]]`,
`[spend]`, `plan` and `[[badge]]` where the numbers stand. Values are expressions (see `expression`) over the answer
of the ask that `from` names, the first one by default.
"""

import re
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, get_args

from creditsui.domain.clean import clean
from creditsui.domain.problem import Kind, Problem, Refused
from creditsui.domain.reading import Reading, Semantics
from creditsui.providers.declaration import Table, fit_address, parse
from creditsui.providers.expression import Expression, Missing
from creditsui.providers.picks import Picks, read
from creditsui.providers.spec import Answer, Answers, Get, Param, Provider

_HEADER = re.compile(r"([A-Za-z0-9_-]{1,64}): ([ -~]*)\{key(\|base64)?\}", re.ASCII)
_HIDDEN_HEADER = re.compile(r"(?i)(?!proxy-).*(auth|key|token|secret)")
"""Names of headers whose value the door to the network keeps out of everything that comes back."""
_TELLS = ("balance", "spend", "limit", "windows", "plan")
_SHORTEST_FORM = 3


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a file says: the provider, and the parts it was made of, for who writes one."""

    provider: Provider
    picks: Picks
    errors: tuple["Error", ...]


def load(text: str, id: str, file: str, *, declared: str = "") -> Provider:
    """The provider that a declaration describes. `declared` is its path where a user wrote it. Raises
    DeclarationError."""
    return declaration(text, id, file, declared=declared).provider


def declaration(text: str, id: str, file: str, *, declared: str = "") -> Declaration:
    """Raises DeclarationError."""
    text = text.removeprefix("\ufeff")
    root = Table(parse(text, file), (), text, file)
    asks = tuple(_ask(one, index, root) for index, one in enumerate(root.tables("ask")))
    names = [ask.name for ask in asks]
    errors = tuple(_error(one, names) for one in root.tables("error"))
    picks = read(root, names)
    name = root.text("name") or id
    url = root.url("url", base=True)
    provider = Provider(
        id=id,
        name=name,
        url=url,
        console_url=root.url("console_url") or url,
        parse=lambda answers: _parse_answers(answers, picks, errors, name),
        asks=asks,
        env=root.variables("env"),
        admin_env=root.variables("admin_env"),
        base_env=root.variables("base_env"),
        base_suffix=root.text("base_suffix"),
        params={str(one.path[-1]): _param(one) for one in root.named("params")},
        regions=_regions(root),
        env_regions=root.texts("env_regions"),
        prefixes=root.texts("prefixes"),
        key_forms=root.words("key_forms"),
        refuse=lambda answer: _refuse(answer, errors, name),
        tells=root.words("tells", *_TELLS) or picks.tells(),
        credential=root.text("credential") or "API key",
        admin_credential=root.text("admin_credential"),
        cost_of_asking=root.text("cost_of_asking") or None,
        semantics=Semantics(root.choice("semantics", *[one.value for one in Semantics])),
        currency=root.currency("currency") or picks.currency(),
        credit_lasts_days=root.whole("credit_lasts_days", 0, 0, 3650),
        key_url=root.url("key_url"),
        status_url=root.url("status_url"),
        declared=declared,
    )
    root.finish()
    _check(root, provider, picks)
    return Declaration(provider, picks, errors)


def _check(root: Table, provider: Provider, picks: Picks) -> None:
    """What must fit together. Raises DeclarationError."""
    names = [ask.name for ask in provider.asks]
    slots = {slot for ask in provider.asks if isinstance(ask, Get) for slot in ask.credential}
    probes = any(isinstance(ask, Get) and ask.opt_in for ask in provider.asks)
    if len(set(names)) < len(names):
        raise root.fault("ask", "has two tables of one name; give each a name of its own")
    if names and not provider.url and not provider.base_env:
        raise root.fault("url", "is missing; write where the service is, such as https://api.acme.ai")
    if names and not any(picks.sections()):
        raise root.fault(
            "balance", "is missing; say where a number stands in [[balance]], [limit], [[window]], [spend]"
        )
    if ("admin_key" in slots or provider.admin_env) and not provider.admin_credential:
        raise root.fault("admin_credential", "is missing; say in words what the second key is")
    if probes != bool(provider.cost_of_asking):
        where = "is missing; say what the probe costs" if probes else "means nothing where no ask is a probe"
        raise root.fault("cost_of_asking", where)
    for form in provider.key_forms:
        if len(form) < _SHORTEST_FORM or form == "sk-":
            raise root.fault("key_forms", "must hold beginnings that no other service's keys have")
    for target in provider.prefixes.values():
        if target not in {"key", "admin_key"} and not target.endswith("."):
            raise root.fault("prefixes", "lead to key, to admin_key, or to a sentence that ends with a full stop")
    if not set(provider.env_regions) <= {*provider.env, *provider.admin_env} or not set(
        provider.env_regions.values()
    ) <= {provider.url, *provider.regions}:
        raise root.fault("env_regions", "leads from variables in env to url or one of the regions")


def _regions(root: Table) -> Mapping[str, str]:
    given = root.table("regions")
    if given is None:
        return {}
    for base in given.values:
        if not fit_address(base, base=True) or base.endswith("/"):
            raise root.fault("regions", "leads from addresses, such as https://api.acme.cn, to their currencies")
    return {base: given.currency(base) for base in given.values}


def _ask(given: Table, index: int, root: Table) -> Get:
    opt_in = given.choice("opt_in", "", "probe")
    when = given.expression("when")
    failure: Any = given.choice("failure", *(("soft", "quiet") if opt_in else ("fatal", "soft", "quiet")))
    path, query = given.path_of("path"), given.query("query")
    ask = Get(
        name=given.ask_name("name", "answer" if not index else f"answer{index + 1}"),
        path=path,
        older=given.path_of("older"),
        method="POST" if given.choice("method", "GET", "POST") == "POST" else "GET",
        auth=_auth(given if given.has("auth") else root),
        credential=given.words("credential", "key", "admin_key") or ("key",),
        headers=given.headers("headers"),
        query=(lambda answers: _filled(query, answers.params)) if query else None,
        body=given.json("body"),
        opt_in="probe" if opt_in else "",
        every=timedelta(minutes=given.whole("every_minutes", 5 if opt_in else 0, 5 if opt_in else 0, 1440)),
        failure=failure,
        when=(lambda answers: _first_holds(when, answers)) if when is not None else None,
    )
    given.own()
    if not path:
        raise given.fault("path", "is missing; write what is requested, such as /v1/credits")
    if ask.body is not None and ask.method == "GET":
        raise given.fault("body", 'is sent with method = "POST" only')
    if when is not None and not index:
        raise given.fault("when", "has no answer before it to look at")
    params = root.values.get("params")
    filled = {"path": path, "older": ask.older, "query": " ".join(query.values())}
    for key, text in {**filled, "headers": " ".join(ask.headers.values())}.items():
        for name in re.findall(r"\{(.*?)\}", text):
            if not isinstance(params, dict) or name not in params:
                raise given.fault(key, f"holds {{{clean(name, 24)}}}, which no [params.{clean(name, 24)}] declares")
    return ask


def _filled(texts: Mapping[str, str], params: Mapping[str, str]) -> Mapping[str, str]:
    """With what the user said in the place of each `{name}`; what nobody said is left out."""
    told = {}
    for name, text in texts.items():
        places = re.findall(r"\{(.*?)\}", text)
        if all(params.get(one) for one in places):
            told[name] = re.sub(r"\{(.*?)\}", lambda found: params[found[1]], text)
    return told


def _first_holds(when: Expression, answers: Answers) -> bool:
    """Whether a condition holds of the answer before this one."""
    last = list(answers.by_name.values())[-1:]
    return bool(last) and when.holds(last[0].body)


def _auth(given: Table) -> Callable[[str], Mapping[str, str]]:
    template = given.text("auth") or "Authorization: Bearer {key}"
    found = _HEADER.fullmatch(template)
    if found is None or "{" in found[2]:
        raise given.fault("auth", "must be a header that ends with {key}, such as “Authorization: Bearer {key}”")
    name, before, coded = found[1], found[2], bool(found[3])
    if not _HIDDEN_HEADER.match(name):
        raise given.fault(
            "auth", "must be a header whose name says that it holds a key, token, secret or authorization"
        )
    return lambda secret: {name: before + (b64encode(secret.encode()).decode() if coded else secret)}


def _param(given: Table) -> Param:
    param = Param(given.text("says"), given.variables("env"), not given.flag("optional"))
    given.own()
    if not param.says:
        raise given.fault("says", "is missing; say in a few words what it is and where to find it")
    return param


@dataclass(frozen=True, slots=True)
class Error:
    """One way in which an answer says no."""

    statuses: tuple[int, ...]
    when: Expression | None
    kind: Kind
    message: str
    action: str | None
    quotes: Expression | None
    source: str

    @property
    def rule(self) -> str:
        """When it is one, as it was written."""
        status = f"status {' or '.join(map(str, self.statuses))}" if self.statuses else ""
        return " and ".join(filter(None, (status, self.when.text if self.when is not None else "")))

    def met(self, answer: Answer) -> bool:
        if self.statuses and answer.status not in self.statuses:
            return False
        return self.when.holds(answer.body) if self.when is not None else bool(self.statuses)

    def problem(self, answer: Answer, name: str) -> Problem:
        said = ""
        if self.quotes is not None:
            try:
                value = self.quotes.value(answer.body)
            except Missing:
                value = ""
            said = clean(value, 120).strip().rstrip(".") if isinstance(value, str) else ""
        text = (self.message or f"{name} refused").rstrip(".") + (f": “{said}”." if said else ".")
        return Problem(self.kind, text, self.action)


def _error(given: Table, names: Sequence[str]) -> Error:
    kinds = [one for one in get_args(Kind) if one not in {"no_key", "locked", "offline", "unknown"}]
    kind: Any = given.choice("kind", "unknown", *kinds)
    error = Error(
        statuses=given.whole_numbers("status", 100, 599),
        when=given.expression("when"),
        kind=kind,
        message=given.text("message"),
        action=given.text("action") or None,
        quotes=given.expression("quotes"),
        source=given.text("from"),
    )
    given.own()
    if error.when is None and not error.statuses:
        raise given.fault("when", "is missing; say when an answer is an error, such as 'code != 0'")
    if error.source not in {"", *names}:
        raise given.fault("from", f"names no ask; there are {', '.join(names) or 'none'}")
    return error


def _refuse(answer: Answer, errors: Sequence[Error], name: str) -> Problem | None:
    """Of a status that refuses. An error of no kind, which only the body tells, knows less than that status."""
    telling = (one for one in errors if one.statuses or one.kind != "unknown")
    own = (one for one in telling if not answer.ask or one.source in {"", answer.ask})
    return next((one.problem(answer, name) for one in own if one.met(answer)), None)


def _parse_answers(answers: Answers, picks: Picks, errors: Sequence[Error], name: str) -> Reading:
    for source, answer in answers.by_name.items():
        for one in errors:
            if one.source in {"", source} and one.met(answer):
                raise Refused(one.problem(answer, name))
    try:
        return picks.reading(answers)
    except Missing as missing:
        raise Refused(Problem("changed", f"{name} answered in another form: {missing}.")) from None
