"""How much energy a call took, as a range, with the method behind it and the electricity grid that was assumed.

Models of public providers are estimated by EcoLogits (https://ecologits.ai/latest/methodology/llm_inference/), which
comes with `coscribe[energy]`. A machine whose power the user states takes these watts for as long as a call lasts:
calls side by side each count their whole time, so that sums are upper bounds there.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from importlib import import_module
from importlib.util import find_spec
from types import MappingProxyType
from typing import Any

from ..core.hosts import host_of

_PROVIDERS = {
    "api.openai.com": "openai",
    "api.anthropic.com": "anthropic",
    "api.mistral.ai": "mistralai",
    "api.cohere.ai": "cohere",
    "api.cohere.com": "cohere",
    "generativelanguage.googleapis.com": "google_genai",
    "router.huggingface.co": "huggingface_hub",
}


@dataclass(frozen=True, slots=True)
class Energy:
    """Between `low` and `high` watt-hours, by `method` with its version, on the grid of `zone` where that is known."""

    low: float
    high: float
    method: str
    zone: str | None


class EnergyMeter:
    """Estimates the energy of calls; `watts` are those of the user's own machines, by model.

    `zone` is the ISO 3166-1 alpha-3 code of the grid to assume; without it, the one of the provider's data centres.
    """

    def __init__(self, watts: Mapping[str, Decimal] = MappingProxyType({}), zone: str | None = None) -> None:
        self._watts = watts
        self._zone = zone
        self._tracer: Any = None

    @property
    def is_installed(self) -> bool:
        """Whether the estimates for public providers are there."""
        return find_spec("ecologits") is not None

    def measure(self, model: str, base_url: str, *, output_tokens: int, seconds: float) -> Energy | None:
        """Return the energy of one call; `None` where nobody can tell."""
        if stated := self.by_watts(model, seconds):
            return stated
        provider = _PROVIDERS.get(host_of(base_url))
        if provider is None or not self.is_installed:
            return None
        tracer = self._load()
        found = tracer.llm_impacts(provider, model, output_tokens, seconds, electricity_mix_zone=self._zone)
        if found.energy is None:
            return None
        kwh = found.energy.value
        low, high = getattr(kwh, "min", kwh), getattr(kwh, "max", kwh)
        zone = self._zone or tracer.PROVIDER_CONFIG_MAP[provider].datacenter_location
        version = import_module("ecologits").__version__
        return Energy(1000 * low, 1000 * high, f"ecologits {version}", zone)

    def by_watts(self, model: str, seconds: float) -> Energy | None:
        """Return what a machine took whose power the user stated; `None` where nobody did."""
        watts = self._watts.get(model)
        if watts is None:
            return None
        spent = float(watts) * seconds / 3600
        return Energy(spent, spent, "watts of the user", self._zone)

    def knows_zone(self) -> bool:
        """Tell whether estimates exist for the chosen grid."""
        if self._zone is None or not self.is_installed:
            return True
        mixes = import_module("ecologits.electricity_mix_repository").electricity_mixes
        return mixes.find_electricity_mix(zone=self._zone) is not None

    def _load(self) -> Any:
        """Import what takes a quarter of a second, once, and keep it from talking on the terminal."""
        if self._tracer is None:
            before = logging.getLoggerClass()
            self._tracer = import_module("ecologits.tracers.utils")
            logging.setLoggerClass(before)  # the import changes it for the whole program
            logging.getLogger("ecologits").setLevel(logging.CRITICAL)
        return self._tracer
