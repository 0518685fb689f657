"""How strong the evidence for an answer is, in words."""

from typing import Literal

from pydantic import BaseModel, ConfigDict


class Strength(BaseModel):
    """How strong the evidence for an answer is, and how far its sources agree, in words; `why` gives the counts.

    The rule is printed in docs/answers.md. `agreement` is `None` where a single issuer speaks.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    evidence: Literal["limited", "medium", "robust"]
    agreement: Literal["low", "medium", "high"] | None
    why: str
