"""Recognises the lines of a picture with PP-OCRv6 (small), whose weights are an installed package; no network."""

import math
from dataclasses import dataclass
from statistics import median

import numpy as np
import onnxruntime
from PIL import Image

from ....core.system.installed import checked_file
from .choice import WEIGHTS
from .regions import Pixels, TextBox, boxes

_DETECTION = (WEIGHTS, "ppocrv6_det.onnx", "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f")
_RECOGNITION = (WEIGHTS, "ppocrv6_rec.onnx", "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884")
SIDE = 1280  # points of the longer side of what lines are looked for in
HEIGHT, LONGEST = 48, 3200  # points of a line as the model reads it
STEP = 8  # points of width that the model reads as one
LEVEL = 0.0025  # slope that a page may have and be read as it is
STEEPEST = 0.2  # slope of a line that says something about the page
CLEAR = 0.5  # confidence below which a line is not read
WORD = 3  # heights that a line is wide at least; what is narrower may be a sign of a drawing, or a speck
UPRIGHT = 0.75  # confidence from which a page stands as it should
TRIED = 5  # lines read to find that out


@dataclass(frozen=True, slots=True)
class RecognisedWord:
    """A word of a line; `left` and `right` in points of the picture."""

    text: str
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class RecognisedLine:
    """A line as recognised: where it stands in the upright picture, its words, and how sure the model is, 0..1."""

    box: TextBox
    words: tuple[RecognisedWord, ...]
    confidence: float

    @property
    def text(self) -> str:
        """The words with spaces between them."""
        return " ".join(word.text for word in self.words)


@dataclass(frozen=True, slots=True)
class Recognised:
    """What was recognised in a picture: its lines, its size when upright, and how many lines could not be read."""

    lines: tuple[RecognisedLine, ...]
    width: int
    height: int
    unclear: int = 0


class Engine:
    """Detection and recognition, each a model on one thread.

    Raises LibraryError when the weights are missing or not the ones this was measured with.
    """

    def __init__(self) -> None:
        self._detection = _session(_DETECTION)
        self._recognition = _session(_RECOGNITION)
        listed = self._recognition.get_modelmeta().custom_metadata_map["character"]
        self._signs = ["", *listed.splitlines(), " "]  # the first stands for no sign

    def recognise(self, picture: Image.Image) -> Recognised:
        """Read a picture in shades of grey; one that stands askew, sideways or upside down is turned first."""
        picture, found = self._levelled(picture)
        if not found:
            return Recognised((), *picture.size)
        picture, found = self._upright(picture, found)
        lines = [line for box in found if (line := self._line(picture, box)) is not None]
        clear = [line for line in lines if line.confidence >= CLEAR]
        unclear = sum(line.confidence < CLEAR and line.box.width >= WORD * line.box.height for line in lines)
        return Recognised(tuple(clear), *picture.size, unclear)

    def _levelled(self, picture: Image.Image) -> tuple[Image.Image, list[TextBox]]:
        found = self._boxes(picture)
        slope = _slope(found)
        if abs(slope) <= LEVEL:
            return picture, found
        turned = picture.rotate(math.degrees(math.atan(slope)), Image.Resampling.BICUBIC, expand=True, fillcolor=255)
        return turned, self._boxes(turned)

    def _upright(self, picture: Image.Image, found: list[TextBox]) -> tuple[Image.Image, list[TextBox]]:
        """The picture turned by the quarters that let its longest lines be read best."""
        sideways = sum(box.height > 1.5 * box.width for box in found) > len(found) / 2
        if not sideways and self._legibility(picture, found) >= UPRIGHT:
            return picture, found
        turns = (Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_270) if sideways else (Image.Transpose.ROTATE_180,)
        tried = [(picture, found)]
        for turn in turns:
            tried.append(self._levelled(picture.transpose(turn)))
        return max(tried, key=lambda one: self._legibility(*one))

    def _legibility(self, picture: Image.Image, found: list[TextBox]) -> float:
        longest = sorted(found, key=lambda box: box.width, reverse=True)[:TRIED]
        read = [line.confidence for box in longest if (line := self._line(picture, box))]
        return sum(read) / len(read) if read else 0.0

    def _boxes(self, picture: Image.Image) -> list[TextBox]:
        ratio = SIDE / max(picture.size)
        size = [max(32, round(side * ratio / 32) * 32) for side in picture.size]
        small = picture.resize((size[0], size[1]), Image.Resampling.BILINEAR, reducing_gap=2.0)
        pixels = np.asarray(small, dtype=np.float32) / 127.5 - 1
        likelihood = self._run(self._detection, pixels)[0, 0]
        wide, high = picture.width / size[0], picture.height / size[1]
        return [
            TextBox(
                max(0.0, box.left * wide), max(0.0, box.top * high), min(picture.width, box.right * wide),
                min(picture.height, box.bottom * high), box.slope * high / wide,
            )
            for box in boxes(likelihood)
        ]  # fmt: skip

    def _line(self, picture: Image.Image, box: TextBox) -> RecognisedLine | None:
        """The words in a box; `None` where there are none."""
        part = picture.crop((math.floor(box.left), math.floor(box.top), math.ceil(box.right), math.ceil(box.bottom)))
        width = min(LONGEST, max(STEP * 2, math.ceil(HEIGHT * part.width / part.height)))
        part = part.resize((width, HEIGHT), Image.Resampling.BICUBIC)
        pixels = np.ones((HEIGHT, math.ceil(width / STEP) * STEP), dtype=np.float32)
        pixels[:, :width] = np.asarray(part, dtype=np.float32) / 127.5 - 1
        likely = self._run(self._recognition, pixels)[0]
        best = likely.argmax(axis=1)
        taken = np.flatnonzero((best > 0) & np.concatenate(([True], best[1:] != best[:-1])))
        if not len(taken):
            return None
        signs = [(self._signs[best[at]], int(at)) for at in taken]
        words = _words(signs, box.left, box.width / len(best))
        return RecognisedLine(box, words, float(likely[taken, best[taken]].mean())) if words else None

    def _run(self, session: onnxruntime.InferenceSession, pixels: Pixels) -> Pixels:
        feed = {session.get_inputs()[0].name: np.repeat(pixels[None, None], 3, axis=1)}
        found: Pixels = session.run(None, feed)[0]
        return found


def _session(weights: tuple[str, str, str]) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.enable_cpu_mem_arena = False
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(checked_file(*weights)), options, providers=["CPUExecutionProvider"])


def _slope(found: list[TextBox]) -> float:
    """How far the lines of a page fall, by the longer half of those that are long."""
    long = sorted((box for box in found if box.width > 5 * box.height or box.width > 200), key=lambda box: -box.width)
    slopes = [box.slope for box in long[: max(3, len(long) // 2)] if abs(box.slope) < STEEPEST]
    return median(slopes) if slopes else 0.0


def _words(signs: list[tuple[str, int]], left: float, step: float) -> tuple[RecognisedWord, ...]:
    """Part the signs at spaces; `step` is the width of what the model read as one.

    It sees a sign about where its middle is, so the edges of a word are half a sign further out.
    """
    words: list[RecognisedWord] = []
    half = (signs[-1][1] - signs[0][1]) / max(1, len(signs) - 1) / 2
    text, first, last = "", 0, 0
    for sign, at in [*signs, (" ", 0)]:
        if not sign.isspace():
            text, first, last = text + sign, at if not text else first, at
        elif text:
            words.append(RecognisedWord(text, left + (first + 0.5 - half) * step, left + (last + 0.5 + half) * step))
            text = ""
    return tuple(words)
