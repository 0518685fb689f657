"""One finding of `doctor`."""

from typing import Literal

from pydantic import BaseModel, ConfigDict


class Check(BaseModel):
    """One line of `doctor`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    state: Literal["ok", "warn", "fail"]
    detail: str
    next: str | None = None
