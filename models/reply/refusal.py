"""What a server that refused a request says of it: which field it does not know, and how much it takes."""

from dataclasses import dataclass
from itertools import pairwise

import httpx2
import openai

from ...core.errors import EndpointError
from .answer import brief

_NEXT = {
    400: "check the model's features and its context length",
    404: "check the model's name and base_url",
    413: "ask for less at once",
    429: "wait, lower the number of calls at once, or raise the quota",
}
REJECTED = "failed_generation"
_REFUSED = (400, 404, 413, 415, 422, 500, 501)
_SHORTEST_KEY = 8
_TOO_MUCH = (
    "large", "too long", "too many", "exceed", "overflow", "maximum", "at most", "less than", "lower than", "limit",
    "range", "between", "up to", "must be", "<=", ">",
)  # fmt: skip
_OUTPUT = ("max_tokens", "max_completion_tokens", "max_new_tokens", "max tokens", "maximum tokens", "output tokens",
           "completion tokens")  # fmt: skip
_CONTEXT = {("context", "length"), ("context", "size"), ("context", "window")}
_LEAST_OUTPUT, _LEAST_CONTEXT = 16, 256  # smaller numbers are no limits
_BEFORE, _BEHIND = 2, 3  # words between that for a context and its number
_MOST_DIGITS = 9
_NEAR = 4  # their count of a prompt is at most so many times ours, or that part of it


@dataclass(frozen=True, slots=True)
class Room:
    """What a server said that it takes: tokens of `output`, or of its whole `context`; 0 is not said.

    `prompt` is how many tokens it counted in the prompt; 0 where it did not say.
    """

    output: int = 0
    context: int = 0
    prompt: int = 0


def refuses(error: openai.APIStatusError, *names: str) -> bool:
    """Tell whether the server refused a field of the request, as it named it."""
    text = error.response.text.lower()
    return error.status_code in _REFUSED and any(name in text for name in names)


def room_in(error: openai.APIStatusError, *, asked: int, counted: int) -> Room | None:
    """Return what a refusal says that the server takes; `None` where it speaks of something else.

    `asked` is the limit of output tokens that was asked for, `counted` our count of the prompt.
    """
    said = reason_in(error).lower()
    if error.status_code not in _REFUSED or not any(word in said for word in _TOO_MUCH):
        return None
    words = _words(said)
    numbers = {number for word in words if (number := _number(word))} - {asked, error.status_code}
    prompts = [number for number in numbers if counted <= _NEAR * number <= _NEAR**2 * counted]
    named = _named_context(words)
    contexts = [named] if named else sorted(numbers) if _speaks_of_context(said) else []
    # A context is passed by prompt and output together, and by neither of them alone.
    for context in contexts:
        if fitting := [prompt for prompt in prompts if prompt < context < prompt + asked]:
            return Room(context=context, prompt=min(fitting))
    allowed = [number for number in numbers if _LEAST_OUTPUT <= number < asked]
    if allowed and not named and any(name in said for name in _OUTPUT):
        return Room(output=max(allowed))
    large = [number for number in contexts if number >= _LEAST_CONTEXT] if "context" in said else []
    return Room(context=large[0], prompt=max({0, *prompts} - {large[0]})) if large else None


def rejected_in(error: openai.APIStatusError) -> str:
    """Return the answer that a server showed and held back, because it did not keep to the schema; else nothing."""
    told = error.body.get(REJECTED) if isinstance(error.body, dict) else None
    return told if isinstance(told, str) else ""


def _words(said: str) -> list[str]:
    """Return the words of a message without what stands around them; names and versions stay whole."""
    spaced = "".join(char if char.isalnum() or char in "._-," else " " for char in said)
    return [word for part in spaced.split() if (word := part.strip(".,-"))]


def _number(word: str) -> int:
    digits = word.replace(",", "")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS else 0


def _named_context(words: list[str]) -> int:
    """Return the number that stands right behind the words for a context, or before them; 0 where none does."""
    for at, pair in enumerate(pairwise(words)):
        if pair in _CONTEXT:
            near = (*words[at + 2 : at + 2 + _BEHIND], *reversed(words[max(at - _BEFORE, 0) : at]))
            return next(filter(None, map(_number, near)), 0)
    return 0


def _speaks_of_context(said: str) -> bool:
    return "context" in said or ("token" in said and ("prompt" in said or "input" in said))


def reason_in(error: openai.APIStatusError) -> str:
    """Return what the server itself said, without the wrapping of the client library."""
    body = error.body
    if isinstance(body, dict):
        return str(body.get("message") or body.get("detail") or body.get("error") or body)
    return "a web page" if "html" in error.response.headers.get("content-type", "") else str(body or "")


def hide(text: str, secret: str) -> str:
    """Return what a server said without the key that it was sent; a stand-in like "none" is no secret."""
    return text.replace(secret, "[key]") if len(secret) >= _SHORTEST_KEY else text


def explain(error: openai.APIError, where: str, timeout_seconds: float, *, secret: str = "") -> EndpointError:
    """Return the `EndpointError` to raise for `error`; `where` names the host and the model.

    A server may say the key it was sent (`secret`) in its answer: it is not repeated.
    """
    match error:
        case openai.APITimeoutError():
            text = f"{where} did not answer within {timeout_seconds:g} s: check the server, or allow more time"
        case openai.APIConnectionError() if isinstance(error.__cause__, httpx2.ConnectError):
            text = f"{where} cannot be reached: check that the server runs and base_url is right"
        case openai.APIConnectionError():
            text = f"{where} hung up before it answered: check the server's log, then try again"
        case openai.APIStatusError() if error.response.is_redirect:
            target = brief(hide(error.response.headers.get("location", "nowhere"), secret))
            text = f"{where} redirects to {target!r}, which is not followed: set base_url to the final address"
        case openai.AuthenticationError() | openai.PermissionDeniedError():
            text = f"{where}: the key was refused ({error.status_code}): check the key variable and the key's rights"
        case openai.APIStatusError():
            default = "check the server's log, then try again" if error.status_code >= 500 else _NEXT[400]
            reason = brief(hide(reason_in(error), secret))
            said = f": {reason}" if reason else ""
            text = f"{where} answered {error.status_code}{said}; {_NEXT.get(error.status_code, default)}"
        case _:
            text = f"{where} failed: {brief(hide(str(error), secret))}; check the server's log"
    return EndpointError(text)
