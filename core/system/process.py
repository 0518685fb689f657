"""How the process is interrupted, and how it ends: quietly, with an exit code, whoever asks it to.

While commands are still being imported nothing has begun, and an interrupt ends the process on the spot: raised as an
exception in the middle of an import, it would come out of somebody else's code, or be lost in it. Nor is garbage looked
for meanwhile: what is imported stays, and to look through it again and again is a seventh of the time it takes.
"""

import gc
import os
import signal
import sys
from contextlib import suppress
from types import FrameType

from ..errors import INTERRUPTED

# What a service manager, `kill` and a closed terminal send; not every system has them.
_ENDINGS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))


class Ending:
    """What asks this process to end."""

    def __init__(self) -> None:
        self._by: int | None = None

    def begin(self) -> None:
        """Be interrupted without a word from now on; a signal that the caller has us ignore stays ignored."""
        gc.disable()
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, _leave)
        for number in _ENDINGS:
            if signal.getsignal(number) is signal.SIG_DFL:
                signal.signal(number, self._end)
        sys.unraisablehook = _unraisable

    def code(self, code: int) -> int:
        """Return the exit code: 130 becomes that of another signal than Ctrl-C, where such a one asked."""
        return 128 + self._by if self._by is not None and code == INTERRUPTED else code

    def finish(self) -> None:
        """Let an interrupt end the process without the interpreter's help, which is about to go."""
        if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
            signal.signal(signal.SIGINT, signal.SIG_DFL)

    def _end(self, number: int, frame: FrameType | None) -> None:
        """End as Ctrl-C does, so that terminals are put right and children stopped; a second time at once."""
        signal.signal(number, signal.SIG_DFL)
        if signal.getsignal(signal.SIGINT) in (_leave, signal.SIG_IGN):
            signal.raise_signal(number)
        self._by = number
        signal.raise_signal(signal.SIGINT)


def loaded() -> None:
    """Have Ctrl-C raise KeyboardInterrupt from now on, for a command begins that has something to put right."""
    if not gc.get_freeze_count():  # once a process: what is frozen is never looked through again
        gc.freeze()
    gc.enable()
    if signal.getsignal(signal.SIGINT) is _leave:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _leave(number: int, frame: FrameType | None) -> None:
    with suppress(OSError):
        os.write(2, b"coscribe: interrupted\n")
    os._exit(INTERRUPTED)


def _unraisable(told: "sys.UnraisableHookArgs") -> None:
    """Raise an interrupt again that came where nothing can be raised, such as while an object was thrown away."""
    if issubclass(told.exc_type, KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
    else:
        sys.__unraisablehook__(told)
