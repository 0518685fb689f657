"""What is said of a sentence of a draft, and how a figure of it stands in the words of a report."""

from typing import Literal

CheckLabel = Literal["supported", "contradicted", "partly", "not_found", "not_checkable"]
FigureStanding = Literal["same", "other", "missing"]
