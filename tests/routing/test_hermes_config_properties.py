"""Files that nobody thought of: made of every way to write the same, and of noise."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from creditsui.routing.hermes_config import added, current, rewrite, verify
from creditsui.routing.route import Choice, Refused, Route
from tests.routing.configs import REAL, SWITCHED
from tests.routing.test_hermes_configs import others
from tests.soak import rounds

MANY = settings(max_examples=rounds(full=300, short=80), deadline=None, suppress_health_check=[HealthCheck.too_slow])
PROVIDERS = ("deepseek", "anthropic", "gemini", "openrouter")
WORDS = st.sampled_from(("x", "off", "0644", "12:30:45", "a/b", "claude-opus-4.8", "модель", "~", "1e3", "null", "a b"))
COMMENTS = st.sampled_from(("", "", " # why", "  # провайдер: 'x'", "\t# tab", " #"))
CHOICES = st.builds(Choice, st.sampled_from(PROVIDERS), st.sampled_from(("flagship", "fast", "a/b", "off", "1")))
ROUTES = st.builds(
    lambda primary, helper, behind: Route(primary, helper, tuple(dict.fromkeys(behind))),
    CHOICES,
    st.none() | CHOICES,
    st.lists(CHOICES, max_size=4),
)


@st.composite
def scalars(draw: st.DrawFn) -> str:
    word = draw(WORDS)
    return draw(st.sampled_from((f'"{word}"', f"'{word}'", word)))


@st.composite
def pairs(draw: st.DrawFn, names: tuple[str, ...], indent: str) -> list[str]:
    """Lines of a mapping, each with its value, a comment, and at times a line between."""
    lines = []
    for name in draw(st.lists(st.sampled_from(names), min_size=1, unique=True)):
        key = draw(st.sampled_from((name, f'"{name}"', f"'{name}'"))) + draw(st.sampled_from(("", "", " ")))
        value = "" if draw(st.integers(0, 9)) == 0 else f" {draw(scalars())}"
        lines.append(f"{indent}{key}:{value}{draw(COMMENTS)}")
        lines += draw(st.sampled_from(([], [], [], [""], [f"{indent}# between"], ["# far out"])))
    return lines


@st.composite
def flows(draw: st.DrawFn, names: tuple[str, ...]) -> str:
    told = [f"{name}: {draw(scalars())}" for name in draw(st.lists(st.sampled_from(names), unique=True))]
    return draw(st.sampled_from(("{%s}", "{ %s }", "{%s }"))) % ", ".join(told)


@st.composite
def entries(draw: st.DrawFn, indent: str) -> list[str]:
    choice = draw(CHOICES)
    kind = draw(st.integers(0, 4))
    remark = draw(st.sampled_from(([], [], [f"{indent}# above"], ["", f"{indent}# far above", ""])))
    if kind == 0:
        return [*remark, f"{indent}- {{provider: {choice.provider}, model: '{choice.model}'}}{draw(COMMENTS)}"]
    if kind == 1:
        inner = f"{indent}    "
        return [*remark, f"{indent}-", f"{inner}model: '{choice.model}'", f"{inner}provider: {choice.provider}"]
    if kind == 2:
        return [*remark, f"{indent}- {draw(scalars())}"]
    own = [f"{indent}  base_url: http://127.0.0.1:1", f"{indent}  api_key: k"] if kind == 3 else []
    first = f"{indent}- provider: {choice.provider}{draw(COMMENTS)}"
    return [*remark, first, f"{indent}  model: '{choice.model}'", *own]


MODEL = ("default", "provider", "base_url", "api_mode", "context_length", "api_key", "name", "model", "api_base")
DELEGATION = ("model", "provider", "base_url", "api_key", "max_iterations")


@st.composite
def sections(draw: st.DrawFn) -> list[str]:
    kind = draw(st.sampled_from(("model", "delegation", "fallback_providers", "fallback_model", "base_url", "other")))
    names = MODEL if kind == "model" else DELEGATION
    indent = " " * draw(st.integers(1, 5))
    head = f"{kind}:{draw(COMMENTS)}"
    if kind in {"model", "delegation"}:
        how = draw(st.integers(0, 5))
        if how == 0:
            return [f"{kind}: {draw(flows(names))}{draw(COMMENTS)}"]
        if how == 1:
            return [f"{kind}: {draw(scalars())}{draw(COMMENTS)}"] if kind == "model" else [head]
        return [head, *draw(pairs(names, indent))]
    if kind == "fallback_providers":
        at = indent if draw(st.booleans()) else ""
        listed = draw(st.lists(entries(at), min_size=1, max_size=4))
        flow = [f"{{provider: {one.provider}, model: '{one.model}'}}" for one in draw(st.lists(CHOICES, max_size=3))]
        in_lines = [head, *(line for one in listed for line in one)]
        return draw(st.sampled_from((in_lines, in_lines, [f"{kind}: [{', '.join(flow)}]{draw(COMMENTS)}"])))
    if kind == "fallback_model":
        choice = draw(CHOICES)
        return [f"{kind}: {{provider: {choice.provider}, model: '{choice.model}'}}"]
    if kind == "base_url":
        return [f"{kind}: {draw(scalars())}"]
    name = draw(st.sampled_from(("display", "имя", "providers", "text")))
    if name == "text":
        return ["text: |", "  model:", "    provider: no", "", "  # no comment"]
    return [f"{name}:", *draw(pairs(("a", "b", "provider", "model"), indent))]


@st.composite
def files(draw: st.DrawFn) -> bytes:
    parts = draw(st.lists(sections(), min_size=1, max_size=6, unique_by=lambda one: one[0].partition(":")[0]))
    between = draw(st.sampled_from(([], [""], ["# ----"], ["---"])))
    lines = [*(between if between != ["---"] else ["---"]), *(line for one in parts for line in one)]
    end = draw(st.sampled_from(("\n", "\n", "\r\n")))
    text = end.join(lines) + draw(st.sampled_from((end, end, "", end * 3, f"{end}# end", f"{end}  # end{end}")))
    return (draw(st.sampled_from(("", "", "\ufeff"))) + text).encode()


def switched(data: bytes, route: Route, ours: frozenset[Choice] = frozenset()) -> bytes | None:
    """None: it is refused, by the change or by the proof."""
    try:
        new = rewrite(data, route, ours)
        verify(data, new, route, ours)
    except Refused as refused:
        assert "\n" not in str(refused)
        return None
    return new


NOISE = (b"*a", b"&a ", b"<<: ", b"\t", b"- ", b": ", b"{", b"|", b"\r", b"#", b"---\n", b"\xc2\x85", b"\xe2\x80\xa8")


def test_whatever_the_file_a_switch_moves_nothing_else_or_is_refused() -> None:
    counted = {"switched": 0, "refused": 0}

    @MANY
    @given(files(), ROUTES, ROUTES)
    def any_file(data: bytes, route: Route, other: Route) -> None:
        new = switched(data, route)
        counted["refused" if new is None else "switched"] += 1
        if new is not None:
            _moved_nothing(data, new, route)
            again = switched(new, other, added(data, new))
            # What ends in a text without a line end takes no new section behind it, now or then.
            assert again is not None or data.endswith(b"# no comment"), "switched once, it can be switched again"
            assert again is None or again.count(b"#") == data.count(b"#")

    any_file()
    assert counted["switched"] > 5 * counted["refused"], counted


def _moved_nothing(data: bytes, new: bytes, route: Route) -> None:
    assert rewrite(new, route) == new
    before, after = others(data.decode()), others(new.decode())
    assert sorted(before) == sorted(one for one in after if one in before or not one.startswith("- "))
    assert new.count(b"#") == data.count(b"#")
    stands = current(new)
    assert stands and stands.primary == route.primary and stands.delegation == route.delegation


@MANY
@given(st.sampled_from(sorted(SWITCHED)), st.data(), ROUTES)
def test_noise_in_a_file_is_refused_or_kept(name: str, data: st.DataObject, route: Route) -> None:
    noise = data.draw(st.binary(min_size=1, max_size=4) | st.sampled_from(NOISE))
    at = data.draw(st.integers(0, len(SWITCHED[name])))
    noisy = SWITCHED[name][:at] + noise + SWITCHED[name][at + data.draw(st.integers(0, 3)) :]
    new = switched(noisy, route)
    if new is not None:
        assert rewrite(new, route) == new
        assert new.count(b"api_key") == noisy.count(b"api_key")


@MANY
@given(st.data())
def test_no_byte_can_change_unnoticed(data: st.DataObject) -> None:
    """One more byte, one less or another one, anywhere but where the route stands: the proof does not pass."""
    route = Route(Choice("deepseek", "v4"), Choice("gemini", "flash"), (Choice("anthropic", "opus"),))
    new = rewrite(REAL, route)
    at = data.draw(st.integers(0, len(new) - 1))
    other, gone = data.draw(st.sampled_from((b"", b"x", b" ", b"\n", b"#"))), data.draw(st.integers(0, 1))
    wrong = new[:at] + other + new[at + gone :]
    if wrong == new or not _beside(new, at) or not _beside(wrong, at):
        return
    try:
        verify(REAL, wrong, route)
    except Refused:
        return
    raise AssertionError(f"unnoticed at {at}: {wrong[max(at - 20, 0) : at + 20]!r}")


def _beside(data: bytes, at: int) -> bool:
    """Whether a place is on none of the lines that the switch wrote, where blanks are free."""
    start, end = data.rfind(b"\n", 0, max(at - 1, 0)) + 1, data.find(b"\n", at + 1)
    lines = data[start : end if end >= 0 else None]
    return not any(f'"{word}"'.encode() in lines for word in ("deepseek", "v4", "gemini", "flash", "anthropic", "opus"))
