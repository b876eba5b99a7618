"""Keys of a service with several regions, which are strangers to each other: a variable may say where its key is of."""

from creditsui.core import configured
from creditsui.core.accounts import credentials, detect
from creditsui.core.accounts.credentials import home_of
from creditsui.providers.spec import Get, Provider
from tests.core.conftest import SessionOf, clock, session_of

__all__ = ["clock", "session_of"]

TWO = Provider(
    id="two",
    name="Two",
    url="https://api.two.example",
    console_url="https://two.example",
    parse=lambda answers: None,  # type: ignore[arg-type,return-value]
    asks=(Get(name="a", path="/a"),),
    env=("TWO_API_KEY", "TWO_CN_API_KEY"),
    base_env=("TWO_BASE_URL",),
    regions={"https://cn.two.example": "CNY"},
    env_regions={"TWO_CN_API_KEY": "https://cn.two.example"},
)
WORLD, CHINA = "https://api.two.example", "https://cn.two.example"


def homes(session_of: SessionOf, config: str = "", **env: str) -> dict[str, tuple[str, str]]:
    session = session_of(TWO, config=config, env=env)
    return {one.id: (home_of(one, TWO), one.currency) for one in detect.accounts(session, configured.config(session))}


def test_a_key_of_another_region_is_sent_there_and_its_money_is_of_there(session_of: SessionOf) -> None:
    assert homes(session_of, TWO_API_KEY="k-1") == {"two": (WORLD, "USD")}
    assert homes(session_of, TWO_CN_API_KEY="k-2") == {"two": (CHINA, "CNY")}


def test_the_usual_variable_comes_first(session_of: SessionOf) -> None:
    assert homes(session_of, TWO_CN_API_KEY="k-2", TWO_API_KEY="k-1") == {"two": (WORLD, "USD")}


def test_an_account_that_names_the_variable_is_of_its_region(session_of: SessionOf) -> None:
    config = '[accounts.two]\n[accounts.east]\nprovider = "two"\nkey = "env:TWO_CN_API_KEY"\n'
    assert homes(session_of, config, TWO_CN_API_KEY="k-2", TWO_API_KEY="k-1") == {
        "two": (WORLD, "USD"),
        "east": (CHINA, "CNY"),
    }


def test_what_the_user_says_is_stronger_and_a_stored_key_is_of_the_usual_region(session_of: SessionOf) -> None:
    elsewhere = '[accounts.two]\nbase_url = "https://gateway.example"\n'
    assert homes(session_of, elsewhere, TWO_CN_API_KEY="k-2") == {"two": ("https://gateway.example", "USD")}
    stored = '[accounts.two]\nkey = "keyring"\n'
    assert homes(session_of, stored, TWO_CN_API_KEY="k-2") == {"two": (WORLD, "USD")}
    unknown = '[accounts.two]\nkey = "env:ELSE"\n'
    assert homes(session_of, unknown, ELSE="k") == {"two": (WORLD, "USD")}


def test_an_address_beside_the_key_that_is_one_of_the_regions_is_followed(session_of: SessionOf) -> None:
    beside = {"TWO_API_KEY": "k-1", "TWO_BASE_URL": "https://CN.two.example/v1/"}
    assert homes(session_of, **beside) == {"two": (CHINA, "CNY")}
    back = {"TWO_CN_API_KEY": "k-2", "TWO_BASE_URL": WORLD}
    assert homes(session_of, **back) == {"two": (WORLD, "USD")}


def test_any_other_address_beside_a_regions_key_means_that_it_is_not_sent(session_of: SessionOf) -> None:
    session = session_of(TWO, env={"TWO_CN_API_KEY": "k-123456789", "TWO_BASE_URL": "https://proxy.example"})
    (account,) = detect.accounts(session, configured.config(session))
    found = credentials.resolve(session, account, TWO)
    assert not found.slots and found.problem is not None and found.problem.kind == "unsupported"


def test_the_key_itself_is_the_variables(session_of: SessionOf) -> None:
    session = session_of(TWO, env={"TWO_CN_API_KEY": "k-123456789"})
    (account,) = detect.accounts(session, configured.config(session))
    found = credentials.resolve(session, account, TWO).slots["key"]
    assert (found.secret.reveal(), found.source) == ("k-123456789", "env:TWO_CN_API_KEY")
