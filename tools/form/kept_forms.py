"""What was sent out, kept in the home and beside the forms: whoever reads them back has to know what they printed."""

from collections.abc import Iterable
from pathlib import Path

from pydantic import ValidationError

from ...core.errors import UsageError
from ...core.system.files import write_whole
from .form_page import quoted
from .made_form import MadeForm, SentForm

RECORD = ".form.json"
_NOUN, _ADVICE = "the record of the form", "mend that, run again"


def keep_form(form: MadeForm, home: Path, out: Path) -> MadeForm:
    """Keep a form with what was sent of it before, in the home and in the folder of the forms; return it so."""
    before = load_forms([home, out]).get(form.id)
    if before is not None:
        sent = {key: _with_earlier(one, before.sent.get(key)) for key, one in form.sent.items()}
        form = form.model_copy(update={"sent": {**before.sent, **sent}, "until": form.until or before.until})
    text = f"{form.model_dump_json(indent=1)}\n"
    write_whole(home / f"{form.id}{RECORD}", text, _NOUN, advice=_ADVICE, private=True)
    write_whole(out / f"{form.name}{RECORD}", text, _NOUN, advice=_ADVICE)
    return form


def load_forms(places: Iterable[Path]) -> dict[str, MadeForm]:
    """Return the forms whose records lie in folders, or are the files named, by their ids.

    Raises UsageError for a record that is not understood.
    """
    forms: dict[str, MadeForm] = {}
    for place in places:
        for path in sorted(place.glob(f"*{RECORD}")) if place.is_dir() else [place] if place.is_file() else []:
            try:
                form = MadeForm.model_validate_json(path.read_bytes())
            except (OSError, ValidationError) as error:
                raise UsageError(f"the record {str(path)!r} is damaged: take the copy beside the forms, or make them "
                                 "anew") from error  # fmt: skip
            known = forms.get(form.id)
            forms[form.id] = form.model_copy(update={"sent": {**known.sent, **form.sent}}) if known else form
    return forms


def _with_earlier(sent: SentForm, before: SentForm | None) -> SentForm:
    if before is None:
        return sent
    printed = [quoted(quote) for quotes in before.quotes.values() for quote in quotes]
    return sent.model_copy(update={"earlier": list(dict.fromkeys([*before.earlier, *printed]))})
