"""What a form prints, line by line: the same lines are written as a Word file, and known again when it comes back."""

from collections.abc import Iterator
from dataclasses import dataclass

from .form_labels import label, steps
from .made_form import FormCode, FormQuote, Key, MadeForm, SentForm, StaticKind


@dataclass(frozen=True, slots=True)
class FormLine:
    """A line in a style, or the field of a question; `key` is the question, or (section, 0), that it belongs to."""

    style: str
    text: str
    kind: StaticKind = "other"
    key: Key = (0, 0)
    is_field: bool = False


def form_lines(form: MadeForm, sent: SentForm) -> Iterator[FormLine]:
    """Yield the lines of a partner's form, in order."""
    partner, told = sent.partner, form.told_to(sent.partner)
    speak = partner.language
    yield FormLine("Title", told.title)
    yield FormLine("Aside", label(speak, "subtitle", organisation=partner.organisation, round=form.round))
    if form.until:
        yield FormLine("Normal", label(speak, "until", date=form.until))
    yield FormLine("Heading2", label(speak, "how"))
    for step in steps(speak):
        yield FormLine("ListBullet", step)
    if not sent.has_reports:
        yield FormLine("Normal", label(speak, "no_reports"))
    yield FormLine("Aside", label(speak, "code", code=str(FormCode(form.id, partner.key))))
    for number, section in enumerate(told.sections, 1):
        yield FormLine("Heading1", f"{number}. {section.heading}", "section", (number, 0))
        for at, question in enumerate(section.questions, 1):
            key = (number, at)
            yield FormLine("Heading2", f"{number}.{at} {question}", "question", key)
            yield from _held(sent, key)
            yield FormLine("Label", label(speak, "answer"), key=key)
            yield FormLine("Normal", label(speak, "here"), key=key, is_field=True)


def quoted(quote: FormQuote) -> str:
    """Return a quote as it is printed, with what it is from."""
    return f"“{quote.text}” ({quote.source})"


def _held(sent: SentForm, key: Key) -> Iterator[FormLine]:
    """Yield what the collection holds on a question, and that it holds nothing; once for all where it has no report."""
    if not sent.has_reports:
        return
    quotes = sent.quotes.get(f"{key[0]}.{key[1]}", [])
    if not quotes:
        yield FormLine("Aside", label(sent.partner.language, "none_held"), key=key)
        return
    yield FormLine("Label", label(sent.partner.language, "held"), key=key)
    for quote in quotes:
        yield FormLine("Aside", quoted(quote), key=key)
