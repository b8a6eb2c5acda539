"""Traffic lights by published rules or one's own: data in TOML, never applied unless asked for, silent where they are."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import combinations
from pathlib import Path
from typing import Any, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from songyuan_analysis.errors import LightsError, UsageError
from songyuan_analysis.handwritten import parse, read_text
from songyuan_analysis.methods.bands import Bands
from songyuan_analysis.methods.precision import Interval
from songyuan_analysis.methods.targets import OPERATORS
from songyuan_analysis.observations.catalogue import catalogue
from songyuan_analysis.observations.lines import LineIndex

LIGHTS: Mapping[str, str] = {
    "green": "绿灯",
    "yellow": "黄灯",
    "red": "红灯",
    "undefined": "未定义",
    "undecided": "精度内不能判定",
    "": "缺数",
}
COLOURS = ("green", "yellow", "red")
_LISTS = ("kinds", "indicators")
QUANTITIES = ("value", "lead", "least_lead", "shortfall")
BOUNDS = ("at_least", "above", "at_most", "below")
_NOISE = 9  # decimals that count; completion and calendar are quotients


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one quantity; ends may be open or infinite."""

    low: float = -math.inf
    high: float = math.inf
    low_open: bool = True
    high_open: bool = True

    def holds(self, number: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Say for each number whether it lies within."""
        above = number > self.low if self.low_open else number >= self.low
        below = number < self.high if self.high_open else number <= self.high
        return np.asarray(above & below, np.bool_)

    def meets(self, other: Span) -> bool:
        """Whether two stretches share a number."""
        low, high = max(self.low, other.low), min(self.high, other.high)
        if low != high:
            return low < high
        ends = ((self.low, self.low_open), (other.low, other.low_open), (self.high, self.high_open))
        return not any(end == low and is_open for end, is_open in (*ends, (other.high, other.high_open)))

    @property
    def empty(self) -> bool:
        """Whether no number lies within."""
        return self.low > self.high or (self.low == self.high and (self.low_open or self.high_open))


@dataclass(frozen=True, slots=True)
class Band:
    """A light and what must hold for it: a stretch for each quantity that it names."""

    light: str
    spans: Mapping[str, Span]

    def meets(self, other: Band) -> bool:
        """Whether a figure can lie in both bands."""
        names = {*self.spans, *other.spans}
        return all(self.spans.get(n, Span()).meets(other.spans.get(n, Span())) for n in names)


@dataclass(frozen=True, slots=True)
class Rules:
    """One rule set.

    Attributes
    ----------
    id, name_zh, source : str
    bands : tuple of Band
        What none of them covers is undefined; so is what two lights claim, where `overlaps` says that they do.
    overlaps : bool
        Whether the published text is known to give some figures two colours.
    kinds, indicators : tuple of str or None
        Which kinds of targets and which indicators the rules are for; None is all, an empty tuple no target of a plan.
    """

    id: str
    name_zh: str
    source: str
    bands: tuple[Band, ...]
    overlaps: bool = False
    kinds: tuple[str, ...] | None = None
    indicators: tuple[str, ...] | None = None

    def fits(self, kind: str, code: str) -> bool:
        """Whether the rules are for a kind of target and an indicator."""
        return (self.kinds is None or kind in self.kinds) and (
            self.indicators is None or code in self.indicators
        )

    @property
    def quantities(self) -> frozenset[str]:
        """The quantities that the rules look at."""
        return frozenset(name for band in self.bands for name in band.spans)

    @property
    def needs_target(self) -> bool:
        """Whether the rules compare with a target."""
        return any(name != "value" for band in self.bands for name in band.spans)

    @property
    def needs_reference(self) -> bool:
        """Whether the rules compare with a second figure beside the target."""
        return any("least_lead" in band.spans for band in self.bands)


@overload
def light(
    value: float | Interval, target: float | None, rules: Rules | str, reference: float | None = None
) -> str: ...
@overload
def light(
    value: ArrayLike | Bands,
    target: ArrayLike | None,
    rules: Rules | str,
    reference: ArrayLike | None = None,
) -> NDArray[np.object_]: ...
def light(value: Any, target: Any, rules: Rules | str, reference: Any = None) -> str | NDArray[np.object_]:
    """Return the light that rules give a figure: green, yellow, red, undefined, undecided, or "" if a number lacks.

    Parameters
    ----------
    value : float, Interval, array_like or Bands
        The figure: completion in % or growth in %, as the rules want it. With a precision, a light counts only if
        all of low, mid and high have it; else it is ``undecided``.
    target : float or array_like or None
        What it is set against (序时进度, planned growth), exact; None for rules that look at the figure alone.
    rules : Rules or str
        A rule set, or the id of a published one (`published_rules`). There is no default.
    reference : float or array_like, optional
        The second figure of rules that have one (the city's average growth).

    Raises
    ------
    UsageError
        If the rules are not known, or need a target or a reference that was not given.

    Examples
    --------
    >>> light(60.0, 66.7, "yinchuan_2025_projects")
    'undefined'
    """
    chosen = _chosen(rules)
    if chosen.needs_target and target is None:
        raise UsageError(f"规则“{chosen.name_zh}”要与目标相比，没有给目标。", remedy="给出 target。")
    if chosen.needs_reference and reference is None:
        raise UsageError(
            f"规则“{chosen.name_zh}”要与参照相比，没有给参照。", remedy="给出 reference，如全市平均增速。"
        )
    single = isinstance(value, Interval) or (np.ndim(value) == 0 and not isinstance(value, Bands))
    ends = (value.low, value.mid, value.high) if isinstance(value, Interval | Bands) else (value,)
    lights = [_lights(np.atleast_1d(np.asarray(x, np.float64)), target, reference, chosen) for x in ends]
    first = lights[0]
    for other in lights[1:]:
        first = np.where(first == other, first, "undecided").astype(object)
    if len(lights) > 1:
        first[lights[1] == ""] = ""
    return str(first[0]) if single and len(first) == 1 else first


def _lights(value: NDArray[np.float64], target: Any, reference: Any, rules: Rules) -> NDArray[np.object_]:
    goal, other = (np.nan if x is None else np.asarray(x, np.float64) for x in (target, reference))
    with np.errstate(all="ignore"):
        numbers = {
            "value": value,
            "lead": value - goal,
            "least_lead": np.minimum(value - goal, value - other),
            # Short of a target that is not positive has no measure in per cent of it.
            "shortfall": np.where(np.asarray(goal) > 0, 100 * (goal - value) / goal, np.nan),
        }
    used = {name for band in rules.bands for name in band.spans}
    rounded = {
        name: np.round(np.broadcast_to(numbers[name], _shape(value, target, reference)), _NOISE)
        for name in used
    }
    shape = _shape(value, target, reference)
    claimed = {
        colour: np.logical_or.reduce(
            [np.zeros(shape, np.bool_)]
            + [
                np.logical_and.reduce([span.holds(rounded[name]) for name, span in band.spans.items()])
                for band in rules.bands
                if band.light == colour
            ]
        )
        for colour in COLOURS
    }
    # Numbers first and words last: arrays of texts are slow to choose among.
    number = sum(claimed[colour].astype(np.int8) for colour in COLOURS)
    index = sum(claimed[colour] * np.int8(at) for at, colour in enumerate(COLOURS))
    lacking = np.logical_or.reduce([np.isnan(x) for x in rounded.values()])
    found = np.where(lacking, 4, np.where(number == 1, index, 3))
    return np.array([*COLOURS, "undefined", ""], object)[found]


def _shape(*numbers: Any) -> tuple[int, ...]:
    return np.broadcast_shapes(*(np.shape(np.atleast_1d(x)) for x in numbers if x is not None))


def _chosen(rules: Rules | str) -> Rules:
    if isinstance(rules, Rules):
        return rules
    known = published_rules()
    if rules not in known:
        raise UsageError(
            f"没有名为“{rules}”的亮灯规则。",
            remedy=f"已有：{'、'.join(known)}；自己的规则用 load_lights 读入。",
        )
    return known[rules]


@cache
def published_rules() -> dict[str, Rules]:
    """Return the rule sets that ship with the package, by id."""
    text = resources.files("songyuan_analysis.methods").joinpath("lights.toml").read_text(encoding="utf-8")
    return read_lights(text, "lights.toml")


def load_lights(path: str | Path) -> dict[str, Rules]:
    """Read rule sets of one's own from a TOML file in the form of the package's ``lights.toml``.

    Raises
    ------
    LightsError
        If the file cannot be read or breaks a rule; all mistakes are named with their lines. Bands of different
        lights must not overlap (unless ``overlaps = "undefined"``); gaps are allowed and are undefined.
    """
    path = Path(path)
    try:
        text = read_text(path, LightsError)
    except OSError as error:
        raise LightsError("读不到亮灯规则。", file=str(path), remedy="检查路径。") from error
    return read_lights(text, path.name)


def read_lights(text: str, file: str) -> dict[str, Rules]:
    """Read rule sets from a text; see `load_lights`."""
    document = parse(text, LightsError, file)
    reading = _Reading(LineIndex(text))
    found = reading.document(document)
    if reading.mistakes:
        lines = sorted(reading.mistakes)
        raise LightsError(
            "；".join(f"第{line}行：{what}" for line, what in lines) + "。",
            file=file,
            cell=f"第{lines[0][0]}行",
            remedy="逐条改正；写法见随程序的 lights.toml。",
        )
    return found


class _Reading:
    """Reads rule sets and keeps every mistake with its line."""

    def __init__(self, lines: LineIndex) -> None:
        self._lines = lines
        self._bands = 0
        self.mistakes: list[tuple[int, str]] = []

    def document(self, document: Mapping[str, Any]) -> dict[str, Rules]:
        found: dict[str, Rules] = {}
        for key in document:
            if key != "rules":
                self.mistakes.append((self._lines.key("", key), f"有不认识的表或键 {key}，只能有 [[rules]]"))
        entries = document.get("rules", [])
        if not isinstance(entries, list) or not entries or not all(isinstance(e, dict) for e in entries):
            self.mistakes.append((1, "至少写一个 [[rules]]，用双方括号"))
            return found
        for nth, entry in enumerate(entries):
            rules = self._rules(entry, nth)
            if rules.id in found:
                self._wrong("rules", nth, "id", f"id“{rules.id}”重复")
            found[rules.id] = rules
        return found

    def _wrong(self, table: str, nth: int, key: str, what: str) -> None:
        self.mistakes.append((self._lines.key(table, key, nth), what))

    def _rules(self, entry: Mapping[str, Any], nth: int) -> Rules:
        for key in sorted(set(entry) - {"id", "name_zh", "source", "overlaps", "band", *_LISTS}):
            self._wrong("rules", nth, key, f"有不认识的键 {key}")
        for key in ("id", "name_zh", "source"):
            if not isinstance(entry.get(key), str) or not entry[key]:
                self._wrong("rules", nth, key, f"缺少 {key}，或 {key} 不是文字")
        overlaps = entry.get("overlaps", "")
        if overlaps not in ("", "undefined"):
            self._wrong("rules", nth, "overlaps", 'overlaps 只能写 "undefined"')
        lists = {key: self._list(entry[key], key, nth) for key in _LISTS if key in entry}
        bands, first = [], self._bands
        tables = entry.get("band", [])
        if not isinstance(tables, list) or not tables or not all(isinstance(band, dict) for band in tables):
            self._wrong("rules", nth, "band", "至少写一个 [[rules.band]]")
            tables = []
        for table in tables:
            bands.append(self._band(table, self._bands))
            self._bands += 1
        known = [(at, band) for at, band in enumerate(bands, start=first) if band is not None]
        for (at, one), (later, other) in combinations(known, 2):
            if not overlaps and one.light != other.light and one.meets(other):
                lines = self._lines.table("rules.band", at), self._lines.table("rules.band", later)
                self.mistakes.append(
                    (lines[1], f"{LIGHTS[other.light]}与第{lines[0]}行的{LIGHTS[one.light]}重叠")
                )
        return Rules(
            str(entry.get("id", "")), str(entry.get("name_zh", "")), str(entry.get("source", "")),
            tuple(band for _, band in known), bool(overlaps), **lists,
        )  # fmt: skip

    def _list(self, entry: Any, key: str, nth: int) -> tuple[str, ...]:
        if not isinstance(entry, list) or not all(isinstance(word, str) for word in entry):
            self._wrong("rules", nth, key, f'{key} 应写成 ["…"] 的样子')
            return ()
        known = set(OPERATORS) if key == "kinds" else {item.code for item in catalogue()}
        for word in sorted(set(entry) - known):
            what = f"可用 {'、'.join(OPERATORS)}" if key == "kinds" else "要用指标目录里的代码"
            self._wrong("rules", nth, key, f"{key} 里有不认识的 {word}，{what}")
        return tuple(entry)

    def _band(self, entry: Mapping[str, Any], nth: int) -> Band | None:
        before = len(self.mistakes)
        colour = entry.get("light")
        if colour not in COLOURS:
            self._wrong("rules.band", nth, "light", f"light 应为 {'、'.join(COLOURS)} 之一")
        for key in sorted(set(entry) - {"light", *QUANTITIES}):
            self._wrong("rules.band", nth, key, f"有不认识的量 {key}，可用 {'、'.join(QUANTITIES)}")
        spans = {name: self._span(entry[name], name, nth) for name in QUANTITIES if name in entry}
        if not spans:
            self._wrong("rules.band", nth, "", "没有写任何界限")
        return Band(str(colour), spans) if len(self.mistakes) == before else None

    def _span(self, entry: Any, name: str, nth: int) -> Span:
        if not isinstance(entry, dict) or not entry:
            self._wrong("rules.band", nth, name, f"{name} 应写成 {{ at_least = 0 }} 的样子")
            return Span()
        for key, number in entry.items():
            if key not in BOUNDS:
                self._wrong("rules.band", nth, name, f"有不认识的界限 {key}，可用 {'、'.join(BOUNDS)}")
            elif (
                isinstance(number, bool) or not isinstance(number, (int, float)) or not math.isfinite(number)
            ):
                self._wrong("rules.band", nth, name, f"{key} 应为一个数")
                return Span()
        if {"at_least", "above"} <= set(entry) or {"at_most", "below"} <= set(entry):
            self._wrong("rules.band", nth, name, f"{name} 的同一端写了两个界限")
        low = next((entry[key] for key in ("at_least", "above") if key in entry), -math.inf)
        high = next((entry[key] for key in ("at_most", "below") if key in entry), math.inf)
        span = Span(
            float(low),
            float(high),
            "at_least" not in entry,
            "at_most" not in entry,
        )
        if span.empty:
            self._wrong("rules.band", nth, name, f"{name} 的下限不低于上限，没有数能落在里面")
        return span
