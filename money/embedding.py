"""Embedding on this machine, as the ledger has it: no call, and priced only where the user says what it costs."""

from dataclasses import dataclass

from ..core.settings import Settings
from .ledger import Attempt, Ledger, Usage
from .meters import energy_meter, price_list

THIS_MACHINE = "this machine"


@dataclass(frozen=True, slots=True)
class Embedded:
    """What the model of that name embedded: how many tokens, in how many seconds."""

    model: str
    tokens: int
    seconds: float


def book_embedding(ledger: Ledger, settings: Settings, done: Embedded, *, run: str, question: str = "") -> None:
    """Book what was embedded for a run; nothing at all leaves no row."""
    if not done.tokens:
        return
    ledger.book_local(
        Attempt(run, question, "embedder", "embed", done.model, THIS_MACHINE),
        Usage(done.tokens),
        price=price_list(settings).own(done.model),
        seconds=done.seconds,
        energy=energy_meter(settings).by_watts(done.model, done.seconds),
    )
