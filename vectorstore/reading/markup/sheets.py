"""The style sheets inside a web page: the declarations that may hide, strike, raise or lower its display."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

MOST = 1_000_000  # characters of style sheets that are looked at
LONGEST = 10_000  # characters of a list of selectors
MOST_SELECTORS = 4_000
DEEPEST = 5  # groups of rules inside groups
COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|<!--|-->", re.DOTALL)
# A state that no reader is in who only looks: rules for it hide and show nothing.
STATES = re.compile(r"::|:(?:before|after|hover|focus|active|visited|target|checked|open|first-l|placeholder|popover)")
SPECIFIC = re.compile(r"(#[\w-]+)|(\.[\w\\:/-]+|\[[^\]]*\]|:[\w-]+)|((?<![\w.#:-])[a-zA-Z][\w-]*)")
WHITE = r"(?:#fff(?:fff)?(?:ff)?\b|white\b|transparent\b|rgba?\(\s*255[\s,]+255[\s,]+255\b)"
# Properties, with those that belong to them, and the value of theirs that hides or marks something.
TELLING = {
    ("display",): r"\bdisplay\s*:\s*(?:none|inline|block)",
    ("visibility",): r"\bvisibility\s*:\s*(?:hidden|collapse)",
    (
        "font-size",
        "font",
    ): r"\bfont(?:-size)?\s*:\s*(?:[^;}]{0,60}\s)?0{0,9}\.?0{1,9}(?:px|pt|em|rem|%)?\s*(?:[;}!]|\Z)",
    ("text-decoration", "text-decoration-line"): r"line-through",
    ("vertical-align",): r"\bvertical-align\s*:\s*(?:super|sub)\b",
    ("opacity",): r"\bopacity\s*:\s*0{0,9}\.?0{1,9}\s*(?:[;}!]|\Z)",
    ("position", "left", "top", "right", "text-indent"): r"(?:\bleft|\btop|\bright|text-indent)\s*:\s*-\d{3,}",
    ("position", "clip", "clip-path"): r"\bclip(?:-path)?\s*:\s*(?:rect\(\s*[01](?:px)?\b|inset\(\s*(?:50|100)%)",
    ("height", "overflow"): r"(?<!-)\bheight\s*:\s*0{1,9}(?:px)?\s*(?:[;}!]|\Z)",
    ("color", "background", "background-color", "background-image"): rf"(?<!-)\bcolor\s*:\s*{WHITE}",
}
PATTERNS = {properties: re.compile(pattern, re.IGNORECASE) for properties, pattern in TELLING.items()}

Declared = dict[str, tuple[tuple[int, ...], str]]  # property -> its rank and its value in small letters


@dataclass(frozen=True, slots=True)
class SheetRule:
    """A selector and what it declares of the properties that are looked at, by property."""

    selector: str
    declared: dict[str, str]


def watched(css: str) -> frozenset[str]:
    """The properties that are worth looking at in these style sheets; usually there are few."""
    seen = css[: 2 * MOST]
    return frozenset(one for many, pattern in PATTERNS.items() if pattern.search(seen) for one in many)


def declared_by(tree: LexborHTMLParser, css: str, properties: frozenset[str]) -> dict[int, Declared]:
    """What the style sheets declare of the properties, for each node by its identity, the strongest rule alone."""
    found: dict[int, Declared] = {}
    wanted = ((rule, selector) for rule in _rules(css[:MOST], properties) for selector in _selectors(rule.selector))
    for order, (rule, selector) in enumerate(islice(wanted, MOST_SELECTORS)):
        try:
            nodes = tree.css(selector)
        except SelectolaxError:
            continue  # one that a browser would drop as well
        rank = (*_specificity(selector), order)
        for node in nodes:
            put(found.setdefault(node.mem_id, {}), rule.declared, rank)
    return found


def put(target: Declared, declared: dict[str, str], rank: tuple[int, ...]) -> None:
    """Enter declarations into what is known of a node; of two for one property the higher rank stays."""
    for name, value in declared.items():
        important = "!important" in value
        mine = (int(important), *rank)
        if name not in target or target[name][0] <= mine:
            target[name] = (mine, value.replace("!important", "").strip())


def declarations(body: str, properties: frozenset[str]) -> dict[str, str]:
    """The declarations of a rule or a `style` attribute, of these properties alone."""
    declared: dict[str, str] = {}
    for part in body.split(";"):
        name, colon, value = part.partition(":")
        name = name.strip().lower()
        if colon and name in properties:
            declared[name] = value.strip().lower()
    return declared


def _rules(css: str, properties: frozenset[str], depth: int = 0) -> Iterator[SheetRule]:
    for prelude, body in _blocks(COMMENT.sub(" ", css)):
        if prelude.startswith("@"):
            if depth < DEEPEST and _applies(prelude.lower()):
                yield from _rules(body, properties, depth + 1)
        elif declared := declarations(body, properties):
            yield SheetRule(prelude, declared)


def _blocks(css: str) -> Iterator[tuple[str, str]]:
    """What stands before and between the outermost pairs of braces."""
    depth, begin, opened = 0, 0, 0
    for found in re.finditer("[{};]", css):
        at, sign = found.start(), found[0]
        if sign == "{":
            opened = at if depth == 0 else opened
            depth += 1
        elif sign == "}":
            depth -= 1
            if depth == 0:
                yield css[begin:opened].strip(), css[opened + 1 : at]
            if depth <= 0:
                depth, begin = 0, at + 1
        elif depth == 0:
            begin = at + 1  # the end of an @import or @charset


def _applies(prelude: str) -> bool:
    """Whether a group of rules holds on a wide screen in plain light."""
    if not prelude.startswith("@media"):
        return prelude.startswith(("@supports", "@layer"))
    return any(is_screen(query) for query in prelude[len("@media") :].split(","))


def is_screen(query: str) -> bool:
    """Whether a media query holds for somebody who reads at a screen of usual width."""
    if "not" in query.split():
        return "print" in query
    if re.search(r"\b(?:print|speech|max-width|max-height|prefers-|dark|scripting|forced-colors)", query):
        return False
    least = re.search(r"min-width\s*:\s*(\d+)", query)
    return least is None or int(least[1]) <= 1280


def _selectors(selector: str) -> Iterator[str]:
    if len(selector) > LONGEST:
        return
    for part in re.split(r",(?![^()\[]{0,200}[)\]])", selector):
        if part.strip() and not STATES.search(part):
            yield part.strip()


def _specificity(selector: str) -> tuple[int, int, int]:
    kinds = [found.lastindex for found in SPECIFIC.finditer(selector)]
    return kinds.count(1), kinds.count(2), kinds.count(3)
