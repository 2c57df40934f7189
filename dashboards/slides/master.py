"""The default template: a plain master in the product's colours, 16:9, with the two layouts of slides."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO

from lxml import etree
from pptx import Presentation
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.presentation import Presentation as Deck
from pptx.slide import SlideLayout
from pptx.util import Emu, Inches

from dashboards.slides.slide import FINDING, OPENING

WIDTH, HEIGHT = Inches(13.333), Inches(7.5)
SUBTITLE, CONTENT, FOOT = 13, 14, 15
"""The numbers (idx) of the placeholders beside the title."""
_NS = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
)
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_COLOURS = {
    "dk1": "14202B", "lt1": "FFFFFF", "dk2": "566472", "lt2": "F5F6F8", "accent1": "3B4A59", "accent2": "C07A35",
    "accent3": "8A96A3", "accent4": "6B3FA0", "accent5": "9AA6B2", "accent6": "0B5CAD", "hlink": "0B5CAD",
    "folHlink": "6B3FA0",
}  # fmt: skip
_PLACES = {  # left, top, width, height in inches, size in points, bold, colour, anchor
    OPENING: {
        0: (0.6, 0.55, 12.13, 1.45, 30, 1, "tx1", "b"), SUBTITLE: (0.6, 2.05, 12.13, 0.45, 14, 0, "tx2", "t"),
        CONTENT: (0.6, 2.75, 12.13, 3.95, 14, 0, "tx1", "t"), FOOT: (0.6, 6.98, 11.2, 0.34, 10, 0, "tx2", "ctr"),
    },
    FINDING: {
        0: (0.6, 0.4, 12.13, 0.88, 24, 1, "tx1", "b"), SUBTITLE: (0.6, 1.3, 12.13, 0.56, 13, 0, "tx2", "t"),
        CONTENT: (0.6, 2.0, 12.13, 4.85, 12, 0, "tx1", "t"), FOOT: (0.6, 6.98, 11.2, 0.34, 10, 0, "tx2", "ctr"),
    },
}  # fmt: skip
_NAMES = {0: "Title", SUBTITLE: "Subtitle", CONTENT: "Content", FOOT: "Foot"}
_Place = tuple[float, float, float, float, int, int, str, str]


@lru_cache(maxsize=1)
def default_template() -> bytes:
    """The template as a file, made once."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = WIDTH, HEIGHT
    layouts = deck.slide_layouts
    for layout in list(layouts)[2:]:
        layouts.remove(layout)
    for layout, name in zip(layouts, _PLACES, strict=True):
        _draw_layout(layout, name)
    _draw_master(deck)
    out = BytesIO()
    deck.save(out)
    return out.getvalue()


def _draw_layout(layout: SlideLayout, name: str) -> None:
    tree = layout.shapes._spTree
    for shape in list(layout.shapes):
        tree.remove(shape._element)
    for number, (idx, place) in enumerate(_PLACES[name].items(), 2):
        tree.append(_placeholder(number, idx, place))
    tree.append(_page_number(len(_PLACES[name]) + 2))
    layout.name = name
    layout._element.attrib.pop("type", None)  # no layout of the default kinds any more


def _draw_master(deck: Deck) -> None:
    """Theme colours and letters; the placeholders of the master moved to where those of a slide are."""
    theme = deck.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    root = etree.fromstring(theme.blob)
    for name, colour in _COLOURS.items():
        slot = root.find(f".//{_A}clrScheme/{_A}{name}")
        slot[:] = [etree.fromstring(f'<a:srgbClr {_NS} val="{colour}"/>')]
    root.find(f".//{_A}clrScheme").set("name", "streamgauge")
    for latin in root.findall(f".//{_A}fontScheme//{_A}latin"):
        latin.set("typeface", "Arial")
    theme._blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    places = iter((_PLACES[FINDING][0], _PLACES[FINDING][CONTENT]))
    for shape in list(deck.slide_master.placeholders):
        place = next(places, None)
        if place is None:
            deck.slide_master.shapes._spTree.remove(shape._element)
            continue
        shape.left, shape.top, shape.width, shape.height = (Emu(Inches(inches)) for inches in place[:4])


def _placeholder(number: int, idx: int, place: _Place) -> etree._Element:
    left, top, width, height, size, bold, colour, anchor = place
    kind = 'type="title"' if idx == 0 else f'type="body" sz="quarter" idx="{idx}"' if idx != CONTENT else f'idx="{idx}"'
    x, y, cx, cy = (int(Inches(inches)) for inches in (left, top, width, height))
    return etree.fromstring(
        f'<p:sp {_NS}><p:nvSpPr><p:cNvPr id="{number}" name="{_NAMES[idx]}"/><p:cNvSpPr><a:spLocks noGrp="1"/>'
        f"</p:cNvSpPr><p:nvPr><p:ph {kind}/></p:nvPr></p:nvSpPr>"
        f'<p:spPr><a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{cx}" cy="{cy}"/></a:xfrm></p:spPr>'
        f'<p:txBody><a:bodyPr lIns="0" tIns="0" rIns="0" bIns="0" anchor="{anchor}"><a:noAutofit/></a:bodyPr>'
        f'<a:lstStyle><a:lvl1pPr marL="0" indent="0" algn="l"><a:spcBef><a:spcPts val="0"/></a:spcBef><a:buNone/>'
        f'<a:defRPr sz="{size * 100}" b="{bold}"><a:solidFill><a:schemeClr val="{colour}"/></a:solidFill></a:defRPr>'
        f"</a:lvl1pPr></a:lstStyle><a:p><a:r><a:rPr/><a:t>{_NAMES[idx]}</a:t></a:r></a:p></p:txBody></p:sp>",
        _parser(),
    )


def _page_number(number: int) -> etree._Element:
    """The number of the slide: drawn by the layout, so that each slide has it."""
    x, y, cx, cy = (int(Inches(inches)) for inches in (11.9, 6.98, 0.83, 0.34))
    return etree.fromstring(
        f'<p:sp {_NS}><p:nvSpPr><p:cNvPr id="{number}" name="Page"/><p:cNvSpPr txBox="1"/><p:nvPr userDrawn="1"/>'
        f'</p:nvSpPr><p:spPr><a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{cx}" cy="{cy}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr>'
        '<p:txBody><a:bodyPr lIns="0" tIns="0" rIns="0" bIns="0" anchor="ctr"/><a:p><a:pPr algn="r"/>'
        '<a:fld id="{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}" type="slidenum"><a:rPr sz="1000">'
        '<a:solidFill><a:schemeClr val="tx2"/></a:solidFill></a:rPr><a:t>‹#›</a:t></a:fld></a:p></p:txBody></p:sp>',
        _parser(),
    )


def _parser() -> etree.XMLParser:
    """The parser of python-pptx, so that elements have its classes."""
    from pptx.oxml import oxml_parser

    return oxml_parser
