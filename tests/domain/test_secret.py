import base64
import copy
import json
import pickle
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditsui.domain.secret import MASK, Secret, accept, scrub, scrubber

KEY = "sk-or-v1-0123456789abcdefghij+/=%"
keys = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=12, max_size=60)
texts = st.text(max_size=60)


class TestSecret:
    def test_shows_only_its_last_four_and_only_when_it_is_long(self) -> None:
        secret = Secret("sk-0123456789abcd")
        assert [str(secret), repr(secret), f"{secret}", f"{secret:>10}", "".join(map(str, [secret]))] == [
            "••••abcd",
            "Secret(••••abcd)",
            "••••abcd",
            "  ••••abcd",
            "••••abcd",
        ]
        assert (secret.hint, Secret("eleven char").hint, str(Secret("short"))) == ("abcd", "", "••••")
        assert secret.reveal() == "sk-0123456789abcd"

    def test_is_equal_by_value_and_true_when_there_is_one(self) -> None:
        assert Secret("a") == Secret("a") != Secret("b")
        assert Secret("a") != "a"
        assert len({Secret("a"), Secret("a")}) == 1
        assert Secret("a") and not Secret("")
        assert Secret("é\ud800") == Secret("é\ud800")

    def test_does_not_slip_into_a_file_by_accident(self) -> None:
        secret = Secret(KEY)
        for write in (pickle.dumps, json.dumps):
            with pytest.raises(TypeError) as caught:
                write(secret)
            assert "0123456789" not in str(caught.value)
        with pytest.raises(AttributeError):
            secret.other = 1  # type: ignore[attr-defined]
        assert copy.deepcopy(secret) == copy.copy(secret) == secret
        assert not hasattr(secret, "__dict__")


class TestAccept:
    @pytest.mark.parametrize(
        "text",
        [
            KEY,
            f"  {KEY}\n",
            f"{KEY}\r\n",
            f"\ufeff{KEY}",
            f'"{KEY}"',
            f"'{KEY}'\n",
            f"\t“{KEY}”\u200b",
            f"\u00a0{KEY}\0",
        ],
    )
    def test_takes_what_surrounds_a_key_away(self, text: str) -> None:
        assert accept(text).reveal() == KEY

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("", "empty"),
            (" \n\ufeff ", "empty"),
            ('""', "empty"),
            ("sk-0123456\n789abc", "line break"),
            ("sk-0123456\r789abc", "line break"),
            ("sk-0123456\x1b789abc", "control"),
            ("sk-0123456\x7f789abc", "control"),
            ("sk-0123456é789abc", "no key has"),
            ("sk‑0123456-789abc", "no key has"),
            ("sk-0123456\u200b789abc", "no key has"),
            ("sk-0123456\ud800789abc", "no key has"),
            ("sk-0123456 789abc", "blank"),
            ("k" * 10_000, "longer than"),
        ],
    )
    def test_refuses_what_is_no_key_without_repeating_it(self, text: str, says: str) -> None:
        with pytest.raises(ValueError, match=says) as caught:
            accept(text)
        assert "0123456" not in str(caught.value) and "kkk" not in str(caught.value)
        assert str(caught.value).endswith(".")

    @given(st.text())
    def test_what_it_accepts_can_be_sent(self, text: str) -> None:
        try:
            value = accept(text).reveal()
        except ValueError:
            return
        assert value.isascii() and value.isprintable() and value and value == value.strip() and len(value) <= 8192
        assert accept(value).reveal() == value


class TestScrub:
    @pytest.mark.parametrize(
        "form",
        [
            KEY,
            quote(KEY, safe=""),
            quote_plus(KEY),
            quote(KEY, safe="").replace("%2B", "%2b").replace("%2F", "%2f").replace("%3D", "%3d"),
            base64.b64encode(KEY.encode()).decode(),
            base64.b64encode(f"user:{KEY}".encode()).decode(),
            base64.b64encode(f":{KEY}:x".encode()).decode(),
            base64.urlsafe_b64encode(f"ab:{KEY}".encode()).decode(),
            KEY[5:17],
            KEY[-12:],
        ],
    )
    def test_finds_a_known_key_in_every_form(self, form: str) -> None:
        scrubbed = scrub(f"before ({form}) after", [Secret(KEY)])
        assert scrubbed.startswith("before (") and scrubbed.endswith(" after") and MASK in scrubbed
        assert not any(form[at : at + 12] in scrubbed for at in range(len(form) - 11))

    @pytest.mark.parametrize(
        ("text", "scrubbed"),
        [
            ("Incorrect API key provided: sk-proj-abcdEFGH01234567890.", "Incorrect API key provided: [secret]."),
            ("AIzaSyA1234567890abcdefg_hi", "[secret]"),
            ("authorization: Bearer abc.def-ghi", "authorization: Bearer [secret]"),
            ("{'x-api-key': 'abcdef123456'}", "{'x-api-key': '[secret]'}"),
            ("https://h.example/v1?a=1&key=abcdef#x", "https://h.example/v1?a=1&key=[secret]"),
            ("https://h.example/v1?api_key=abcdef&b=2", "https://h.example/v1?api_key=[secret]&b=2"),
            ("eyJhbGciOiJI.eyJzdWIiOiIx.c2ln", "[secret]"),
            ("gsk_abcdefghijklmnop1234 xai-abcdefghijklmnop1234", "[secret] [secret]"),
            ("AKIAIOSFODNN7EXAMPLE", "[secret]"),
        ],
    )
    def test_finds_what_looks_like_a_key(self, text: str, scrubbed: str) -> None:
        assert scrub(text) == scrubbed

    @pytest.mark.parametrize(
        "text",
        [
            "creditsui key set groq",
            "The key is rejected; the keyring does not answer",
            "api.x.ai did not answer within 20 s",
            "use a key that begins with sk-ant-admin01-",
            "set OPENROUTER_API_KEY",
            "/home/me/task-abcdefghijk0123456789",
            "model gpt-5-codex, claude-opus-4-8",
        ],
    )
    def test_leaves_ordinary_words_alone(self, text: str) -> None:
        assert scrub(text, [Secret(KEY)]) == text

    @given(keys, texts, texts)
    def test_no_twelve_characters_of_a_key_get_through(self, key: str, before: str, after: str) -> None:
        scrubbed = scrub(before + key + after, [Secret(key)])
        assert not any(key[at : at + 12] in scrubbed for at in range(len(key) - 11))

    @given(st.text(st.sampled_from("abcXYZ012"), min_size=4, max_size=11), texts, texts)
    def test_a_short_secret_goes_as_a_whole(self, key: str, before: str, after: str) -> None:
        assert key not in scrub(before + key + after, [Secret(key)]).replace(MASK, "")

    def test_several_at_once_and_once_made_for_many_texts(self) -> None:
        known = scrubber([Secret("first-key-0123456"), Secret("second-key-98765")])
        assert known("a first-key-0123456 b second-key-98765 c") == "a [secret] b [secret] c"
        assert "first" not in repr(known)
