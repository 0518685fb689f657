"""Errors of the client library, told as ours: what failed, where, and what to do next."""

import httpx2
import openai

from .errors import EndpointError
from .model_reply import brief, hide

_NEXT = {
    400: "check the model's features and its context length",
    404: "check the model's name and base_url",
    413: "ask for less at once",
    429: "wait, lower the number of calls at once, or raise the quota",
}


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
            reason = brief(hide(_reason(error), secret))
            said = f": {reason}" if reason else ""
            text = f"{where} answered {error.status_code}{said}; {_NEXT.get(error.status_code, default)}"
        case _:
            text = f"{where} failed: {brief(hide(str(error), secret))}; check the server's log"
    return EndpointError(text)


def _reason(error: openai.APIStatusError) -> str:
    """Return what the server itself said, without the wrapping of the client library."""
    body = error.body
    if isinstance(body, dict):
        return str(body.get("message") or body.get("detail") or body.get("error") or body)
    return "a web page" if "html" in error.response.headers.get("content-type", "") else str(body or "")


def refuses(error: openai.APIStatusError, *names: str) -> bool:
    """Tell whether the server refused a field of the request, as it named it."""
    text = error.response.text.lower()
    return error.status_code in (400, 404, 415, 422, 500, 501) and any(name in text for name in names)
