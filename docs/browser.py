"""Looks at a published web page in headless Chromium, as people do: pictures of it, and what they can do by keyboard.

`.venv/bin/python -P docs/browser.py note.html pictures/` writes the page at 1280 and 390 points, light and dark, each
with its first note open, and as it is printed. It ends with 1 where something is not as it should be. By hand only:
it needs a `chromium` on the path.
"""

import base64
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

SIZES = ((1280, 900), (390, 844))
ENTER = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r"}
SPACE = {"key": " ", "code": "Space", "windowsVirtualKeyCode": 32, "text": " "}
ESCAPE = {"key": "Escape", "code": "Escape", "windowsVirtualKeyCode": 27}
TAB = {"key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9}
MOST_TABS = 200
HIGHEST = 16_000  # points of a picture
STATE = """({
    open: !!document.querySelector("dialog")?.open, at: document.activeElement.id, tag: document.activeElement.tagName,
    mark: document.activeElement.matches("a.mark, a.opens"), wide: document.documentElement.scrollWidth > innerWidth,
    away: document.querySelectorAll(".notes > li:not(:has(> .note)), .card:not(:has(> .note))").length,
})"""


class Browser:
    """Chromium at the other end of two pipes; what it reports of its own accord gathers in `events`."""

    def __init__(self, send: int, receive: int) -> None:
        self._send, self._receive, self._rest, self._number = send, receive, b"", 0
        self._session: str | None = None
        self.events: list[dict[str, Any]] = []

    def open(self, address: str, *, scripted: bool = True) -> None:
        """Open an address in a new tab."""
        self._session = None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Log", "Runtime"):
            self.call(f"{domain}.enable")
        self.call("Emulation.setScriptExecutionDisabled", value=not scripted)
        self.call("Page.navigate", url=address)
        while not any(event["method"] == "Page.loadEventFired" for event in self.events):
            self._read()
        self.events = [event for event in self.events if event["method"] != "Page.loadEventFired"]

    def call(self, method: str, **given: object) -> dict[str, Any]:
        """Carry out a command, and return what it gives."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": given}
        told = {**message, "sessionId": self._session} if self._session else message
        os.write(self._send, json.dumps(told).encode() + b"\0")
        while True:
            answer = self._read()
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                result: dict[str, Any] = answer["result"]
                return result

    def press(self, key: dict[str, Any]) -> None:
        """Press a key and let go of it."""
        self.call("Input.dispatchKeyEvent", type="keyDown", **key)
        self.call("Input.dispatchKeyEvent", type="keyUp", **{name: key[name] for name in key if name != "text"})
        time.sleep(0.05)

    def state(self) -> dict[str, Any]:
        """Where the focus is, whether a note is open, and whether the page is wider than the screen."""
        value: dict[str, Any] = self.call("Runtime.evaluate", expression=STATE, returnByValue=True)["result"]["value"]
        return value

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            self._rest += os.read(self._receive, 1 << 20)
        line, _, self._rest = self._rest.partition(b"\0")
        message: dict[str, Any] = json.loads(line)
        if "method" in message:
            self.events.append(message)
        return message


@contextmanager
def browser() -> Iterator[Browser]:
    """Start a browser with a profile of its own."""
    program = shutil.which("chromium") or sys.exit("there is no chromium on the path: install it first")
    (theirs, send), (receive, ours) = os.pipe(), os.pipe()
    with TemporaryDirectory() as profile:
        command = (
            f'exec "{program}" --headless --no-sandbox --disable-gpu --remote-debugging-pipe "$@" 3<&{theirs} 4>&{ours}'
        )
        run = subprocess.Popen(
            ["bash", "-c", command, "-", f"--user-data-dir={profile}"],
            pass_fds=(theirs, ours), stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(theirs), os.close(ours)
        try:
            yield Browser(send, receive)
        finally:
            run.kill()
            run.wait()


def look(page: Browser, address: str, pictures: Path) -> Iterator[str]:
    """Take the pictures, and yield what is wrong."""
    for (wide, high), scheme in ((size, scheme) for size in SIZES for scheme in ("light", "dark")):
        name = f"{wide}-{scheme}"
        page.open(address)
        page.call("Emulation.setDeviceMetricsOverride", width=wide, height=high, deviceScaleFactor=1, mobile=False)
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        page.call("Emulation.setEmulatedMedia", features=features)
        take(page, pictures / f"{name}.png", whole=True)
        if page.state()["wide"]:
            yield f"{name}: the page is wider than the screen"
        yield from (f"{name}: {wrong}" for wrong in through_a_note(page, pictures / f"{name}-note.png"))
    printed = page.call("Page.printToPDF", paperWidth=8.27, paperHeight=11.69, preferCSSPageSize=True)["data"]
    (pictures / "printed.pdf").write_bytes(base64.b64decode(printed))
    page.open(f"{address}#note-1", scripted=False)
    take(page, pictures / "without-script.png")
    asked = [one["params"]["request"]["url"] for one in page.events if one["method"] == "Network.requestWillBeSent"]
    yield from (f"it asks for {one[:80]}" for one in asked if one.split("#")[0] != address and one[:5] != "data:")
    yield from (f"it says {one['params']['entry']['text']}" for one in page.events if one["method"] == "Log.entryAdded")


def through_a_note(page: Browser, picture: Path) -> Iterator[str]:
    """Go to the first note, or cell of a matrix, by keyboard, open it, close it, and yield what does not work."""
    for _ in range(MOST_TABS):
        page.press(TAB)
        if page.state()["mark"]:
            break
    else:
        yield "no mark of a note is reached by the tabulator"
        return
    mark = page.state()["at"]
    for key, name in ((ENTER, "Enter"), (SPACE, "the space bar")):
        page.press(key)
        opened = page.state()
        if not opened["open"] or opened["tag"] != "BUTTON":
            yield f"{name} does not open the note"
        if key is ENTER:
            take(page, picture)
        page.press(ESCAPE)
        closed = page.state()
        if closed["open"] or closed["at"] != mark or closed["away"]:
            yield f"Escape does not close what {name} opened, or leads elsewhere: {closed}"


def take(page: Browser, path: Path, *, whole: bool = False) -> None:
    """Write a picture of the screen, or of the whole page as far as a picture reaches."""
    size = page.call("Page.getLayoutMetrics")["cssContentSize"]
    clip = {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], HIGHEST), "scale": 1}
    given = {"captureBeyondViewport": True, "clip": clip} if whole else {}
    path.write_bytes(base64.b64decode(page.call("Page.captureScreenshot", **given)["data"]))


def main(page: str, pictures: str) -> int:
    """Look at a page; return the exit code."""
    Path(pictures).mkdir(parents=True, exist_ok=True)
    with browser() as seen:
        wrong = list(look(seen, Path(page).resolve().as_uri(), Path(pictures)))
    print("\n".join(wrong) or "all is well")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
