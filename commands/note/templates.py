"""What `note` tells of its templates: which there are, and how one is written."""

from ...core.conversation import TemplateEntry, TemplateList
from ...core.errors import DONE
from ...prompts.template import SHIPPED, load_template, template_text
from ...terminal.views.note import template_view, templates_view
from ..workplace import Workplace


def show_templates(place: Workplace, name: str | None) -> int:
    """Print the template of a name as it is written, or, for `None`, tell which there are."""
    if name is not None:
        load_template(name)  # what is wrong with it is said instead
        place.screen.show(template_view(template_text(name)))
        return DONE
    entries = [
        TemplateEntry(
            name=one.name, summary=one.summary, words=one.words, sections=[part.heading for part in one.sections]
        )
        for one in map(load_template, SHIPPED)
    ]
    listed = TemplateList(templates=entries)
    place.show(listed, templates_view(listed))
    return DONE
