"""The rules of a plan register; each broken rule is an error with its line and a remedy."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NoReturn

from songyuan_analysis.errors import CatalogueError, PlanError
from songyuan_analysis.methods.targets import CEILING, doubts
from songyuan_analysis.observations.catalogue import COUNTED, area, indicator
from songyuan_analysis.observations.lines import LineIndex
from songyuan_analysis.plan.commitment import BASE_OPERATORS, KINDS, OPERATORS, same_count
from songyuan_analysis.sheets.units import parse_unit

_ID = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+")
_PERIOD = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(/\d{4}-(0[1-9]|1[0-2]))?|Q[1-4])?")
_NUMBERS = frozenset({"value", "growth"})
HEAD_KEYS = (
    "title",
    "year",
    "area",
    "issuer",
    "source_title",
    "release_date",
    "conf_tier",
    "due",
    "sections",
)
HEAD_OPTIONAL = ("publisher", "address", "note")
COMMITMENT_KEYS = ("id", "section", "name_zh", "name_en", "kind")
COMMITMENT_OPTIONAL = (
    *("indicator", "area", "operator", "value", "unit", "growth", "price_base"),
    *("relative_to", "reference", "due", "note"),
)
BASE_KEYS = ("id", "name_zh", "name_en", "indicator", "measure", "period", "operator")
BASE_OPTIONAL = ("area", "value", "unit", "price_base", "note")


class TableCheck:
    """The checks of one table of the register.

    Parameters
    ----------
    entry : mapping
        The parsed table.
    name, nth : str, int
        Which table it is, to find its lines.
    lines : LineIndex
    file : str
        How to name the register in messages.
    """

    def __init__(self, entry: Mapping[str, Any], name: str, nth: int, lines: LineIndex, file: str) -> None:
        self.entry = entry
        self._name = name
        self._nth = nth
        self._lines = lines
        self._file = file
        self._label = f"“{entry['id']}”" if isinstance(entry.get("id"), str) else f"[{name}]"

    def line(self, key: str = "") -> int:
        """Return the line of a key, or of the table."""
        return self._lines.key(self._name, key, self._nth)

    def fail(self, key: str, what: str, remedy: str) -> NoReturn:
        """Raise `PlanError` at a key."""
        raise PlanError(
            f"{self._label}{what}。", file=self._file, cell=f"第{self.line(key)}行", remedy=remedy
        ) from None

    def keys(self, required: Collection[str], optional: Collection[str]) -> None:
        """Check that all required keys are there and no other than the known ones."""
        for key in self.entry:
            if key not in required and key not in optional:
                known = "、".join((*required, *optional))
                self.fail(key, f"有不认识的键 {key}", f"改正拼写或删去；可用的键：{known}。")
        for key in required:
            if key not in self.entry:
                self.fail("", f"缺少键 {key}", f"在这一条里补上 {key} = …。")
        for key, value in self.entry.items():
            if key not in _NUMBERS | {"year", "sections"} and not isinstance(value, str):
                self.fail(key, f"的 {key} 应为文字", f'写成 {key} = "…"，带引号。')

    def identifier(self, seen: dict[str, int]) -> None:
        """Check the form of the id and that it is new."""
        name = self.entry["id"]
        if not _ID.fullmatch(name):
            self.fail("id", "的 id 不合规则", "用小写字母、数字、下划线和点，如 headline.gdp。")
        if name in seen:
            self.fail("id", f"的 id 与第{seen[name]}行重复", "给其中一条改一个 id。")
        seen[name] = self.line("id")

    def one_of(self, key: str, allowed: Collection[str]) -> None:
        """Check that a value is one of a closed list."""
        if self.entry[key] not in allowed:
            listed = "、".join(f'"{item}"' for item in allowed)
            self.fail(key, f"的 {key} = “{self.entry[key]}”不在允许之列", f"改为其中之一：{listed}。")

    def number(self, key: str) -> Decimal:
        """Return a finite number as written."""
        value = self.entry[key]
        if isinstance(value, bool) or not isinstance(value, (int, Decimal)) or not math.isfinite(value):
            self.fail(key, f"的 {key} 应为一个数", f"写成 {key} = 388，不带引号和单位，单位写在 unit 里。")
        return Decimal(value)

    def known(self, key: str, look_up: Callable[[str], object], where: str) -> None:
        """Check that a code is in the catalogue."""
        try:
            look_up(self.entry[key])
        except CatalogueError:
            self.fail(key, f"的 {key} = “{self.entry[key]}”不在目录里", f"改正代码，或先在 {where} 里登记。")

    def iso_date(self, key: str) -> None:
        """Check an ISO date."""
        try:
            date.fromisoformat(self.entry[key])
        except ValueError:
            self.fail(key, f"的 {key} 不是日期", f'写成 {key} = "2024-12-31"。')

    def unit(self, dimension: str, because: str) -> None:
        """Check that the unit is known and counts what it should."""
        text = self.entry["unit"]
        found = parse_unit(text).dimension
        if not found:
            self.fail("unit", f"的单位“{text}”不认识", "改正单位的写法。")
        if not same_count(found, dimension):
            self.fail("unit", f"的单位“{text}”与{because}不符", "改正单位，或检查 kind 和 indicator。")


def check_head(check: TableCheck) -> None:
    """Check the table ``[plan]``."""
    check.keys(HEAD_KEYS, HEAD_OPTIONAL)
    year = check.entry["year"]
    if isinstance(year, bool) or not isinstance(year, int) or not 1949 < year < 2100:
        check.fail("year", "的 year 应为四位数的年份", "写成 year = 2024。")
    sections = check.entry["sections"]
    if not isinstance(sections, list) or not sections or not all(isinstance(s, str) for s in sections):
        check.fail("sections", "的 sections 应为一串名称", '写成 sections = ["主要预期目标", "五个一批"]。')
    check.known("area", area, "areas.toml")
    check.one_of("conf_tier", ("1", "1-2", "2", "3"))
    check.iso_date("release_date")
    check.iso_date("due")


def check_commitment(check: TableCheck, sections: Collection[str], seen: dict[str, int]) -> None:
    """Check one ``[[commitment]]``; ids met so far are kept in ``seen``."""
    check.keys(COMMITMENT_KEYS, COMMITMENT_OPTIONAL)
    check.identifier(seen)
    check.one_of("section", sections)
    check.one_of("kind", KINDS)
    if "area" in check.entry:
        check.known("area", area, "areas.toml")
    if "due" in check.entry:
        check.iso_date("due")
    kind = check.entry["kind"]
    if kind == "qualitative":
        _forbid(check, ("indicator", "operator", "value", "unit", "growth", "price_base", "relative_to"))
        _forbid(check, ("reference",))
        return
    _require(check, ("indicator", "operator"))
    check.known("indicator", indicator, "indicators.toml")
    check.one_of("operator", OPERATORS[kind])
    _check_price_base(check)
    if kind == "relational":
        _forbid(check, ("value", "unit", "growth"))
        _require(check, ("relative_to",))
        check.known("relative_to", indicator, "indicators.toml")
        return
    _require(check, ("value", "unit"))
    _forbid(check, ("relative_to", "reference"))
    _check_value(check, kind)
    _check_unit(check, kind)


def doubts_about(check: TableCheck, file: str) -> list[str]:
    """Say with file and line what is hard to believe about the number of a commitment that passed its check."""
    entry = check.entry
    numbers = [float(entry[key]) if key in entry else None for key in ("value", "growth")]
    named = f"“{entry['id']}”（{entry['name_zh']}）"
    return [
        f"{file} › 第{check.line('growth' if '同时' in doubt else 'value')}行：{named}{doubt}，请核对原文。"
        for doubt in doubts(str(entry["kind"]), *numbers)
    ]


def check_base(check: TableCheck, seen: dict[str, int]) -> None:
    """Check one ``[[base]]``."""
    check.keys(BASE_KEYS, BASE_OPTIONAL)
    check.identifier(seen)
    check.known("indicator", indicator, "indicators.toml")
    if "area" in check.entry:
        check.known("area", area, "areas.toml")
    check.one_of("measure", ("level", "yoy"))
    check.one_of("operator", BASE_OPERATORS)
    _check_price_base(check)
    if not _PERIOD.fullmatch(check.entry["period"]):
        check.fail("period", "的 period 不是时期", '写成 "2023"、"2023Q3" 或 "2023-01/2023-09"。')
    if check.entry["operator"] == "above the province":
        _forbid(check, ("value", "unit"))
        return
    _require(check, ("value", "unit"))
    check.number("value")
    level = check.entry["measure"] == "level"
    check.unit(indicator(check.entry["indicator"]).dimension if level else "PT", "所登记的指标和 measure")


def _require(check: TableCheck, keys: Collection[str]) -> None:
    what = f"kind = “{check.entry['kind']}”" if "kind" in check.entry else "这一条"
    for key in keys:
        if key not in check.entry:
            check.fail("", f"缺少键 {key}（{what}时必填）", f"补上 {key} = …。")


def _forbid(check: TableCheck, keys: Collection[str]) -> None:
    what = f"kind = “{check.entry['kind']}”" if "kind" in check.entry else "operator 为高于全省"
    for key in keys:
        if key in check.entry:
            check.fail(key, f"在 {what} 时不能有 {key}", f"删去 {key}，或改正 kind。")


def _check_price_base(check: TableCheck) -> None:
    if "price_base" in check.entry:
        check.one_of("price_base", ("comparable", "nominal", "current"))


def _check_value(check: TableCheck, kind: str) -> None:
    value = check.number("value")
    if check.entry["operator"] == CEILING:
        _check_ceiling(check, value)
    if kind == "reduction" and value >= 0:
        check.fail("value", f"是下降目标，value = {value} 却不是负数", f"写成 value = -{abs(value)}。")
    if kind == "count" and (value <= 0 or value != value.to_integral_value()):
        check.fail("value", f"是计数目标，value = {value} 却不是正整数", "写整数；若是金额，kind 用 amount。")
    if kind == "amount" and value <= 0:
        check.fail("value", f"是金额目标，value = {value} 却不是正数", "改正数值。")
    if kind == "share" and not 0 < value <= 100:
        check.fail("value", f"是比重目标，value = {value} 却不在 0 至 100 之间", "比重以百分数填写，如 50。")
    if "growth" in check.entry:
        if kind not in {"count", "amount"}:
            check.fail("growth", f"的 growth 不适用于 kind = “{kind}”", "增速目标写在 value 里。")
        if check.number("growth") <= -100:
            check.fail("growth", "的 growth 不能低到 -100 以下", "改正增速。")


def _check_ceiling(check: TableCheck, value: Decimal) -> None:
    if value < 0:
        check.fail("value", f"是上限，value = {value} 却是负数", '下降多少以上，写 kind = "reduction"。')
    if "growth" in check.entry:
        check.fail("growth", "是上限，不能再有 growth", "删去 growth，或改正 operator。")


def _check_unit(check: TableCheck, kind: str) -> None:
    own = indicator(check.entry["indicator"]).dimension
    if kind in {"growth", "reduction", "share"}:
        check.unit("PT", f"kind = “{kind}”（应为 %）")
        if kind == "share" and own != "PT":
            check.fail("indicator", "是比重目标，所指的指标却不是比率", "改正 indicator 或 kind。")
        return
    if own not in (COUNTED if kind == "count" else {"CNY"}):
        check.fail(
            "kind", f"的 kind = “{kind}”与指标 {check.entry['indicator']} 不符", "改正 kind 或 indicator。"
        )
    check.unit(own, f"指标 {check.entry['indicator']}")
