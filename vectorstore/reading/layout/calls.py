"""PDFium's questions about the signs of a page, declared for plain addresses: a page has thousands of signs.

The declarations of pypdfium2 wrap every pointer in an object of its own, which costs several times the call itself.
"""

import ctypes
from collections.abc import Callable

import pypdfium2.raw as raw

_INT, _ADDRESS = ctypes.c_int, ctypes.c_void_p
AddressCall = Callable[..., int]


def _plain(function: object, result: type, *arguments: type) -> AddressCall:
    """The same function for addresses as numbers; PDFium never waits in these, so that the lock is kept."""
    address = ctypes.cast(function, ctypes.c_void_p).value  # type: ignore[arg-type]
    return ctypes.PYFUNCTYPE(result, *arguments)(address)  # type: ignore[arg-type]


sign_at = _plain(raw.FPDFText_GetCharIndexFromTextIndex, _INT, _ADDRESS, _INT)
origin_of = _plain(raw.FPDFText_GetCharOrigin, _INT, _ADDRESS, _INT, _ADDRESS, _ADDRESS)
turn_of = _plain(raw.FPDFText_GetMatrix, _INT, _ADDRESS, _INT, _ADDRESS)
letter_size = _plain(raw.FPDFText_GetFontSize, ctypes.c_double, _ADDRESS, _INT)
font_of = _plain(raw.FPDFText_GetFontInfo, ctypes.c_ulong, _ADDRESS, _INT, _ADDRESS, ctypes.c_ulong, _ADDRESS)
box_of = _plain(raw.FPDFText_GetCharBox, _INT, _ADDRESS, _INT, _ADDRESS, _ADDRESS, _ADDRESS, _ADDRESS)


def address(handle: object) -> int:
    """The address behind one of pypdfium2's handles."""
    return ctypes.cast(handle, ctypes.c_void_p).value or 0  # type: ignore[arg-type]
