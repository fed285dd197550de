"""The shapes of a picture: each says by its form and place what its colour says too."""

from __future__ import annotations

from typing import Literal, TypeAlias

from retention_rules.display._strips import number
from retention_rules.texts import Text

Role: TypeAlias = Literal[
    "trigger", "paid", "released", "forbidden", "doubtful", "amendment", "other"
]

# Of the colours that the colour-blind can tell apart, those that stand out from white and from
# near-black alike.
BLUE = "#2f80d0"
GREEN = "#14906c"
RED = "#d9591c"
AXIS = 'stroke="currentColor" stroke-opacity=".18"'

_GOOD = ("fulfilled", "repaired", "released", "left")
_BAD = ("breached", "lapsed", "violated")
_TALL = 5


def mark(role: Role, x: float, y: float, *, half: float = 0.0) -> str:
    """An event; with `half` the whole of a day, as a line on either side of it."""
    at = f'transform="translate({number(x)} {number(y)})"'
    day = (
        f'<path d="M{number(x - half)} {number(y)}h{number(2 * half)}" stroke="currentColor" '
        'stroke-opacity=".5" stroke-dasharray="2 3"/>'
        if half
        else ""
    )
    return f'{day}<g class="{role}" {at}>{_FORMS[role]}</g>'


_FORMS: dict[Role, str] = {
    "trigger": '<path d="M-6 0 0-6 6 0 0 6z"/>',
    "paid": (
        f'<circle r="6.5" fill="{GREEN}"/>'
        '<path d="M-3 0-1 2.5 3-2.5" fill="none" stroke="#fff" stroke-width="1.8"/>'
    ),
    "released": (
        f'<path d="M-5-5H5V5H-5zM-2.5 0h5" fill="none" stroke="{BLUE}" stroke-width="1.8"/>'
    ),
    "forbidden": (
        f'<path d="M0-7 7 6H-7z" fill="{RED}"/><path d="M0-2V2M0 3.4v1.4" stroke="#fff" '
        'stroke-width="1.6"/>'
    ),
    "doubtful": (
        f'<path d="M0-7 7 6H-7z" fill="none" stroke="{RED}" stroke-width="1.5" '
        'stroke-dasharray="3 2"/>'
    ),
    "amendment": '<path d="M-4-4 4 4M4-4-4 4" stroke="currentColor" stroke-width="1.8"/>',
    "other": '<circle r="5" fill="none" stroke="currentColor" stroke-opacity=".7"/>',
}


def bar(first: float, last: float, y: float, *, late: float = 0, thin: float = 0) -> str:
    """A window, and after the line at its end what is still worth doing late.

    Args:
        first: Where it begins.
        last: Where it ends.
        y: Its middle.
        late: How far it is worth doing after that; negative if the window has no end.
        thin: What is left of the height of the late part where it is cut off.
    """
    length = max(1.0, last - first)
    window = (
        f'<rect class="window" x="{number(first)}" y="{number(y - _TALL)}" '
        f'width="{number(length)}" height="{2 * _TALL}"/>'
    )
    edge = f'<path d="M{number(last - 1)} {number(y - 7)}h2v14h-2z"/>' if late >= 0 else ""
    falls = number(_TALL * (1 - thin))
    tail = (
        f'<path class="tail" d="M{number(last)} {number(y - _TALL)}l{number(late)} {falls}'
        f'v{number(2 * _TALL * thin)}l-{number(late)} {falls}z" opacity=".35"/>'
        if late > 0
        else ""
    )
    return f'<g fill="{BLUE}">{window}{edge}{tail}</g>'


def target(x: float, y: float) -> str:
    """An earlier goal: a notch in the bar."""
    return (
        f'<path class="target" d="M{number(x)} {number(y - 8)}v16" stroke="currentColor" '
        'stroke-width="2" stroke-dasharray="3 2"/>'
    )


def pointer(status: str, x: float, y: float) -> str:
    """An instant that was asked about: it points up to its place on the strip."""
    colour = GREEN if status in _GOOD else RED if status in _BAD else BLUE
    drawn = f'fill="{colour}"'
    if status in ("nothing", "indeterminate"):
        drawn = 'fill="none" stroke="currentColor"'
        drawn += ' stroke-dasharray="2 1.5"' if status == "indeterminate" else ""
    return f'<path class="asked" d="M{number(x)} {number(y - 6)}l5 10h-10z" {drawn}/>'


LEGEND: tuple[tuple[str, int, Text], ...] = (
    (_FORMS["trigger"], 18, Text("it begins", "由此产生")),
    (_FORMS["paid"], 18, Text("done by this", "以此办妥")),
    (_FORMS["released"], 18, Text("freed by this", "由此免除")),
    (_FORMS["forbidden"], 18, Text("not allowed", "不允许")),
    (_FORMS["doubtful"], 18, Text("perhaps not allowed", "或许不允许")),
    (_FORMS["other"], 18, Text("neither begins nor settles it", "既不产生也不了结")),
    (_FORMS["amendment"], 18, Text("the record is amended", "更改记录")),
    (
        bar(-8, 14, 0, late=20),
        44,
        Text("to be done; late, but worth it", "应办；逾期仍值得补办"),
    ),
    (target(0, 0), 18, Text("better by then", "最好在此之前")),
    (pointer("fulfilled", 0, 0), 18, Text("asked here", "此时查询")),
)
"""Each shape, how wide it is, and its meaning."""
