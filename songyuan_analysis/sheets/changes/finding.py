"""What was found between two releases: kinds with their weight and remedy, single findings, and all of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, fields
from functools import cached_property

import pandas as pd

IMPORTANT, NOTICE, HINT = "重要", "注意", "提示"
SEVERITIES = (IMPORTANT, NOTICE, HINT)
LAYOUT, NUMBERS = "版式", "数字"

# Kind: part, usual severity, what to do.
KINDS: dict[str, tuple[str, str, str]] = {
    "减少工作表": (LAYOUT, IMPORTANT, "确认是不是不再公布；用到它的报表要改。"),
    "新增工作表": (LAYOUT, NOTICE, "看看是什么；需要时登记其中的指标。"),
    "工作表改名": (LAYOUT, NOTICE, "按工作表名取数的公式和程序要改。"),
    "减少表": (LAYOUT, IMPORTANT, "确认是不是不再公布；用到它的报表要改。"),
    "新增表": (LAYOUT, NOTICE, "看看是什么；需要时登记其中的指标。"),
    "标题改变": (LAYOUT, NOTICE, "确认两期说的是不是同一件事。"),
    "表号改变": (LAYOUT, HINT, "引用表号的地方要改。"),
    "表头层数改变": (LAYOUT, NOTICE, "按固定行数跳过表头的程序要改。"),
    "共同上级改变": (LAYOUT, NOTICE, "确认范围没有变；各行各列仍按原来的名称对上了。"),
    "减少行": (LAYOUT, IMPORTANT, "确认是不是不再公布，或者并入了别的行。"),
    "新增行": (LAYOUT, NOTICE, "看看是什么；它若是从别的行分出来的，两期不可直接比。"),
    "减少列": (LAYOUT, IMPORTANT, "确认是不是不再公布，或者并入了别的列。"),
    "新增列": (LAYOUT, NOTICE, "看看是什么；需要时登记。"),
    "可能改名": (LAYOUT, NOTICE, "这是推测：请核对是不是同一个指标。是，就把新名登记为别名；不是，就当作一减一增。"),
    "换了上级": (LAYOUT, NOTICE, "确认含义没有随上级改变；这一项的数没有比较。"),
    "行顺序改变": (LAYOUT, NOTICE, "按行号取数的公式会取错行；按标签取数的不受影响。"),
    "列顺序改变": (LAYOUT, NOTICE, "按列号取数的公式会取错列；按标签取数的不受影响。"),
    "单位改变": (LAYOUT, IMPORTANT, "先换算再与旧数比较；手工粘贴的报表要改单位。"),
    "单位写明": (LAYOUT, HINT, "确认写明的单位与一直以来用的一致。"),
    "单位不再写明": (LAYOUT, IMPORTANT, "向发布单位确认单位；确认之前不要使用这些数。"),
    "单位写法改变": (LAYOUT, HINT, "含义相同，不必处理。"),
    "标签列移动": (LAYOUT, NOTICE, "按列号取标签的公式要改。"),
    "单位列移动": (LAYOUT, NOTICE, "按列号取单位的公式要改。"),
    "表的位置移动": (LAYOUT, HINT, "按单元格地址取数的公式要改。"),
    "新增注释": (LAYOUT, NOTICE, "读一遍；涉及口径、修订的，两期可能不可比。"),
    "减少注释": (LAYOUT, NOTICE, "确认旧注释说的情况是不是不再适用。"),
    "注释改变": (LAYOUT, NOTICE, "读一遍；涉及口径、修订的，两期可能不可比。"),
    "资料来源改变": (LAYOUT, NOTICE, "确认两期出自同一套统计。"),
    "小数位数改变": (LAYOUT, NOTICE, "比较时按位数少的一期计。"),
    "新隐藏": (LAYOUT, NOTICE, "取消隐藏看一眼：可能是作废的数。"),
    "取消隐藏": (LAYOUT, HINT, "以前隐藏的数现在公布了。"),
    "期间推进": (LAYOUT, HINT, "正常，不必处理。"),
    "期间倒退": (LAYOUT, NOTICE, "新文件比旧文件早：检查两个文件是不是放反了。"),
    "期间减少": (LAYOUT, NOTICE, "旧文件要留着：新文件里不再有这些期间的数。"),
    "疑似单位差错": (NUMBERS, IMPORTANT, "向发布单位核实；核实之前不要使用这些数。"),
    "数字变为符号": (NUMBERS, IMPORTANT, "看新表的说明；以前的数可能已经撤回。"),
    "数字消失": (NUMBERS, IMPORTANT, "向发布单位确认是漏填还是撤回。"),
    "补上数字": (NUMBERS, HINT, "以前没有的数现在有了。"),
    "修订": (NUMBERS, NOTICE, "以新数为准；用旧数算过的增速、比重要重算。"),
    "时期不明": (NUMBERS, NOTICE, "表里没有写时期，大部分数都变了：可能是下一期，也可能是全面修订。"),
}  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """One thing that moved between two releases.

    Attributes
    ----------
    part : str
        版式 or 数字.
    kind, severity : str
        A key of `KINDS`; 重要, 注意 or 提示.
    sheet : str
        The sheet in the new file, or in the old one if it is gone.
    cell_old, cell_new : str
        Addresses, "" where there is none; with the sheet where the old one had another name.
    old, new : str
        What stood there and what stands there.
    detail : str
        The evidence, or which number it is.
    remedy : str
        What to do.
    value_old, value_new, difference, percent : float or None
        For numbers; the difference in the unit given, percent only where it means something.
    unit : str
    """

    part: str
    kind: str
    severity: str
    sheet: str
    cell_old: str = ""
    cell_new: str = ""
    old: str = ""
    new: str = ""
    detail: str = ""
    remedy: str = ""
    value_old: float | None = None
    value_new: float | None = None
    difference: float | None = None
    percent: float | None = None
    unit: str = ""


def found(
    kind: str,
    sheet: str,
    *,
    severity: str = "",
    cell_old: str = "",
    cell_new: str = "",
    old: str = "",
    new: str = "",
    detail: str = "",
) -> Finding:
    """Make a finding with the part, the usual severity and the remedy of its kind."""
    part, usual, remedy = KINDS[kind]
    return Finding(part, kind, severity or usual, sheet, cell_old, cell_new, old, new, detail, remedy)


HEADS_ZH = {
    "part": "部分", "kind": "类别", "severity": "轻重", "sheet": "工作表", "cell_old": "旧单元格", "cell_new": "新单元格",
    "old": "旧", "new": "新", "detail": "说明", "remedy": "怎么办", "value_old": "旧数", "value_new": "新数",
    "difference": "相差", "percent": "相差%", "unit": "单位",
}  # fmt: skip


@dataclass(frozen=True)
class Changes:
    """What moved between two releases of a workbook: first the layout, then the numbers.

    Attributes
    ----------
    old, new : str
        The names of the files.
    findings : tuple of Finding
        The layout before the numbers, the important before the rest.
    tables : int
        How many tables were found in both files.
    compared : int
        How many numbers stand in both files under the same labels, period and dimension.
    """

    old: str
    new: str
    findings: tuple[Finding, ...]
    tables: int
    compared: int

    @cached_property
    def layout(self) -> tuple[Finding, ...]:
        """The findings about the layout."""
        return tuple(f for f in self.findings if f.part == LAYOUT)

    @cached_property
    def numbers(self) -> tuple[Finding, ...]:
        """The findings about numbers."""
        return tuple(f for f in self.findings if f.part == NUMBERS)

    @property
    def important(self) -> bool:
        """Whether anything was found that must be looked at before a number is used."""
        return any(f.severity == IMPORTANT for f in self.findings)

    def summary(self) -> str:
        """Say in a sentence what was compared and how much was found."""
        base = f"对上 {self.tables} 张表、{self.compared} 个数"
        if not self.findings:
            return f"{base}：版式和数字都没有变化。"
        counts = Counter(f.severity for f in self.findings)
        return f"{base}：" + "，".join(f"{name} {counts[name]} 条" for name in SEVERITIES) + "。"

    def to_frame(self) -> pd.DataFrame:
        """Return one row per finding; the columns are the attributes of `Finding`."""
        frame = pd.DataFrame([asdict(f) for f in self.findings], columns=[f.name for f in fields(Finding)])
        numbers = ["value_old", "value_new", "difference", "percent"]
        return frame.astype({**dict.fromkeys(frame.columns, "str"), **dict.fromkeys(numbers, "float64")})

    def _repr_html_(self) -> str:
        return f"<p>{self.summary()}</p>" + self.to_frame().to_html(index=False, na_rep="")
