"""Home and settings: where things live, which layer wins, and what is refused, with one line that helps."""

import os
import stat
from decimal import Decimal
from pathlib import Path

import pytest
from coscribe.core.errors import UsageError
from coscribe.core.settings import NAMES, OPENAI, Endpoint, Settings, load
from coscribe.core.system.home import Home
from pydantic import ValidationError


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home.find(tmp_path / "home", None, {})
    made.create()
    return made


@pytest.fixture
def here(tmp_path: Path) -> Path:
    folder = tmp_path / "reports"
    folder.mkdir()
    return folder


def local(here: Path, text: str) -> None:
    (here / "coscribe.toml").write_text(text, encoding="utf-8")


def own(home: Home, text: str) -> None:
    home.settings.write_text(text, encoding="utf-8")


def refusal(here: Path, home: Home, *, flags: dict[str, object] | None = None, **environ: str) -> str:
    with pytest.raises(UsageError) as caught:
        load(flags or {}, environ, here, home)
    line = str(caught.value)
    assert "\n" not in line
    return line


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_home_and_library_are_found_by_option_then_variable_then_platform(tmp_path: Path) -> None:
    environ = {"COSCRIBE_HOME": str(tmp_path / "a"), "COSCRIBE_LIBRARY": str(tmp_path / "b")}
    assert Home.find(None, None, environ) == Home(tmp_path / "a", tmp_path / "b")
    assert Home.find(tmp_path / "c", tmp_path / "d", environ) == Home(tmp_path / "c", tmp_path / "d")
    assert Home.find(tmp_path / "c", None, {}).library == tmp_path / "c" / "library"
    assert Home.find(None, None, {"COSCRIBE_HOME": ""}).root.name == "coscribe"
    assert Home.find(Path("~/x"), None, {}).root.is_absolute()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_what_is_made_is_for_its_owner_alone(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        (tmp_path / "home").mkdir(mode=0o755)
        home = Home.find(tmp_path / "home", None, {})
        home.create()
        home.create()
        record = home.private_file(home.runs / "r" / "one.json")
    finally:
        os.umask(old)
    folders = [home.root, home.library, home.state, home.runs, home.cache, home.tokens, record.parent]
    assert {mode(folder) for folder in folders} == {0o700}
    assert mode(record) == 0o600
    record.write_text("kept")
    record.chmod(0o644)
    assert mode(home.private_file(record)) == 0o600
    assert record.read_text() == "kept"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_a_folder_with_other_things_and_a_shared_library_keep_their_mode(tmp_path: Path) -> None:
    shared, library = tmp_path / "shared", tmp_path / "library"
    for folder in (shared, library):
        folder.mkdir()
        folder.chmod(0o755)
    (shared / "thesis.txt").touch()
    home = Home.find(shared, library, {})
    home.create()
    assert [mode(shared), mode(library), mode(home.state)] == [0o755, 0o755, 0o700]


def test_a_home_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    home = Home.find(tmp_path / "file" / "home", None, {})
    with pytest.raises(UsageError, match=r"cannot write to '.*file.home' \(.*\): .* --home"):
        home.create()
    with pytest.raises(UsageError, match=r"one\.json"):
        home.private_file(home.runs / "one.json")
    with pytest.raises(UsageError, match="--library"):
        Home.find(tmp_path / "home", tmp_path / "file", {}).create()


def test_without_any_setting_no_model_is_called(here: Path, home: Home) -> None:
    settings = load({}, {"OPENAI_API_KEY": "a key alone changes nothing"}, here, home)
    assert settings == Settings()
    assert not settings.drafts
    assert settings.endpoint("reviewer") is None
    assert settings.trust.hosts == ("127.0.0.0/8", "::1", "localhost")


def test_the_nearer_layer_wins(here: Path, home: Home) -> None:
    own(home, "model = 'of-state'\nrounds = 5\ntimeout_seconds = 5\nmax_retries = 5\n[caps]\nrun = 5\nday = 5.5")
    local(here, "model = 'of-folder'\nrounds = 4\ntimeout_seconds = 4\n")
    environ = {"COSCRIBE_MODEL": "of-environment", "COSCRIBE_ROUNDS": "3", "COSCRIBE_MAX_COST": "3"}
    settings = load({"model": "of-flags", "max_cost": None, "quotes_only": False}, environ, here, home)
    assert (settings.model, settings.rounds, settings.timeout_seconds, settings.max_retries) == ("of-flags", 3, 4, 5)
    assert (settings.caps.run, settings.caps.day, settings.caps.month) == (Decimal(3), Decimal("5.5"), None)


def test_every_name_can_be_set_by_flag_and_by_variable(here: Path, home: Home) -> None:
    text = {
        "base_url": "http://localhost:1/v1",
        "key_variable": "LOCAL_KEY",
        "embedder": "none",
        "embedder_base_url": "http://localhost:1/v1",
        "colour": "never",
        "depth": "deep",
        "timeout_seconds": "1.5",
        "max_output_tokens": "3000",
    }
    for name in NAMES:
        value = text.get(name, "3")
        variable = load({}, {f"COSCRIBE_{name.upper()}": value}, here, home)
        flag = load({name: (value,) if name in ("trust_hosts", "allow_remote") else value}, {}, here, home)
        assert variable == flag != Settings(), name


def test_lists_come_from_commas_and_may_be_emptied(here: Path, home: Home) -> None:
    settings = load({}, {"COSCRIBE_ALLOW_REMOTE": "a.eu, b.eu,", "COSCRIBE_TRUST_HOSTS": ""}, here, home)
    assert settings.allow_remote == ("a.eu", "b.eu")
    assert settings.trust.hosts == ()
    assert load({}, {"COSCRIBE_MODEL": "", "COSCRIBE_MAX_COST": ""}, here, home) == Settings()


def test_a_cap_of_nothing_is_a_cap(here: Path, home: Home) -> None:
    assert load({"max_cost": Decimal(0), "max_retries": 0}, {}, here, home).caps.run == 0


def test_roles_take_what_they_lack_from_the_general_settings(here: Path, home: Home) -> None:
    own(
        home,
        "model = 'small'\nbase_url = 'http://localhost:8080/v1/'\n"
        "[models]\ndrafter = 'large'\n"
        "[models.reviewer]\nbase_url = 'https://llm.example.eu/v1'\nkey_variable = 'REVIEW_KEY'",
    )
    settings = load({}, {}, here, home)
    assert settings.endpoint("retriever") == Endpoint("small", "http://localhost:8080/v1", None)
    assert settings.endpoint("drafter") == Endpoint("large", "http://localhost:8080/v1", None)
    assert settings.endpoint("reviewer") == Endpoint("small", "https://llm.example.eu/v1", "REVIEW_KEY")
    local(here, "[models]\nretriever = 'tiny'")
    assert load({}, {}, here, home).models.retriever.model == "tiny"


def test_a_flag_for_all_roles_overrules_single_roles_below(here: Path, home: Home) -> None:
    own(home, "[models.drafter]\nmodel = 'large'\nbase_url = 'https://llm.example.eu/v1'")
    asked = load({"model": "asked", "base_url": "http://localhost:1/v1"}, {}, here, home).endpoint("drafter")
    assert asked == Endpoint("asked", "http://localhost:1/v1", None)
    for flags in ({"quotes_only": True}, {"model": "evidence"}, {"quotes_only": True, "model": "other"}):
        settings = load(flags, {}, here, home)
        assert not settings.drafts
        assert settings.endpoint("drafter") is None


def test_a_key_that_lies_about_goes_to_no_other_address_than_its_own(here: Path, home: Home) -> None:
    assert load({"model": "m"}, {}, here, home).endpoint("drafter") == Endpoint("m", OPENAI, "OPENAI_API_KEY")
    elsewhere = {"model": "m", "base_url": "https://llm.example.eu/v1"}
    assert load(elsewhere, {}, here, home).endpoint("drafter").key_variable is None
    meant = load({**elsewhere, "key_variable": "OPENAI_API_KEY"}, {}, here, home)
    assert meant.endpoint("drafter").key_variable == "OPENAI_API_KEY"


def test_prices_are_exact_and_by_model(here: Path, home: Home) -> None:
    own(home, '[prices."m:8b"]\ninput = 0.1\noutput = 0.4\n[prices.n]\ninput = 1\ncached = 0.5\noutput = 2')
    prices = load({}, {}, here, home).prices
    assert (prices["m:8b"].input, prices["m:8b"].cached, prices["n"].cached) == (Decimal("0.1"), None, Decimal("0.5"))


@pytest.mark.parametrize(
    "text",
    [
        "base_url = 'http://elsewhere.example/v1'",
        "key_variable = 'AWS_SECRET_ACCESS_KEY'",
        "allow_remote = ['elsewhere.example']",
        "[trust]\nhosts = ['elsewhere.example']",
        "[caps]\nrun = 1000",
        "[prices.m]\ninput = 0\noutput = 0",
        "[models.drafter]\nbase_url = 'http://elsewhere.example/v1'",
        "[models.drafter]\nkey_variable = 'AWS_SECRET_ACCESS_KEY'",
    ],
)
def test_the_current_folder_may_not_redirect_or_spend(text: str, here: Path, home: Home) -> None:
    local(here, text)
    line = refusal(here, home)
    assert str(here / "coscribe.toml") in line
    assert f"set it in {str(home.settings)!r}" in line
    own(home, text)
    (here / "coscribe.toml").unlink()
    assert load({}, {}, here, home) != Settings()
    assert load({}, {}, home.state, home) != Settings()


@pytest.mark.parametrize(
    ("text", "key", "nearest"),
    [
        ("modle = 'm'", "modle", "model"),
        ("day = 1", "day", "caps.day"),
        ("[caps]\ndya = 1", "caps.dya", "caps.day"),
        ("[models]\ndraftr = 'm'", "models.draftr", "models.drafter"),
        ("[models.drafter]\nmodell = 'm'", "models.drafter.modell", "models.drafter.model"),
        ("[prices.m]\ninput = 1\noutput = 1\noutputs = 1", "prices.m.outputs", "prices.NAME.output"),
        ("retries = 1", "retries", "max_retries"),
    ],
)
def test_an_unknown_key_is_refused_with_the_nearest(text: str, key: str, nearest: str, here: Path, home: Home) -> None:
    own(home, text)
    assert refusal(here, home) == f"unknown setting {key} in {str(home.settings)!r}: did you mean {nearest!r}?"


def test_an_unknown_variable_is_refused_with_the_nearest(here: Path, home: Home) -> None:
    assert "'COSCRIBE_MODEL'" in refusal(here, home, COSCRIBE_MODLE="m")
    assert "'COSCRIBE_LIBRARY'" in refusal(here, home, COSCRIBE_LIBARY="m")
    elsewhere = {"COSCRIBE_HOME": "x", "COSCRIBE_LIBRARY": "y", "PATH": "z"}
    assert load({}, elsewhere, here, home) == Settings()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[caps]\nday = -1", "caps.day in "),
        ("[caps]\nday = nan", "caps.day in "),
        ("[caps]\ntokens = 1.5", "caps.tokens in "),
        ("caps = 3", "caps in "),
        ("[embedder]\nkind = 'bert'", "'bert'"),
        ("model = ''", "model in "),
        ("[models]\ndrafter = 3", "models.drafter in "),
        ("rounds = 100", "100"),
        ("timeout_seconds = 0", "timeout_seconds in "),
        ("timeout_seconds = inf", "timeout_seconds in "),
        ("colour = 'red'", "'red'"),
        ("base_url = 'localhost:8080'", "starts with http:// or https://"),
        ("allow_remote = 'llm.example.eu'", "allow_remote in "),
        ("allow_remote = ['https://llm.example.eu']", "name the host alone"),
        ("[trust]\nhosts = ['10.0.0.0/99']", "10.0.0.0/99"),
        ("[prices.m]\ninput = 1", "prices.m.output in "),
        ("rounds = ", "mend or remove it"),
    ],
)
def test_a_bad_value_is_refused_in_one_line(text: str, says: str, here: Path, home: Home) -> None:
    own(home, text)
    line = refusal(here, home)
    assert says in line
    assert str(home.settings) in line
    assert "pydantic" not in line
    assert line[0].islower()


def test_a_bad_value_is_named_by_its_variable_or_option(here: Path, home: Home) -> None:
    assert refusal(here, home, COSCRIBE_MAX_COST="-1").startswith("COSCRIBE_MAX_COST cannot be '-1': ")
    assert refusal(here, home, COSCRIBE_DRAFTER="m", COSCRIBE_EMBEDDER="x").startswith("COSCRIBE_EMBEDDER cannot be")
    assert refusal(here, home, flags={"max_cost": "much"}).startswith("--max-cost cannot be 'much': ")
    assert refusal(here, home, flags={"allow_remote": ("a b",)}).startswith("--allow-remote cannot be 'a b': ")


def test_a_key_that_was_pasted_is_not_shown(here: Path, home: Home) -> None:
    assert "sk-secret" not in refusal(here, home, COSCRIBE_KEY_VARIABLE="sk-secret")
    assert "sk-secret" not in refusal(here, home, COSCRIBE_BASE_URL="https://me:sk-secret@llm.example.eu")
    own(home, "[models.drafter]\nkey_variable = 'sk-secret'")
    assert "sk-secret" not in refusal(here, home)


def test_an_unreadable_file_is_named(here: Path, home: Home) -> None:
    home.settings.write_bytes(b"model = '\xff'")
    assert str(home.settings) in refusal(here, home)
    home.settings.unlink()
    home.settings.mkdir()
    assert str(home.settings) in refusal(here, home)


def test_settings_do_not_change_once_loaded(here: Path, home: Home) -> None:
    settings = load({}, {}, here, home)
    with pytest.raises(ValidationError):
        settings.model = "other"  # type: ignore[misc]
