"""The parts of the settings: what each key means, and which values it may have."""

import re
from datetime import date
from decimal import Decimal
from ipaddress import ip_network
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)


def _address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("an address starts with http:// or https:// and a host")
    if parts.username or parts.password:
        raise ValueError("a key does not belong in an address: name its variable with key_variable")
    return value.rstrip("/")


def _variable(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", value):
        raise ValueError("it is the name of an environment variable, not the key itself")
    return value


def _host(value: str) -> str:
    if "://" in value or not value or re.search(r"\s", value):
        raise ValueError("name the host alone, such as llm.example.eu, *.example.eu or 10.0.0.0/8")
    if "/" in value:
        ip_network(value, strict=False)
    return value


def _role(value: object) -> object:
    return {"model": value} if isinstance(value, str) else value


Name = Annotated[str, Field(min_length=1)]
Address = Annotated[str, AfterValidator(_address)]
KeyVariable = Annotated[str, AfterValidator(_variable)]
Host = Annotated[str, AfterValidator(_host)]
Dollars = Annotated[Decimal, Field(ge=0)]


class SettingSection(BaseModel):
    """A part of the settings: frozen, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class RoleModel(SettingSection):
    """What one role uses; what is not set here is taken from the general settings."""

    model: Name | None = None
    """The model's name at its endpoint, or "evidence" for none."""
    base_url: Address | None = None
    """The address of its endpoint."""
    key_variable: KeyVariable | None = None
    """The environment variable that holds its key."""


class Models(SettingSection):
    """A model per role: a name, or a table of `model`, `base_url` and `key_variable`."""

    retriever: Annotated[RoleModel, BeforeValidator(_role)] = RoleModel()
    """Plans the search of follow-up and compound questions."""
    drafter: Annotated[RoleModel, BeforeValidator(_role)] = RoleModel()
    """Writes the sentences."""
    reviewer: Annotated[RoleModel, BeforeValidator(_role)] = RoleModel()
    """Judges the claims that the free checks leave open."""


class Trust(SettingSection):
    """Who may see reports marked internal."""

    hosts: tuple[Host, ...] = ("127.0.0.0/8", "::1", "localhost")
    """Names, wildcards and address blocks; empty it where a local proxy forwards to elsewhere."""
    mcp: bool = False
    """Whether clients of `coscribe mcp` may; whatever model they have gets to read what they are shown."""


class CapsSection(SettingSection):
    """The most that may be spent, in USD; `None` is no cap. Days and months are those of local time."""

    question: Dollars | None = None
    """For one question, or one row of a batch."""
    run: Dollars | None = None
    """For one command, as `--max-cost` sets it."""
    day: Dollars | None = None
    """For one day, over all commands."""
    month: Dollars | None = None
    """For one calendar month, over all commands."""
    tokens: Annotated[int, Field(ge=0)] | None = None
    """Input and output tokens of one command: the cap for models without a known price."""


class PriceSection(SettingSection):
    """What a model costs, in USD: per million tokens, per hour of its calls, or nothing; and what it draws."""

    free: bool = False
    """It costs nothing."""
    per_hour: Dollars | None = None
    """An hour of its calls; those side by side each count."""
    price_as: Annotated[str, Field(pattern=r"^[^/]+/.+$")] | None = None
    """A public model to take the price of, as provider/model: for names that an endpoint made up."""
    input: Dollars | None = None
    """A million tokens sent."""
    cached: Dollars | None = None
    """A million tokens sent that the endpoint had cached; `None`: as `input`."""
    output: Annotated[Dollars | None, Field(validate_default=True)] = None
    """A million tokens received, reasoning included."""
    watts: Annotated[Decimal, Field(ge=0)] | None = None
    """The power its machine draws during a call."""

    @field_validator("output")
    @classmethod
    def _goes_with_input(cls, output: Decimal | None, told: ValidationInfo) -> Decimal | None:
        if output is None and told.data.get("input") is not None:
            raise ValueError("a price per token needs it beside input (0 where a model writes nothing)")
        return output

    @model_validator(mode="after")
    def _is_one_way(self) -> "PriceSection":
        told = {name: getattr(self, name) for name in ("free", "per_hour", "price_as", "input")}
        ways = [name for name, value in told.items() if value is not None and value is not False]  # 0 is a price
        if len(ways) > 1:
            raise ValueError(f"{' and '.join(ways)} are different ways to price a model: keep one")
        if "input" not in ways and (self.output, self.cached) != (None, None):
            raise ValueError("a price per token needs input too")
        return self


class Limit(SettingSection):
    """How fast an endpoint may be called; further calls wait."""

    requests_per_minute: Annotated[int, Field(ge=1)] | None = None
    """Attempts that begin within any minute."""
    tokens_per_minute: Annotated[int, Field(ge=1)] | None = None
    """Tokens, in and out, of the attempts that begin within any minute."""


class Currency(SettingSection):
    """What amounts are shown in besides US dollars, at a rate that the user looked up."""

    code: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    """The currency's code, such as EUR."""
    per_usd: Annotated[Decimal, Field(gt=0)]
    """How much of it one US dollar buys."""
    date: date
    """The day of that rate."""


class EnergySection(SettingSection):
    """How the energy of calls is estimated."""

    zone: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = None
    """The electricity grid, as a country's three-letter code; `None`: that of the provider's data centres."""


class EmbedderSection(SettingSection):
    """How texts are compared by meaning."""

    kind: Literal["minilm", "none", "endpoint"] = "minilm"
    """"minilm" is the built-in English model, on this machine; "none" searches by words alone; "endpoint" asks `model`
    at `base_url`, in any language that it reads."""
    model: Name | None = None
    """The embedding model's name at its endpoint."""
    base_url: Address | None = None
    """The address of its endpoint; else the general one."""
    key_variable: KeyVariable | None = None
    """The environment variable that holds its key."""
    languages: tuple[Annotated[str, Field(pattern=r"^[a-z]{2}$")], ...] = ()
    """The languages it reads, as two-letter codes; empty: all."""
