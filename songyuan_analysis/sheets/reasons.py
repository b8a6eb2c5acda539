"""Why the labels of a table were read as they were, and which second reading was turned down.

Works on a finished block, for `explain` only: reading does not wait for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from songyuan_analysis.sheets import labels, timewords, units
from songyuan_analysis.sheets.layout import Block
from songyuan_analysis.sheets.override.values import BY_HAND
from songyuan_analysis.sheets.periods import Period
from songyuan_analysis.sheets.reader import address, span_of
from songyuan_analysis.sheets.tables.carried import is_carried
from songyuan_analysis.sheets.tables.meaning import Meaning
from songyuan_analysis.sheets.tables.roles import Evidence

_SEPARATOR = " / "


@dataclass(frozen=True)
class Reason:
    """Why something was read so, and what else it could mean ("" if nothing); `words` are what it rests on."""

    words: str
    why: str = ""
    instead: str = ""


class Reasons:
    """The reasons for the cells of one block."""

    def __init__(self, block: Block) -> None:
        self._block = block
        self._meaning = Meaning(block)
        self._rows = {r: _row_reason(block, r) for r in block.rows}
        self._columns = {c: _column_reason(block, c) for c in block.data_columns}

    def told(self, row: int, column: int) -> str:
        """Return all that is known about a data cell, line by line: labels, period, unit, and why."""
        head = self._block.rows[row]
        columns = self._block.data_columns
        place = columns.index(column)
        period = self._meaning.periods(head, columns)[place]
        unit = self._meaning.units(head, columns)[place]
        lines = [
            f"行：{_SEPARATOR.join(head.path)}{_because(self._rows[row])}",
            f"列：{_SEPARATOR.join(self._block.columns[column].path) or '（无）'}{_because(self._columns[column])}",
            f"期：{period or '（不明）'}{_because(self._period(row, column, period))}",
            f"单位：{unit or '（不明）'}{_because(self._unit(row, column, unit))}",
        ]
        return "\n".join(lines)

    def runners_up(self) -> list[Evidence]:
        """Return the second readings, one for all cells that share it."""
        found: dict[tuple[str, str, str], list[str]] = defaultdict(list)
        for r, reason in self._rows.items():
            if reason.instead:
                found["行名称", reason.why, reason.instead].append(address(r, self._block.label_columns[-1]))
        for c, reason in self._columns.items():
            if reason.instead:
                found["列名称", reason.why, reason.instead].append(address(self._block.header[-1], c))
        for r, head in self._block.rows.items():
            if not head.has_data:
                continue
            columns = self._block.data_columns
            periods, told = self._meaning.periods(head, columns), self._meaning.units(head, columns)
            for c, period, unit in zip(columns, periods, told, strict=True):
                for what, reason in (("期", self._period(r, c, period)), ("单位", self._unit(r, c, unit))):
                    if reason.instead:
                        found[what, reason.why, reason.instead].append(address(r, c))
        return [Evidence(what, span_of(cells), why, instead) for (what, why, instead), cells in found.items()]

    def _period(self, row: int, column: int, chosen: str) -> Reason:
        """Say which words gave the period, and whether other words name another one."""
        head, column_head = self._block.rows[row], self._block.columns[column]
        whole = self._block.place.said.period if self._block.place.said is not None else None
        if chosen in (column_head.said.period or head.said.period, str(whole)) and chosen:
            return Reason(BY_HAND)
        spoken = list(self._spoken(row, column))
        words = "、".join(f"{where}“{text}”" for where, text, _ in spoken)
        if not chosen and any(f.kind == "split" for _, _, f in spoken):
            return Reason(words, "跨两个年份，没有说从哪个月起")
        if not chosen:
            return Reason(words, "没有年份" if words else "")
        period = Period.parse(chosen)
        for where, told in (("列", column_head), ("行", head)):
            if is_carried(told.path, told.fragments):
                return Reason(words, f"年份只写了一次，接着前面的{where}", "标题的年份")
        pieces = [f for _, _, f in spoken]
        own = [
            f.year
            for f in (*column_head.fragments, *head.fragments)
            if f.year and f.kind not in ("years", "split")
        ]
        if len(set(own)) > 1:
            return Reason(words, "名称里有两个年份，取近处的", "另一个年份")
        first = next((f for f in pieces if f.kind in ("quarter", "month", "span")), None)
        sums = head.sums if column_head.sums is None else column_head.sums
        if first is not None and sums is None and period.start != (period.start[0], 1):
            if first.kind == "quarter":
                return Reason(words, "没有说当季还是累计，按单个季度", "年初至季末的累计")
            spans = [f for f in pieces if f.kind == "span" and f.end == first.end]
            if first.kind == "month" and spans:
                return Reason(words, "近处只说一个月", "年初至月末的累计")
        return Reason(words)

    def _spoken(self, row: int, column: int) -> Iterator[tuple[str, str, timewords.Fragment]]:
        """Yield who says what about the time of a cell, nearest first."""
        block = self._block
        for where, path in (("列", block.columns[column].path), ("行", block.rows[row].path)):
            for part in reversed(path):
                fragment = timewords.leading_fragment(part) or timewords.stated_fragment(part)
                if fragment is not None:
                    yield where, part, fragment
            lender = block.columns[column].lender if where == "列" else block.rows[row].lender
            if lender is not None and lender.fragments:
                yield f"相邻的{where}", _SEPARATOR.join(lender.path), lender.fragments[0]
        if block.place.said is not None and block.place.said.period is not None:
            return  # what is said of the whole table stands in the place of its title
        for where, text in (("标题", block.heading.title), ("工作表名", block.sheet.name)):
            fragment = timewords.title_fragment(text)
            if fragment is not None:
                yield where, text, fragment

    def _unit(self, row: int, column: int, chosen: str) -> Reason:
        """Say who gave the unit, and whether somebody else names the same thing on another scale."""
        head, column_head, listed = (
            self._block.rows[row],
            self._block.columns[column],
            self._block.heading.units,
        )
        if not chosen:
            return Reason("")
        if chosen == (column_head.said.unit or head.said.unit):
            return Reason(BY_HAND)
        said = self._block.place.said
        above = BY_HAND if said is not None and said.units is not None else "表前单位行"
        stated = [
            ("列名称", column_head.unit),
            ("行的单位", head.unit),
            *((above, u) for u in listed),
            ("上级行的单位", head.parent_unit),
        ]
        where = next((where for where, unit in stated if unit == chosen), "名称里的词")
        meant = units.parse_unit(chosen)
        for other, unit in stated:
            parsed = units.parse_unit(unit)
            same = meant.known and parsed.dimension == meant.dimension
            if other != where and same and parsed.mult != meant.mult:
                return Reason(where, f"“{chosen}”离数字近", f"“{unit}”（{other}）")
        amounts = [u for u in listed if not units.parse_unit(u).is_rate]
        if where == above and len(amounts) > 1 and chosen in amounts:
            others = "、".join(u for u in amounts if u != chosen)
            return Reason(where, "列了几个单位，行列名称没有说是哪一个，取第一个", f"“{others}”")
        return Reason(where)


def _because(reason: Reason) -> str:
    said = "；".join(filter(None, (reason.words, reason.why)))
    text = f"（{said}）" if said else ""
    return f"{text} 另一读法：{reason.instead}" if reason.instead else text


def _row_reason(block: Block, row: int) -> Reason:
    """Say why a row stands under the row above it."""
    path = block.rows[row].path
    if len(path) < 2 or not block.label_columns:
        return Reason("")
    if len(block.label_columns) > 1:
        return Reason("", "左侧各标签列逐级而下")
    above = [r for r in block.rows if r < row and block.rows[r].path == path[:-1]]
    if not above:
        return Reason("", "名称出自表头或同一格")
    parent = above[-1]
    column = block.label_columns[-1]
    here, there = block.sheet.text(row, column), block.sheet.text(parent, column)
    name = path[-2]
    stub, upper = labels.split_label(here), labels.split_label(there)
    indent = stub.indent + 2 * block.sheet.indents.get((row, column), 0)
    upper_indent = upper.indent + 2 * block.sheet.indents.get((parent, column), 0)
    ranks = labels.numbering_rank(stub.text), labels.numbering_rank(upper.text)
    if stub.marker:
        return Reason(f"“{name}”", f"标有“{stub.marker}”")
    if ranks[0] is not None and ranks[1] is not None and ranks[0] > ranks[1]:
        return Reason(f"“{name}”", "编号低一级", "按缩进并列或更高" if indent < upper_indent else "")
    if indent > upper_indent:
        return Reason(f"“{name}”", "缩进更多")
    if not block.rows[parent].has_data:
        return Reason(f"“{name}”", "其上一行没有数字，是小节", "与小节名并列")
    return Reason(f"“{name}”", "同名的行重复出现，归到其上不重复的行", "同名的几行并列")


def _column_reason(block: Block, column: int) -> Reason:
    """Say why a column stands under a group name that is not in its own column."""
    path = block.columns[column].path
    if len(path) < 2:
        return Reason("")
    for r in block.header:
        for c in range(column, -1, -1):
            text = block.sheet.text(r, c)
            if not text.strip():
                continue
            merged = any(m[0] <= r <= m[2] and m[1] <= c and column <= m[3] for m in block.sheet.merges)
            if c < column and not merged and labels.clean(units.split_unit(text)[0]) in path[:-1]:
                name = labels.clean(text)
                return Reason(
                    f"“{name}”", "上层名称没有合并，管到右边没有自己上层名称的列", "只管它自己那一列"
                )
            break
    return Reason("", "表头逐级而下")
