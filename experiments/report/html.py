"""The few pieces of HTML that a report is made of; every text that comes in is escaped here."""

import base64
import re
from collections.abc import Iterable, Sequence
from html import escape
from importlib.resources import files

Row = Sequence[str]
SECTION = 2
"""Level of the headings that `contents` lists."""

_SECTION_HEADING = re.compile(r'<h2 id="([^"]*)">(.*?)</h2>')


def paragraph(text: str, kind: str = "") -> str:
    """Return a paragraph; `kind` is a class of the style sheet."""
    return f"<p{_class(kind)}>{escape(text)}</p>"


def heading(text: str, level: int = 2) -> str:
    """Return a heading; one of a section, level 2, has an anchor of its words for `contents`."""
    anchor = f' id="{_anchor(text)}"' if level == SECTION else ""
    return f"<h{level}{anchor}>{escape(text)}</h{level}>"


def contents(sections: Iterable[str]) -> str:
    """Return links to every section heading that is found in pieces of HTML made here, in their order."""
    found = [match for piece in sections for match in _SECTION_HEADING.findall(piece)]
    links = "".join(f'<li><a href="#{anchor}">{text}</a></li>' for anchor, text in found)
    return f'<nav aria-label="Contents"><ul>{links}</ul></nav>'


def bullets(items: Iterable[str]) -> str:
    """Return a list of sentences."""
    return "<ul>" + "".join(f"<li>{escape(item)}</li>" for item in items) + "</ul>"


def code(text: str) -> str:
    """Return a command to be copied."""
    return f"<pre>{escape(text)}</pre>"


def block(content: str, kind: str) -> str:
    """Return a box of the style sheet's class `kind` around HTML."""
    return f"<div{_class(kind)}>{content}</div>"


def image(png: bytes, shows: str, reading: str) -> str:
    """Return a picture held in the page itself, with its text for those who cannot see it and a caption."""
    data = base64.b64encode(png).decode("ascii")
    source = f"data:image/png;base64,{data}"
    caption = f"<figcaption>{escape(reading)}</figcaption>"
    return f'<figure><img src="{source}" alt="{escape(shows)}">{caption}</figure>'


def table(header: Row, rows: Iterable[Row], caption: str, kind: str = "") -> str:
    """Return a table; a line break in a cell sets what follows smaller, on its own line.

    Parameters
    ----------
    header : sequence of str
        Names of the columns.
    rows : iterable of sequences of str
        Cells, as many a row as `header` has; the first of a row names it.
    caption : str
        What the table shows, with units and intervals.
    kind : str
        Class of the style sheet: ``words`` for cells of words, set from the left and broken into lines.
    """
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in header)
    body = "".join(f"<tr>{_cells(row)}</tr>" for row in rows)
    content = f"<caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody>"
    return f'<div class="scroll"><table{_class(kind)}>{content}</table></div>'


def page(title: str, content: Iterable[str]) -> str:
    """Return a whole page that needs no other file, no network and no script."""
    style = files("experiments.report").joinpath("style.css").read_text(encoding="utf-8")
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(content)
        + "\n</main>\n</body>\n</html>\n"
    )


def _cells(row: Row) -> str:
    """Return the cells of one row of a table."""
    first, *rest = row
    return f'<th scope="row">{escape(first)}</th>' + "".join(f"<td>{_cell(text)}</td>" for text in rest)


def _cell(text: str) -> str:
    """Return the content of a cell, what follows a line break smaller."""
    figure, _, small = text.partition("\n")
    return escape(figure) + (f"<small>{escape(small)}</small>" if small else "")


def _anchor(text: str) -> str:
    """Return the words of a heading as an anchor: ``Is it enough?`` gives ``is-it-enough``."""
    return "-".join(re.findall(r"[a-z0-9]+", text.lower()))


def _class(kind: str) -> str:
    """Return the class attribute, or nothing."""
    return f' class="{kind}"' if kind else ""
