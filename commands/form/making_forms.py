"""The command `form make`: one Word form a partner, with what the collection already holds from each."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from ...agents.records import new_run
from ...core.errors import DONE, UsageError
from ...core.system.disk import explained
from ...core.system.files import write_whole
from ...core.text import one_line, without_controls
from ...prompts.form_template import load_form
from ...terminal.progress import Progress
from ...terminal.views.forms.forms_views import made_view
from ...tools.form.form_word import form_file
from ...tools.form.kept_forms import keep_form, load_forms
from ...tools.form.made_form import FormPartner, MadeForm, SentForm, form_id, slug
from ...tools.form.partner_sheet import read_partners
from ...tools.form.starting_points import StartingPoints, starting_points
from ...tools.form.taken_forms import FormsMade, WrittenForm
from ..library_workplace import LibraryWorkplace
from ..workplace import Options, works_at

_NOTHING = StartingPoints({}, False, 0)
_LONGEST = 40  # characters of the name of a round


@works_at(LibraryWorkplace)
def make(place: LibraryWorkplace, options: Options) -> int:
    """Write the forms and keep what was sent; all is worked out before the first file is written."""
    template = load_form(options["template"])
    partners, unread = read_partners(Path(options["to"]))
    if options["topic"]:
        said = without_controls(one_line(options["topic"]))
        partners = [one if one.topic else one.model_copy(update={"topic": said}) for one in partners]
    round_ = _round(options["round"])
    place.home.create()
    form = MadeForm(id=form_id(template, round_), round=round_, template=template, until=options["until"] or "")
    out = Path(options["output"])
    before = load_forms([place.home.forms, out]).get(form.id)
    names = _names(partners)
    sent: dict[str, SentForm] = {}
    withheld = 0
    with Progress(place.screen) as progress:
        for at, partner in enumerate(partners):
            progress.advance("looking up what is held", at, len(partners))
            found = starting_points(place.library, form, partner, new_run()) if place.library.exists else _NOTHING
            withheld += found.withheld
            sent[partner.key] = _sent(partner, names[partner.key], found, before)
    form = form.model_copy(update={"sent": sent})
    contents = {one.file: form_file(form, one) for one in sent.values()}
    states = _written(out, contents, replaces=options["replace"])
    form = keep_form(form, place.home.forms, out)
    files = [
        WrittenForm(
            file=str(out / one.file), organisation=one.partner.organisation, language=one.partner.language,
            quotes=sum(map(len, one.quotes.values())), has_reports=one.has_reports, state=states[one.file],
        )
        for one in sent.values()
    ]  # fmt: skip
    made = FormsMade(
        form=form.id, template=template.name, round=round_, files=files, withheld=withheld, unread_columns=unread
    )
    place.show(made, made_view(made, str(out)))
    return DONE


def _round(name: str | None) -> str:
    """Return the name of a round; a month, unless it has another."""
    told = without_controls(one_line(name or datetime.now(UTC).strftime("%Y-%m")))
    if not told or len(told) > _LONGEST or not all(sign.isalnum() or sign in "-_." for sign in told):
        raise UsageError(f"the round cannot be called {name!r}: use letters, digits, '-', '_' and '.'")
    return told


def _names(partners: list[FormPartner]) -> dict[str, str]:
    """Return a file name for each partner; two that would be the same have the partner's own digits behind them."""
    slugs = Counter(slug(one.organisation) for one in partners)
    return {
        one.key: f"{name}.docx" if slugs[name := slug(one.organisation)] == 1 else f"{name}-{one.key[:4]}.docx"
        for one in partners
    }  # fmt: skip


def _sent(partner: FormPartner, file: str, found: StartingPoints, before: MadeForm | None) -> SentForm:
    """Return a form to be written; one that would say the same as before keeps its date, and so every byte."""
    now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    old = before.sent.get(partner.key) if before else None
    made = SentForm(partner=partner, file=file, quotes=found.quotes, has_reports=found.has_reports, made=now)
    if old is not None and old.model_copy(update={"made": now, "earlier": []}) == made:
        return old
    return made


def _written(out: Path, contents: Mapping[str, bytes], *, replaces: bool) -> dict[str, str]:
    """Write the forms, and return of each whether it was "written" or is "unchanged"; a filled one is not lost."""
    same = {name for name, data in contents.items() if (out / name).is_file() and (out / name).read_bytes() == data}
    taken = [name for name in contents if name not in same and (out / name).exists()]
    if taken and not replaces:
        told = f"{str(out / taken[0])!r} is there already{f', and {len(taken) - 1} more' if len(taken) > 1 else ''}"
        raise UsageError(f"{told}: name another folder, or say --replace")
    with explained(f"the forms cannot be written to {str(out)!r}", "name another folder"):
        out.mkdir(parents=True, exist_ok=True)
    for name, data in contents.items():
        if name not in same:
            write_whole(out / name, data, "the form", advice="name another folder")
    return {name: "unchanged" if name in same else "written" for name in contents}
