"""How the words of a web page are set: seen, hidden, struck, raised or lowered."""

import re
from dataclasses import dataclass, replace
from typing import Literal

from selectolax.lexbor import LexborHTMLParser, LexborNode

from .sheets import Declared, declarations, declared_by, is_screen, put, watched

Shift = Literal["", "raised", "lowered"]
STRUCK = frozenset({"del", "s", "strike"})
SHIFTS: dict[str, Shift] = {"sup": "raised", "sub": "lowered", "super": "raised"}  # names and values
SETTING = STRUCK | {"sup", "sub"}
NOTHING = re.compile(r"0{0,9}\.?0{1,9}(?:px|pt|em|rem|%)?")
FONT_OF_NONE = re.compile(r"(?:^|\s)0+(?:px|pt|em)?(?:\s|/)")
FAR = re.compile(r"-(?P<length>\d{3,})(?:\.\d+)?(?P<unit>px|pt|em|rem|%|vw)?")
CLIPPED = re.compile(r"rect\(\s*[01](?:px)?[\s,]|inset\(\s*(?:50|100)%")
WHITE = re.compile(r"#fff(?:fff)?(?:ff)?|white|rgba?\(\s*255[\s,]+255[\s,]+255(?:[\s,/]+[\d.]+%?)?\s*\)")
CLEAR = re.compile(r"transparent|rgba\([^)]*,\s*0(?:\.0+)?\s*\)|#[0-9a-f]{6}00|#[0-9a-f]{3}0")
LONG = 2000  # characters of a page; an element that holds most of them is shown by a script, if not at once
KEPT = frozenset({"none", "inherit", "initial", "unset"})
FRAMES = frozenset({"html", "body", "main"})
INLINE = frozenset({"div", "p", "section"})


@dataclass(frozen=True, slots=True)
class Look:
    """How a node is set. `hidden` and `struck` go for all below it.

    `flow` is "inline" or "block" where the style says other than the name of the element.
    """

    hidden: bool = False
    struck: bool = False
    invisible: bool = False
    tiny: bool = False
    lost: bool = False
    shift: Shift = ""
    flow: Literal["", "inline", "block"] = ""
    white: bool = False
    clear: bool = False
    ground: Literal["white", "other"] = "white"

    @property
    def veiled(self) -> bool:
        """Whether its own words are not seen: invisible, of no size, or of the ground's colour; nodes inside may be."""
        return self.invisible or self.tiny or self.lost


class Styles:
    """Tells for each node how it is set, from its own attributes, the page's style sheets and what it inherits."""

    def __init__(self, tree: LexborHTMLParser) -> None:
        sheets = [one for one in tree.css("style") if is_screen((one.attributes.get("media") or "").lower())]
        css = "\n".join(one.text() for one in sheets)
        inline = "\n".join(one.attributes.get("style") or "" for one in tree.css("[style]"))
        self._watched = watched(f"{css}\n{inline}")
        self._declared = declared_by(tree, css, self._watched) if self._watched else {}
        # A style sheet that is not in the file may set the ground under white display, a script show what is clear.
        self._ground_known = "@import" not in css and not tree.css("link[rel~=stylesheet]")
        self._is_still = not tree.css("script")
        self._marked = {one.mem_id for one in tree.css("[hidden], [style]")} | self._declared.keys()
        self.has_formulas = tree.css_first("math") is not None
        self.may_veil = bool(self._watched)
        self._size = len(tree.root.text()) if tree.root is not None else 0
        self._looks: dict[int, Look] = {}

    def of(self, node: LexborNode) -> Look:
        """How this node is set."""
        look = self._looks.get(node.mem_id)
        if look is None:
            parent = node.parent
            above = self.of(parent) if parent is not None and parent.is_element_node else Look()
            if node.mem_id in self._marked or node.tag in SETTING:
                look = self._made(node, above)
            else:
                look = replace(above, shift="", flow="") if above.shift or above.flow else above
            self._looks[node.mem_id] = look
        return look

    def is_unseen(self, node: LexborNode) -> bool:
        """Whether nothing of a node is part of the text: it is hidden or struck."""
        look = self.of(node)
        return look.hidden or look.struck

    def _made(self, node: LexborNode, above: Look) -> Look:
        tag = node.tag or ""
        attributes = node.attributes
        struck = above.struck or tag in STRUCK
        look = replace(above, struck=struck, shift=SHIFTS.get(tag, ""), flow="")
        declared: Declared = dict(self._declared.get(node.mem_id, {}))
        if self._watched and (style := attributes.get("style")):
            put(declared, declarations(style, self._watched), (1_000_000,))
        if "hidden" in attributes and attributes.get("hidden") != "until-found" and "display" not in declared:
            look = replace(look, hidden=True)
        if not declared:
            return look
        values = {name: value for name, (_, value) in declared.items()}
        hidden = look.hidden or (_is_hidden(values, still=self._is_still) and not self._holds_most(node))
        lined = values.get("text-decoration-line", values.get("text-decoration", ""))
        look = replace(
            look, hidden=hidden, struck=struck or "line-through" in lined, shift=_shift(values) or look.shift,
            flow=_flow(tag, values.get("display", "")), tiny=_tiny(values, look.tiny),
            invisible=_invisible(values, look.invisible) and not self._holds_most(node),
        )  # fmt: skip
        return self._coloured(look, values)

    def _coloured(self, look: Look, values: dict[str, str]) -> Look:
        color = values.get("color", "")
        white = WHITE.fullmatch(color) is not None if color and color != "inherit" else look.white
        clear = CLEAR.fullmatch(color) is not None if color and color != "inherit" else look.clear
        ground = look.ground
        if (
            "url(" in (image := values.get("background-image", "") + values.get("background", ""))
            or "gradient" in image
        ):
            ground = "other"
        elif (paint := values.get("background-color", values.get("background", ""))) and not CLEAR.match(paint):
            ground = "white" if WHITE.match(paint) else ground if paint in KEPT else "other"
        lost = clear or (white and ground == "white" and self._ground_known)
        return replace(look, white=white, clear=clear, ground=ground, lost=lost)

    def _holds_most(self, node: LexborNode) -> bool:
        return node.tag in FRAMES or (self._size > LONG and len(node.text()) > self._size / 2)


def _is_hidden(values: dict[str, str], *, still: bool) -> bool:
    if values.get("display", "").startswith("none"):
        return True
    if still and NOTHING.fullmatch(values.get("opacity", "1")):
        return True
    if NOTHING.fullmatch(values.get("height", "auto")) and values.get("overflow", "").startswith(("hidden", "clip")):
        return True
    if FAR.match(values.get("text-indent", "")):
        return True
    apart = values.get("position", "") in ("absolute", "fixed")
    return apart and (
        any(FAR.match(values.get(side, "")) for side in ("left", "right", "top"))
        or any(CLIPPED.match(values.get(name, "")) for name in ("clip", "clip-path"))
    )


def _tiny(values: dict[str, str], above: bool) -> bool:
    size, font = values.get("font-size", ""), values.get("font", "")
    if (size and not size.endswith(("%", "em"))) or (font and not size):
        return NOTHING.fullmatch(size) is not None or FONT_OF_NONE.search(font) is not None
    return above or NOTHING.fullmatch(size) is not None


def _invisible(values: dict[str, str], above: bool) -> bool:
    visibility = values.get("visibility", "inherit")
    return visibility in ("hidden", "collapse") or (above and visibility in ("inherit", "unset"))


def _shift(values: dict[str, str]) -> Shift:
    return SHIFTS.get(values.get("vertical-align", ""), "")


def _flow(tag: str, display: str) -> Literal["", "inline", "block"]:
    if tag in INLINE and display in ("inline", "inline-block"):
        return "inline"
    return "block" if tag in ("span", "a") and display == "block" else ""
