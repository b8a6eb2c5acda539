"""What the parts of a label path say: areas, measures, scopes, statuses, plans, and names of indicators."""

from __future__ import annotations

import re

from songyuan_analysis.observations.catalogue import RELATIVE_AREAS, Catalogue, brackets, normalise
from songyuan_analysis.observations.entries import MeasureWord
from songyuan_analysis.sheets.periods import parse_fragment
from songyuan_analysis.sheets.timewords import is_last_year
from songyuan_analysis.sheets.units import parse_unit

# Words that make a figure a plan. Not in names (一般公共预算, 计划投资, 预期寿命, 预期性指标), not where the outcome is held
# against the plan (完成计划%, 占预算, 比预算增减, 计划完成率).
_PLAN = re.compile(
    r"(?:年度|全年|年初|年末|调整|规划|累计|变动|(?<!\d)年)*"
    r"(?:计划(?!生育|总?投资|单列|完成|执行|进度)|预期(?!寿命|性)|目标(?!完成|进度|责任)"
    r"|(?<!公共)(?<!基金)(?<!经营)(?<!保险)(?<!财政)预算(?!内|外|收入|支出|完成|执行|单位|管理))"
    r"(?:目标|任务|指标|安排|数|值)*"
)
_AGAINST_THE_PLAN = re.compile("(?:完成|占|比|较|与|超|距|欠)[^/]*(?:计划|预期|目标|预算)")
_FORECAST = re.compile("预计|预测|估计")
_EMPTY_BRACKET = re.compile(r"[(（]\s*[)）]")
# What a column of outcomes is called; below a plan it is either of the two.
_OUTCOME = re.compile("完成|实际|实绩|执行")


class LabelParts:
    """Sorts the parts of the label paths into areas, measures, scopes and names of indicators."""

    def __init__(self, words: Catalogue) -> None:
        self.words = words
        self.areas: list[str] = []
        self.relative = ""
        self.measure: MeasureWord | None = None
        self.scopes: list[str] = []
        self.statuses: list[str] = []
        self.strange = ""
        self.planned = False
        self.forecast = ""
        self.outcome = False
        self.row_parts: list[str] = []
        self.column_parts: list[str] = []

    def read(self, part: str, *, row: bool) -> None:
        """Take in one part of the row path or of the column path."""
        outside, inside = brackets(part)
        known = [self._bracket(text) for text in inside]
        text = self._without_plan(outside if inside and all(known) else part)
        if not normalise(text) or (_is_period(text) and not self._is_base(text)):
            return
        area = self.words.find_area(text)
        if area:
            self.areas.append(area)
        elif normalise(text) in RELATIVE_AREAS:
            self.relative = text
        elif (prefixed := self._measure_of_an_area(text)) is not None:
            self.relative, self.measure = prefixed
        elif self._is_base(text):
            self.measure = self.words.find_measure("上年同期")
        elif (word := self.words.find_measure(text) or self._measure_of_a_time(text)) is not None:
            # 本月 or 绝对量 says less than 增速, on whichever axis it stands.
            if self.measure is None or word.measure != "level":
                self.measure = word
        else:
            (self.row_parts if row else self.column_parts).append(text)

    def _without_plan(self, text: str) -> str:
        """Take the words of a plan or a forecast out of a label and remember them: they hold for the whole path."""
        if self.words.find_indicator([text]):
            return text
        if _FORECAST.search(text):
            self.forecast = self.forecast or text
        if _AGAINST_THE_PLAN.search(text):
            return text
        plain = _PLAN.sub("", text)
        if plain == text:
            self.outcome = self.outcome or _OUTCOME.search(text) is not None
            return text
        self.planned = True
        return _EMPTY_BRACKET.sub("", plain)

    def refusal(self) -> str:
        """Say why the figure is not a published result although its indicator may be known, or return ""."""
        if self.forecast:
            return f"“{self.forecast}”是预计数，不是公布的结果"
        listed = self.measure is not None and self.measure.measure in {"level", "level_before"}
        if self.planned and self.outcome and listed:
            return "看不出是计划数还是完成数"
        return ""

    def complaint(self) -> str:
        """Say why no indicator was found, naming the label that is not understood."""
        if self.strange:
            return f"标签“{self.strange}”不认识，不知道它把指标变成了什么"
        return "指标名称不在目录里"

    def _is_base(self, text: str) -> bool:
        """Whether a time is that of the base of a growth rate, which may be restated: 上年同期."""
        word = self.words.find_measure(text)
        listed = word is not None and word.measure == "level_before"
        return listed or ("同" in text and is_last_year(text))

    def _measure_of_an_area(self, text: str) -> tuple[str, MeasureWord] | None:
        """Read 全省增速: a word for the area above and a word of measure. 全省位次 is a measure by itself."""
        if self.words.find_measure(text) is not None:
            return None
        label = normalise(text)
        for name in RELATIVE_AREAS:
            word = self.words.find_measure(label.removeprefix(name)) if label.startswith(name) else None
            if word is not None:
                return name, word
        return None

    def _measure_of_a_time(self, text: str) -> MeasureWord | None:
        """Read 2021—2025年累计目标: a time and a word of measure, nothing else."""
        halves = self.words.split_measure(text)
        return halves[1] if halves and _is_period(halves[0]) else None

    def _bracket(self, text: str) -> bool:
        """Take in what a bracket says; False where its words are not all known."""
        pieces = [normalise(piece) for piece in text.replace(",", "，").replace("、", "，").split("，")]
        for piece in pieces:
            if piece in self.words.scopes:
                self.scopes.append(self.words.scopes[piece])
            elif piece in self.words.statuses:
                self.statuses.append(self.words.statuses[piece])
            elif (rest := self._without_plan(piece)) and not (
                parse_unit(rest).known or _is_period(rest) or self.words.is_heading(rest)
            ):
                return False
        return True

    def indicator(self, title: str) -> tuple[str, MeasureWord | None]:
        """Find the indicator, looking at rows below columns first; and the measure in its name."""
        rows, columns = self.row_parts, self.column_parts
        # The name of the indicator ends one axis; whatever else stands above or beside it must be understood too.
        for own, other in (
            ((rows, columns), (columns, rows)) if rows and columns else ((rows or columns, []),)
        ):
            if not own:
                continue
            code, word = self._named(own, other, title)
            # 税收收入 below 一般公共预算收入 is what it says; below 经开区 it is not the city's.
            strange = [
                *(p for p in other if not (self.words.belongs(p, code) if code else self.words.is_known(p))),
                *(p for p in own[:-1] if not self.words.may_head(p, own[-1], code)),
            ]
            if code and not strange:
                return code, word
            self.strange = self.strange or next(iter(strange), "")
        return "", None

    def _named(self, own: list[str], other: list[str], title: str) -> tuple[str, MeasureWord | None]:
        path = [*other, *own]
        if code := self.words.find_indicator(path):
            return code, None
        halves = self.words.split_measure(path[-1])
        if halves and (code := self.words.find_indicator([*path[:-1], halves[0]])):
            return code, halves[1]
        area, rest = self.words.split_area(path[-1])
        if area and (code := self.words.find_indicator([*path[:-1], rest])):
            self.areas.append(area)
            return code, None
        return (self.words.spelled_out(path[0], title) if len(path) == 1 else ""), None


def _is_period(text: str) -> bool:
    return parse_fragment(text) is not None
