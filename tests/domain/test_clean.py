import json
import unicodedata
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from creditsui.domain.clean import clean, clean_json, clean_lines, decode_json

anything = st.text(st.characters(), max_size=120)
leaves = st.none() | st.booleans() | st.integers(-(10**20), 10**20) | anything
json_values = st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(anything, inner), max_leaves=30)
FORBIDDEN = {
    *map(chr, range(0x20)),
    *map(chr, range(0x7F, 0xA0)),
    *map(chr, range(0x202A, 0x202F)),
    *map(chr, range(0x2066, 0x206A)),
    *map(chr, range(0x200B, 0x2010)),
    *map(chr, range(0xE0000, 0xE0080)),
    *"\u2028\u2029\u2060\ufeff\u00ad\u061c",
}


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("plain words, 100 %", "plain words, 100 %"),
        ("\x1b[31mred\x1b[0m", "[31mred[0m"),
        ("\x1b]52;c;aGFjaw==\x07", "]52;c;aGFjaw=="),
        ("\x9b2J\x90q\x9c", "2Jq"),
        ("a\tb\nc\r\nd", "a b c d"),
        ("a\u2028b\u2029c", "abc"),
        ("invoice\u202egnp.exe", "invoicegnp.exe"),
        ("pay\u200bpal\ufeff", "paypal"),
        ("tag\U000e0041\U000e007f", "tag"),
        ("\ud83d alone", "\ufffd alone"),
        ("e\u0301", "é"),
        ("z\u0301\u0302\u0303\u0304\u0305", "ź\u0302"),
        ("日本語 müde ₿ 🙂", "日本語 müde ₿ 🙂"),
        ("[red]markup[/red] {x} %s", "[red]markup[/red] {x} %s"),
    ],
)
def test_tricks_go_and_words_stay(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


def test_a_long_text_is_cut_and_says_so() -> None:
    assert clean("a" * 200) == "a" * 200
    assert clean("a" * 201) == "a" * 199 + "…"
    assert clean("abc", 2) == "a…"
    assert (clean("abc", 1), clean("abc", 0)) == ("…", "")
    assert clean("a" * 5000, None) == "a" * 5000


@given(anything, st.none() | st.integers(0, 60))
@example("\u0344\u0344\u0344", None)
@example("\u1100\u0300\u0301\u0302\u1161", None)
def test_what_comes_out_is_harmless_and_comes_out_again(text: str, limit: int | None) -> None:
    cleaned = clean(text, limit)
    assert not FORBIDDEN & set(cleaned)
    assert not any("\ud800" <= char <= "\udfff" for char in cleaned)
    assert unicodedata.is_normalized("NFC", cleaned)
    assert limit is None or len(cleaned) <= limit
    marks = "".join("m" if unicodedata.category(char) in ("Mn", "Me") else "." for char in cleaned)
    assert "mmm" not in marks
    assert clean(cleaned, limit) == cleaned
    cleaned.encode()


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=150))
def test_ordinary_text_is_not_touched(text: str) -> None:
    assert clean(text) == text


def test_a_million_marks_take_no_time_to_speak_of() -> None:
    # Sorting so many in one run would take minutes.
    assert clean("a" + "\u0315\u0300" * 500_000) == "à\u0315"


def test_lines_stay_lines() -> None:
    assert clean_lines("a\x1b[1m\r\nb\u202e\n") == "a[1m\nb\n"


class TestJson:
    def test_strings_and_keys_are_clean(self) -> None:
        assert clean_json({"a\x1b": ["b\x07", {"c\u200b": "d\ud800"}], "n": (1, None, True)}) == {
            "a": ["b", {"c": "d\ufffd"}],
            "n": [1, None, True],
        }

    def test_what_is_no_number_is_not_known(self) -> None:
        strange: list[Any] = [float("nan"), float("inf"), Decimal("NaN"), Decimal("1.5"), 0.5, object()]
        assert clean_json(strange) == [None, None, None, Decimal("1.5"), 0.5, None]

    @pytest.mark.parametrize("wrap", [lambda inner: [inner], lambda inner: {"a": inner}])
    def test_depth_is_bounded_without_recursion(self, wrap: Any) -> None:
        value: Any = 1
        for _ in range(100_000):
            value = wrap(value)
        cleaned = clean_json(value)
        levels = 0
        while cleaned is not None:
            cleaned = cleaned[0] if isinstance(cleaned, list) else cleaned["a"]
            levels += 1
        assert levels == 64
        while isinstance(value, list | dict):  # taken apart by hand: freeing it at once would recurse as well
            value = value[0] if isinstance(value, list) else value["a"]

    @given(json_values)
    def test_ordinary_json_keeps_its_shape_and_cleaning_again_changes_nothing(self, value: Any) -> None:
        cleaned = clean_json(value)
        assert clean_json(cleaned) == cleaned
        assert clean_json(decode_json(json.dumps(value))) == clean_json(value)

    def test_a_token_stays_whole(self) -> None:
        token = "eyJ" + "aB3-_" * 600 + ".sig"
        assert decode_json(json.dumps({"token": token}))["token"] == token
        assert decode_json(json.dumps({"token": token * 5}), 65_536)["token"] == token * 5


class TestDecoding:
    def test_fractions_are_exact_and_whole_numbers_are_whole(self) -> None:
        value = decode_json(b'\xef\xbb\xbf{"a": 0.1, "b": 12, "c": 1e2, "d": -0.0}')
        assert value == {"a": Decimal("0.1"), "b": 12, "c": Decimal("100"), "d": 0}
        assert isinstance(value["a"], Decimal) and isinstance(value["b"], int)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "<html>",
            "{",
            '{"a": NaN}',
            "[Infinity]",
            "[-Infinity]",
            "1e400000000000000000000",
            "1e999",
            "1e-999",
            "9" * 5000,
            "0." + "1" * 50,
            "[" * 100_000,
            "{'a': 1}",
            b"\xff\xfe",
            b'"\xed\xa0\x80"',
        ],
    )
    def test_what_is_not_json_or_not_sane_is_refused(self, text: str | bytes) -> None:
        with pytest.raises(ValueError):
            decode_json(text)

    @given(st.binary() | anything)
    def test_nothing_but_value_error_is_raised(self, data: bytes | str) -> None:
        try:
            decode_json(data)
        except ValueError:
            return

    def test_escapes_are_cleaned_after_decoding(self) -> None:
        assert decode_json(r'"\u001b[2J\u202e\ud800"') == "[2J\ufffd"
