"""What the user may set, read once from flags, environment and files; afterwards only plain values are passed on.

Order of weight: flags, `COSCRIBE_*` variables, `coscribe.toml` in the current folder, `coscribe.toml` in the state
folder, defaults. The current folder may have been downloaded with the reports: its file may choose models and manners,
but not redirect anything, lift a guard or spend. Lists are replaced as a whole, tables are merged key by key.
"""

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, get_args, get_origin

from pydantic import BaseModel, Field, ValidationError

from . import toml
from .errors import UsageError
from .setting_sections import (
    Address,
    CapsSection,
    Currency,
    EmbedderSection,
    EnergySection,
    Host,
    KeyVariable,
    Limit,
    Models,
    Name,
    PriceSection,
    RoleModel,
    SettingSection,
    Trust,
)
from .system.home import Home
from .types import Depth

OPENAI = "https://api.openai.com/v1"
QUOTES_ONLY = "evidence"  # the model name that means: no language model
Role = Literal["retriever", "drafter", "reviewer"]
ROLES: tuple[Role, ...] = get_args(Role)

# Option `--max-cost` and variable COSCRIBE_MAX_COST share one name here, and the key it sets.
NAMES: Mapping[str, tuple[str, ...]] = {
    "model": ("model",),
    "base_url": ("base_url",),
    "key_variable": ("key_variable",),
    "retriever": ("models", "retriever"),
    "drafter": ("models", "drafter"),
    "reviewer": ("models", "reviewer"),
    "trust_hosts": ("trust", "hosts"),
    "allow_remote": ("allow_remote",),
    "max_cost": ("caps", "run"),
    "max_cost_question": ("caps", "question"),
    "max_cost_day": ("caps", "day"),
    "max_cost_month": ("caps", "month"),
    "max_tokens": ("caps", "tokens"),
    "embedder": ("embedder", "kind"),
    "embedder_model": ("embedder", "model"),
    "embedder_base_url": ("embedder", "base_url"),
    "timeout_seconds": ("timeout_seconds",),
    "max_retries": ("max_retries",),
    "max_output_tokens": ("max_output_tokens",),
    "cache_megabytes": ("cache_megabytes",),
    "rounds": ("rounds",),
    "depth": ("depth",),
    "colour": ("colour",),
}
LISTS = {"trust_hosts", "allow_remote"}
ELSEWHERE = ("COSCRIBE_HOME", "COSCRIBE_LIBRARY")  # read by Home
OWN_FILE_ONLY = {"base_url", "key_variable", "trust", "allow_remote", "caps", "prices", "max_output_tokens"}


class Endpoint(NamedTuple):
    """A model and how to reach it; the key is read from `key_variable` at the moment of the call.

    `key_variable` is `None` where nobody named one for an address that is not OpenAI's: a key that lies in the
    environment is not sent to just any server.
    """

    model: str
    base_url: str
    key_variable: str | None


class Settings(SettingSection):
    """Everything the user may set, checked. Keys of endpoints are never part of it, only their variables' names."""

    model: Name | None = None
    """The model of every role without its own; `None` and "evidence" mean quotes only."""
    base_url: Address = OPENAI
    """The address of the OpenAI-compatible endpoint."""
    key_variable: KeyVariable = "OPENAI_API_KEY"
    """The environment variable that holds the key."""
    models: Models = Models()
    """What single roles use instead."""
    trust: Trust = Trust()
    """Who may see reports marked internal."""
    allow_remote: tuple[Host, ...] = ()
    """Remote hosts that may be sent reports not marked internal."""
    caps: CapsSection = CapsSection()
    """The most that may be spent."""
    prices: dict[str, PriceSection] = Field(default_factory=dict)
    """The user's own prices by model name; they win over known ones."""
    limits: dict[str, Limit] = Field(default_factory=dict)
    """How fast an endpoint may be called, by its host, or its host and port."""
    currency: Currency | None = None
    """What amounts are shown in besides US dollars."""
    energy: EnergySection = EnergySection()
    """How the energy of calls is estimated."""
    embedder: EmbedderSection = EmbedderSection()
    """How texts are compared by meaning."""
    cache_megabytes: Annotated[int, Field(ge=0)] = 100
    """How much room the answers of models may take that are kept for the same question; 0 keeps none."""
    timeout_seconds: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 120
    """How long one attempt at a model call may take."""
    max_retries: Annotated[int, Field(ge=0, le=10)] = 2
    """How often a failed call is tried again."""
    max_output_tokens: Annotated[int, Field(ge=100, le=100_000)] = 1500
    """The most that a model may write in one answer; one that thinks gets room for that besides."""
    rounds: Annotated[int, Field(ge=0, le=5)] = 1
    """How often the reviewer may send a draft back."""
    depth: Depth = "auto"
    """How much of the reports a draft is shown; "deep" searches again for what is missing. "auto" fits the question."""
    colour: Literal["auto", "always", "never"] = "auto"
    """Whether the terminal shows colour; "auto" asks the terminal."""

    def endpoint(self, role: Role) -> Endpoint | None:
        """Return what a role calls, its own settings first; `None` if it calls no model."""
        own: RoleModel = getattr(self.models, role)
        model = own.model or self.model
        if model is None or model == QUOTES_ONLY:
            return None
        return self._reached(model, own.base_url, own.key_variable)

    def _reached(self, model: str, base_url: str | None, key_variable: str | None) -> Endpoint:
        base_url = base_url or self.base_url
        meant = "key_variable" in self.model_fields_set or base_url == OPENAI
        return Endpoint(model, base_url, key_variable or (self.key_variable if meant else None))

    @property
    def embedding(self) -> Endpoint | None:
        """The endpoint that embeds texts; `None` where none does. Raises `UsageError` where its model is not named."""
        if self.embedder.kind != "endpoint":
            return None
        if self.embedder.model is None:
            raise UsageError("the embedder is an endpoint whose model is not named: set embedder.model")
        return self._reached(self.embedder.model, self.embedder.base_url, self.embedder.key_variable)

    @property
    def drafts(self) -> bool:
        """Whether a model writes; otherwise answers are quotes only."""
        return self.endpoint("drafter") is not None


def load(flags: Mapping[str, object], environ: Mapping[str, str], here: Path, home: Home) -> Settings:
    """Return the settings in force for a command started in the folder `here`.

    `flags` uses the keys of `NAMES`, and `quotes_only`; `None`, `False` and `()` mean that a flag was not given.
    A layer that names a model, address or key variable for all roles overrules the roles of the layers below it.
    Raises `UsageError` for an unknown key, a bad value, an unreadable file, or a key set where it must not be.
    """
    values: dict[str, Any] = {}
    own, local = home.settings, here / "coscribe.toml"
    _overlay(values, _file(own))
    if local.absolute() != own:
        _overlay(values, _file(local, instead=own))
    _overlay(values, _environment(environ))
    _overlay(values, _flags(flags))
    return Settings.model_validate(values)


def _file(path: Path, instead: Path | None = None) -> dict[str, Any]:
    """Read one file; `instead` is where the keys belong that this one may not set."""
    if path.exists() and not path.is_file():  # reading a pipe would wait for ever
        raise UsageError(f"{str(path)!r} is no file: settings are read from there, so move it away")
    try:
        values = toml.parsed(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise UsageError(f"cannot read {str(path)!r} ({error}): mend or remove it".replace("\n", " ")) from error
    checked = _checked(values, lambda key: f"{'.'.join(key)} in {str(path)!r}")
    for key in _leaves(checked):
        if instead and (key[0] in OWN_FILE_ONLY or key[-1] in OWN_FILE_ONLY):
            raise UsageError(
                f"{'.'.join(key)} may not be set in {str(path)!r}, which may have come with the reports: "
                f"set it in {str(instead)!r}"
            )
    return checked


def _environment(environ: Mapping[str, str]) -> dict[str, Any]:
    variables = {f"COSCRIBE_{name.upper()}": name for name in NAMES}
    values: dict[str, Any] = {}
    for variable in sorted(environ):
        name = variables.get(variable)
        if name in LISTS:
            # An empty list is a statement (nobody is trusted); any other empty variable is as good as none.
            hosts = (host.strip() for host in environ[variable].split(","))
            _put(values, NAMES[name], [host for host in hosts if host])
        elif name and environ[variable]:
            _put(values, NAMES[name], environ[variable])
        elif not name and variable.startswith("COSCRIBE_") and variable not in ELSEWHERE:
            nearest = _nearest(variable, [*variables, *ELSEWHERE])
            raise UsageError(f"unknown variable {variable!r} in the environment: did you mean {nearest!r}?")
    return _checked(values, lambda key: f"COSCRIBE_{_name(key).upper()}")


def _flags(flags: Mapping[str, object]) -> dict[str, Any]:
    # By identity: a cap of 0 is given, although 0 == False.
    given = {name: value for name, value in flags.items() if value is not None and value is not False and value != ()}
    if given.pop("quotes_only", False):
        given["model"] = QUOTES_ONLY
    values: dict[str, Any] = {}
    for name, value in given.items():
        if name not in NAMES:
            raise UsageError(f"unknown setting {name!r}: did you mean {_nearest(name, NAMES)!r}?")
        _put(values, NAMES[name], value)
    return _checked(values, lambda key: f"--{_name(key).replace('_', '-')}")


def _checked(values: Mapping[str, Any], where: Callable[[tuple[str, ...]], str]) -> dict[str, Any]:
    """Return one layer converted and without defaults; `where` names the place of a key in this layer."""
    try:
        return Settings.model_validate(values).model_dump(exclude_unset=True)
    except ValidationError as error:
        raise UsageError(_line(error, where)) from error


def _line(error: ValidationError, where: Callable[[tuple[str, ...]], str]) -> str:
    detail = error.errors()[0]
    key = tuple(part for part in detail["loc"] if isinstance(part, str))
    if detail["type"] == "extra_forbidden":
        return f"unknown setting {where(key)}: did you mean {_nearest('.'.join(key), _known(Settings))!r}?"
    if detail["type"] == "missing":
        return f"{where(key)} is missing: add it"
    reason = str(detail.get("ctx", {}).get("error") or detail["msg"])
    # Someone may have put the key itself where its variable belongs: never show that.
    hidden = key[-1] == "key_variable" or "@" in str(detail["input"])
    value = "this value" if hidden else repr(detail["input"])
    return f"{where(key)} cannot be {value}: {reason[0].lower()}{reason[1:]}"


def _nearest(name: str, known: Iterable[str]) -> str:
    """Return the known name that `name` was probably meant to be: a right last part counts before likeness."""
    names = list(known)
    last = name.rpartition(".")[2]
    same = [candidate for candidate in names if candidate.rpartition(".")[2] == last]
    return difflib.get_close_matches(name, same or names, 1, 0.0)[0]


def _known(section: type[BaseModel], prefix: str = "") -> Iterator[str]:
    for name, field in section.model_fields.items():
        kind: Any = field.annotation
        path = prefix + name
        yield path
        if get_origin(kind) is dict:
            kind, path = get_args(kind)[1], f"{path}.NAME"
        for part in (kind, *get_args(kind)):
            if isinstance(part, type) and issubclass(part, SettingSection):
                yield from _known(part, f"{path}.")


def _leaves(values: Mapping[str, Any], prefix: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for key, value in values.items():
        if isinstance(value, dict):
            yield from _leaves(value, (*prefix, key))
        else:
            yield (*prefix, key)


def _name(key: tuple[str, ...]) -> str:
    return next(name for name, target in NAMES.items() if key[: len(target)] == target)


def _put(values: dict[str, Any], key: tuple[str, ...], value: object) -> None:
    for part in key[:-1]:
        values = values.setdefault(part, {})
    values[key[-1]] = value


def _overlay(lower: dict[str, Any], upper: Mapping[str, Any]) -> None:
    for name in upper.keys() & RoleModel.model_fields:
        for role in lower.get("models", {}).values():
            role.pop(name, None)
    _merge(lower, upper)


def _merge(lower: dict[str, Any], upper: Mapping[str, Any]) -> None:
    for key, value in upper.items():
        if isinstance(value, dict) and isinstance(lower.get(key), dict):
            _merge(lower[key], value)
        else:
            lower[key] = value
