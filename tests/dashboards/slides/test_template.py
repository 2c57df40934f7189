"""A company's template: its master, its places; what it lacks is named; a published review is one itself."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from pptx import Presentation
from pptx.util import Inches

from dashboards.errors import TemplateError
from dashboards.slides.master import CONTENT, FOOT, default_template
from dashboards.slides.template import refuse_template
from tests.dashboards.builder import orders
from tests.dashboards.slides.conftest import Made, Make
from tests.dashboards.slides.office_file import read_deck


def saved(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def test_a_published_review_is_a_template(make: Make, plain: Made, tmp_path: Path) -> None:
    """Its master stays, its slides go, and the same review comes out with the same texts."""
    template = saved(tmp_path / "company.pptx", plain.content)
    again = read_deck(make(orders(), template=template).content)
    assert [slide.texts for slide in again] == [slide.texts for slide in read_deck(plain.content)]


def test_content_stands_where_the_template_wants_it(make: Make, tmp_path: Path) -> None:
    """Charts and tables take the place of the content placeholder of the layout; other placeholders stay unused."""
    office = Presentation(io.BytesIO(default_template()))
    for layout in office.slide_layouts:
        (content,) = [each for each in layout.placeholders if each.placeholder_format.idx == CONTENT]
        content.left, content.top, content.width, content.height = (Inches(i) for i in (3, 2.5, 8, 4))
    office.save(str(tmp_path / "company.pptx"))
    made = Presentation(io.BytesIO(make(orders(), template=tmp_path / "company.pptx").content))
    frames = [shape for slide in made.slides for shape in slide.shapes if shape.has_chart or shape.has_table]
    assert {round(shape.left / 914_400, 2) for shape in frames} >= {3.0}
    assert all(shape.left / 914_400 >= 2.99 and (shape.left + shape.width) / 914_400 <= 11.01 for shape in frames)


def test_what_a_template_lacks_is_named(tmp_path: Path) -> None:
    """Any deck of another house: the layouts that are not there, and those that are."""
    Presentation().save(str(tmp_path / "other.pptx"))
    with pytest.raises(TemplateError, match=r"lacks the layout 'Opening'; the layout 'Finding'.*'Title Slide'"):
        refuse_template(tmp_path / "other.pptx")


def test_a_missing_placeholder_is_named(tmp_path: Path) -> None:
    """The layout is there, and one of its places is not."""
    office = Presentation(io.BytesIO(default_template()))
    layout = office.slide_layouts[1]
    (foot,) = [each for each in layout.placeholders if each.placeholder_format.idx == FOOT]
    layout.shapes._spTree.remove(foot._element)
    office.save(str(tmp_path / "company.pptx"))
    with pytest.raises(TemplateError, match=r"a text for the foot \(placeholder 15\) in the layout 'Finding'"):
        refuse_template(tmp_path / "company.pptx")


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04 broken"])
def test_what_is_no_presentation_is_refused(tmp_path: Path, content: bytes) -> None:
    """A sentence, and no trace of the library."""
    with pytest.raises(TemplateError, match="cannot be read as a PowerPoint template"):
        refuse_template(saved(tmp_path / "company.pptx", content))


def test_a_template_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """Likewise."""
    with pytest.raises(TemplateError, match="cannot be read as a PowerPoint template"):
        refuse_template(tmp_path / "none.pptx")
