"""Whether the static drawer can see a Chinese typeface."""

from __future__ import annotations

import importlib
from functools import cache
from pathlib import Path

import vl_convert

from songyuan_analysis.briefing import theme

_PROBE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="24">'
    '<text y="18" font-family="{face}">{text}</text></svg>'
)
# Package of the [fonts] extra: Noto Sans SC under the Open Font License.
_BUNDLED = "pylopdf_fonts_zh_cn"


def visible(face: str) -> bool:
    """Tell whether vl-convert draws anything for a Chinese character in this face.

    vl-convert gives neither error nor warning for a missing face, it leaves the text out: ink is the test.

    Parameters
    ----------
    face : str
        Name of one font family.

    Returns
    -------
    bool
        Whether the picture differs from an empty one.
    """
    blank = vl_convert.svg_to_png(_PROBE.format(face=face, text=""))
    return bool(vl_convert.svg_to_png(_PROBE.format(face=face, text="松")) != blank)


@cache
def chinese_face() -> str:
    """Return the Chinese face that charts are drawn with, ``""`` if there is none.

    A machine without one may have the package of the ``[fonts]`` extra, whose folder is then registered.

    Returns
    -------
    str
        Name of the first visible face of the house list.
    """
    named = theme.FONTS[:-1]
    found = next((face for face in named if visible(face)), "")
    if found:
        return found
    try:
        module = importlib.import_module(_BUNDLED)
    except ModuleNotFoundError:
        return ""
    vl_convert.register_font_directory(str(Path(str(module.__file__)).parent))
    return next((face for face in named if visible(face)), "")
