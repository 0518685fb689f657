"""The regions of a planted collection, and how names, money and power are said in their languages."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Region:
    """A roadmap: its language, how others call it, and the names that it speaks under (nominative, singular)."""

    name: str
    language: str
    called: dict[str, str]
    bodies: tuple[str, ...]

    @property
    def is_nested(self) -> bool:
        return "/" in self.name


BODIES = {
    "en": ("the agency", "the ministry", "the steering board", "the consortium"),
    "de": ("die Agentur", "das Ministerium", "der Lenkungskreis", "das Konsortium"),
    "fr": ("l'agence", "le ministère", "le comité de pilotage", "le consortium"),
}
REGIONS = (
    Region("Europe", "en", {}, (*BODIES["en"], "Europe")),
    Region("Europe/France", "fr", {}, (*BODIES["fr"], "la France")),
    Region("Europe/Germany", "de", {}, (*BODIES["de"], "Deutschland")),
    Region("United States", "en", {"en": "the United States"}, (*BODIES["en"], "the United States")),
    Region("Japan", "en", {"en": "Japan", "de": "Japan", "fr": "le Japon"}, (*BODIES["en"], "Japan")),
    Region("Chile", "en", {"en": "Chile", "de": "Chile", "fr": "le Chili"}, (*BODIES["en"], "Chile")),
    Region("Canada", "fr", {"en": "Canada", "de": "Kanada", "fr": "le Canada"}, (*BODIES["fr"], "le Canada")),
    Region("Switzerland", "de", {"en": "Switzerland", "fr": "la Suisse"}, BODIES["de"]),
    Region("South Korea", "en", {"en": "South Korea", "de": "Südkorea", "fr": "la Corée du Sud"}, BODIES["en"]),
)
SCANNED, PDF, WORD = "South Korea", "Japan", "United States"  # a page of the first has no text
DRAFTED, REPLACED = "Chile", "Switzerland"  # who have a draft beside what is adopted, and an older edition
HEADINGS = {
    "en": ("Background", "Where we stand", "The years ahead", "Further matters"),
    "de": ("Hintergrund", "Wo wir stehen", "Die nächsten Jahre", "Weiteres"),
    "fr": ("Contexte", "Situation actuelle", "Les prochaines années", "Autres sujets"),
}
_MILLION = {"en": "{} million {}", "de": "{} Millionen {}", "fr": "{} millions {}"}
_MONEY = {
    "EUR": {"en": "euros", "de": "Euro", "fr": "d'euros"}, "USD": {"en": "US dollars", "de": "US-Dollar",
    "fr": "de dollars américains"}, "JPY": {"en": "yen", "de": "Yen", "fr": "de yens"},
}  # fmt: skip


def money(millions: int, currency: str, language: str) -> str:
    """Return millions of a currency in words."""
    return _MILLION[language].format(millions, _MONEY[currency][language])


def power(megawatts: int, language: str, in_kilowatts: bool) -> str:
    """Return a power, which is given in megawatts."""
    if not in_kilowatts:
        return f"{megawatts} MW"
    return f"{megawatts}{ {'en': ',', 'de': '.', 'fr': chr(0xA0)}[language] }000 kW"
