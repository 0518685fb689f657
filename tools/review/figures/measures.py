"""What a bare count measures, by the word behind it, and how often: "40 hours a year", "hourly", "two decades"."""

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache

from ....core.shapes import Doubt
from ....core.text import fold
from ....language.figures import Figure, figures

# measure words behind a bare count -> (measure, factor); physical units and currencies the figures have by themselves
_MEASURES = {
    fold(name): (measure, Decimal(factor))
    for measure, factor, names in (
        ("second", "1e-9", "nanosecond nanoseconds ns nanosekunden nanosecondes nanosegundos"),
        ("second", "1e-6", "microsecond microseconds µs μs us mikrosekunden microsecondes microsegundos"),
        ("second", "1e-3", "millisecond milliseconds ms millisekunden millisecondes milisegundos"),
        ("second", 1, "second seconds s sekunde sekunden seconde secondes segundo segundos"),
        ("second", 60, "minute minutes min minuten minuto minutos"),
        ("second", 3_600, "hour hours h stunde stunden heure heures hora horas"),
        ("day", 1, "day days tag tage tagen jour jours día días"),
        ("day", 7, "week weeks woche wochen semaine semaines semana semanas"),
        ("day", 14, "fortnight fortnights"),
        ("month", 1, "month months monat monate monaten mois mes meses"),
        ("month", 3, "quarters quartale trimestre trimestres"),
        ("month", 12, "year years jahr jahre jahren an ans année années año años"),
        ("month", 120, "decade decades jahrzehnt jahrzehnte décennie décennies década décadas"),
        ("month", 1_200, "century centuries jahrhundert jahrhunderte siècle siècles siglo siglos"),
        ("metre", "1e-9", "nm nanometre nanometres nanometer nanometers"),
        ("metre", "1e-6", "µm micrometre micrometres micrometers micron microns"),
        ("metre", "1e-3", "mm millimetre millimetres millimeter millimeters millimètres milímetros"),
        ("metre", "1e-2", "cm centimetre centimetres centimeter centimeters zentimeter centimètres centímetros"),
        ("metre", 1, "m metre metres meter meters metern mètre mètres metro metros"),
        ("metre", 1_000, "kilometre kilometres kilometer kilometers km kilometern kilomètre kilomètres kilómetros"),
        ("mile", 1, "mile miles meilen milles millas"),
        ("foot", 1, "foot feet"),
        ("yard", 1, "yard yards"),
        ("inch", 1, "inch inches zoll pouces pulgadas"),
        ("square metre", 1, "m2 m² sqm quadratmeter quadratmetern"),
        ("square metre", 10_000, "hectare hectares ha hektar hectáreas"),
        ("square metre", 1_000_000, "km2 km² quadratkilometer quadratkilometern"),
        ("acre", 1, "acre acres"),
        ("gram", "1e-3", "mg milligram milligrams"),
        ("gram", 1, "g gram grams gramm grammes gramos"),
        ("gram", 1_000, "kilogram kilograms kg kilogramm kilo kilos kilogrammes kilogramos"),
        ("gram", 1_000_000, "tonne tonnes tonnen toneladas ton tons t tonelada"),
        ("gram", 10**9, "kilotonne kilotonnes kilotons kilotonnen kt kilotoneladas"),
        ("gram", 10**12, "megatonne megatonnes megatons mt megatonnen megatoneladas"),
        ("litre", "1e-3", "ml millilitre millilitres"),
        ("litre", 1, "l litre litres liter liters litern litro litros"),
        ("litre", 1_000, "m3 m³ kubikmeter kubikmetern"),
        ("kelvin", "1e-3", "mk millikelvin"),
        ("kelvin", 1, "k kelvin kelvins"),
        ("volt", 1, "v volt volts"),
        ("volt", 1_000, "kv kilovolt kilovolts"),
        ("hertz", 1_000, "khz kilohertz"),
        ("hertz", 1_000_000, "mhz megahertz"),
        ("hertz", 1_000_000_000, "ghz gigahertz"),
        ("bit", 10**6, "mbit megabit megabits mbps"),
        ("bit", 10**9, "gbit gigabit gigabits gbps"),
        ("bit", 10**12, "tbit terabit terabits tbps"),
        ("time", 1, "times fold mal fois veces fach 倍"),
        ("person", 1, "人 名"),
        ("device", 1, "基 台"),
        ("company", 1, "社"),
        ("school", 1, "校"),
        ("percentage point", 1, "percentage prozentpunkte prozentpunkten"),
        ("per thousand", 1, "per"),
    )
    for name in names.split()
}
_SQUARE = {"metre": "square metre", "mile": "square mile", "foot": "square foot"}
_CUBIC = {"metre": Decimal(1_000)}  # litres in the cube
_NEXT = re.compile(
    r"[\s-]*(?:(?P<power>square|cubic)[\s-])?"
    r"(?P<word>[人名基台社校倍]|per(?= thousand)|percentage(?= points?)|(?!per\b|percentage\b)[^\W\d_]+[²³23]?)"
    r"(?:\s(?P<after>carrés?|cuadrados?|cubes?|cúbicos?)|[\s-](?P<second>hours?|days?|weeks?|months?|years?|"
    r"minutes?)\b)?",
    re.IGNORECASE,
)
# a measure of which there is one without a number
_PERIODS = {
    "hour": ("second", 3_600, r"hourly|stündlich\w*|horaires?|(?:an?|per|each|every) hour|pro stunde|par heure|"
    r"por hora"),
    "day": ("day", 1, r"daily|täglich\w*|quotidien\w*|diari[oa]s?|(?:a|per|each|every) day|pro tag|am tag|par jour"
            r"|al día|por día"),
    "week": ("day", 7, r"weekly|wöchentlich\w*|hebdomadaires?|semanal\w*|(?:a|per|each|every) week|pro woche"
             r"|par semaine|por semana|a la semana"),
    "month": ("month", 1, r"monthly|monatlich\w*|mensuel\w*|mensual\w*|(?:a|per|each|every) month|pro monat|im monat"
              r"|par mois|al mes|por mes"),
    "quarter": ("month", 3, r"quarterly|vierteljährlich\w*|trimestriel\w*|trimestral\w*|(?:a|per|each|every) quarter"),
    "year": ("month", 12, r"yearly|annual(?:ly)?|per annum|jährlich\w*|annuel\w*|anual\w*|(?:a|per|each|every) year"
             r"|pro jahr|im jahr(?! \d)|par an|al año|por año"),
}  # fmt: skip
_PERIOD = {name: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for name, (_, _, words) in _PERIODS.items()}
_SINGLE = tuple(
    (re.compile(rf"\b(?:{words})\b", re.IGNORECASE), (measure, Decimal(amount)))
    for words, measure, amount in (("year|jahr|année|año", "month", 12), ("week|woche|semaine|semana", "day", 7),
                                   ("month|monat|mois|mes", "month", 1), ("day|tag|jour|día", "day", 1))
)  # fmt: skip
_BIENNIAL = re.compile(
    r"\b(?:biennial\w*|every other year|biennal\w*|bienal\w*|zweijährlich\w*|alle zwei jahre)\b", re.IGNORECASE
)
_FACTOR = re.compile(r"\b(?:factors? of|speed-?ups? of|gains? of|faktor|facteur(?: de)?|factor de)\s$", re.IGNORECASE)
_TIMES_X = re.compile(r"(?<![\w.])(\d+)(?:x\b|-?fold\b|-?fach)", re.IGNORECASE)
_ALONE = re.compile(r"\b(decade|century|fortnight|jahrzehnts?|décennie|década|siècle|siglo)\b", re.IGNORECASE)
_AND_HALF = re.compile(
    r"\b(?:an?|one)\s(?P<unit>minute|hour|day|week|month|year)\sand\sa\shalf|\b(?P<half>half)\s(?:an?|the)\s"
    r"(?P<of>minute|hour|day|week|month|year|century)\b",
    re.IGNORECASE,
)

_MULTIPLES = {
    times: re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
    for times, words in (
        (2, r"doubl(?:e[sd]?|ing)|twice|twofold|verdoppel\w*|doppelt\w*|duplic\w+"),
        (3, r"tripl(?:e[sd]?|ing)|treble[sd]?|threefold|verdreifach\w*|dreimal|triplic\w+"),
        (4, r"quadrupl\w+|fourfold|vervierfach\w*|viermal|cuadruplic\w+"),
        (5, r"fivefold|verfünffach\w*|quintupl\w*"), (6, r"sixfold"), (7, r"sevenfold"), (8, r"eightfold"),
        (10, r"tenfold|verzehnfach\w*|décupl\w+"), (100, r"hundredfold"),
    )
}  # fmt: skip
Amount = tuple[str, Decimal]


def is_measure(word: str) -> bool:
    """Tell whether a folded word is a unit of measure: "Gbit" is no name."""
    return word in _MEASURES


def measured(text: str, figure: Figure) -> Amount | None:
    """Return measure and amount of a bare count or percentage that a measure word follows."""
    if not figure.unit and _FACTOR.search(text[: figure.start]):
        return "time", figure.value
    match = _NEXT.match(text, figure.end)
    if not match or figure.unit not in ("", "%"):
        return None
    measure, factor = _MEASURES.get(fold(match["word"]), ("", Decimal(0)))
    if match["power"] or match["after"]:
        return _raised(measure, factor, figure, (match["power"] or match["after"]).lower())
    if not measure and match["second"]:  # "5.4 million accelerator hours"
        measure, factor = _MEASURES.get(fold(match["second"]), ("", Decimal(0)))
    return (measure, figure.value * factor) if measure else None


@lru_cache(maxsize=512)
def unnumbered(text: str) -> frozenset[Amount]:
    """Return the amounts that a text gives without a number: "hourly", "half a century", "a minute and a half"."""
    found = {
        (measure, Decimal(amount)) for name, (measure, amount, _) in _PERIODS.items() if _PERIOD[name].search(text)
    }
    for match in _ALONE.finditer(text):
        found.add(_MEASURES[fold(match[1]).removesuffix("s") if fold(match[1]) not in _MEASURES else fold(match[1])])
    found |= {amount for sign, amount in _SINGLE if sign.search(text)}
    found |= {("month", Decimal(24))} if _BIENNIAL.search(text) else set()
    found |= {("time", Decimal(times)) for times, sign in _MULTIPLES.items() if sign.search(text)}
    found |= {("time", Decimal(match[1])) for match in _TIMES_X.finditer(text)}
    return frozenset(found | {_with_half(match) for match in _AND_HALF.finditer(text)})


def counted(text: str) -> set[Amount]:
    """Return the amounts of a text that have a number."""
    return {amount for figure in figures(text) if (amount := measured(text, figure))}


@lru_cache(maxsize=512)
def amounts(text: str) -> frozenset[Amount]:
    """Return all amounts of a text, with or without a number."""
    return unnumbered(text) | counted(text)


def periods_differ(claim: str, evidence: str) -> Iterable[Doubt]:
    """Yield a doubt if the claim says per what time, and the evidence per what other time alone."""
    said, held = _periods(claim), _periods(evidence)
    more, less = sorted(said - held), sorted(held - said)
    if more and less and not {_length(name) for name in more} & counted(evidence):
        yield Doubt(kind="period", detail=f"the evidence says this per {less[0]}, not per {more[0]}")


def amounts_beyond(claim: str, evidence: str) -> Iterable[Doubt]:
    """Yield a doubt for an amount of the claim without a number, where the evidence has others of this measure."""
    known = amounts(evidence)
    measures = {measure for measure, _ in known}
    for match in _AND_HALF.finditer(claim):
        amount = _with_half(match)
        if amount not in known and amount[0] in measures:
            yield Doubt(kind="figure", span=match.span(), detail=f"amount {match[0]} not in evidence")
    said, held = _multiples(claim), _multiples(evidence)
    if said and held and said.isdisjoint(held):
        yield Doubt(kind="figure", detail=f"the evidence says {min(held)} times, not {min(said)}")


def _with_half(match: re.Match[str]) -> Amount:
    measure, factor = _MEASURES[fold(match["unit"] or match["of"])]
    return measure, factor * (Decimal("0.5") if match["half"] else Decimal("1.5"))


@lru_cache(maxsize=512)
def _multiples(text: str) -> frozenset[int]:
    return frozenset(
        {times for times, sign in _MULTIPLES.items() if sign.search(text)}
        | {int(value) for measure, value in amounts(text) if measure == "time" and value == int(value)}
    )


@lru_cache(maxsize=512)
def _periods(text: str) -> frozenset[str]:
    return frozenset(name for name, sign in _PERIOD.items() if sign.search(text))


def _length(name: str) -> Amount:
    measure, amount, _ = _PERIODS[name]
    return measure, Decimal(amount)


def _raised(measure: str, factor: Decimal, figure: Figure, power: str) -> Amount | None:
    """Return the amount of a square or cubic measure."""
    if power.startswith(("cub", "cúb")):
        return ("litre", figure.value * factor**3 * _CUBIC[measure]) if measure in _CUBIC else None
    return (_SQUARE[measure], figure.value * factor**2) if measure in _SQUARE else None
