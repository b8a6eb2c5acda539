"""Which rules of traffic lights somebody asked for: a published set by its city or id, or a file of one's own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from songyuan_analysis.errors import UsageError
from songyuan_analysis.methods.lights import Rules, load_lights, published_rules

PRESETS: Mapping[str, str] = {
    "yinchuan": "yinchuan_",
    "银川": "yinchuan_",
    "tianjin": "tianjin_",
    "天津": "tianjin_",
}


def choose_lights(name: str | Path) -> tuple[Rules, ...]:
    """Return the rule sets that somebody asked for: ``yinchuan``, ``tianjin``, the id of a set, or a file of one's own.

    Raises
    ------
    UsageError
        If the name is none of these; the message lists them.
    LightsError
        If the file cannot be read or breaks a rule.
    """
    text, known = str(name), published_rules()
    if text in known:
        return (known[text],)
    if text in PRESETS:
        return tuple(rules for key, rules in known.items() if key.startswith(PRESETS[text]))
    if Path(text).suffix == ".toml":
        return tuple(load_lights(text).values())
    raise UsageError(
        f"没有名为“{text}”的亮灯规则。",
        remedy=f"可用：{'、'.join(('yinchuan（银川）', 'tianjin（天津）', *known))}，或自己的 .toml 文件。",
    )
