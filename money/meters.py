"""What the settings say of prices and energy."""

from ..core.settings import Settings
from .energy import EnergyMeter
from .prices import Prices, UserPrice


def price_list(settings: Settings) -> Prices:
    """Return what models cost, the user's own prices first."""
    return Prices({name: UserPrice(**price.model_dump()) for name, price in settings.prices.items()})


def energy_meter(settings: Settings) -> EnergyMeter:
    """Return what estimates the energy of calls."""
    watts = {name: price.watts for name, price in settings.prices.items() if price.watts is not None}
    return EnergyMeter(watts, settings.energy.zone)
