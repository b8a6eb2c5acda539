"""How a workbook was understood: a coloured picture of its sheets, for the terminal and for a page.

The page stands alone: no script, no style sheet, no font from elsewhere. Colour is never the only carrier of
meaning; every cell also names its role in its tooltip, and the terminal picture uses letters.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape

from songyuan_analysis.sheets import marks
from songyuan_analysis.sheets.doubts import Doubt, find_doubts
from songyuan_analysis.sheets.labels import squeeze, width
from songyuan_analysis.sheets.layout import Block
from songyuan_analysis.sheets.overview import hidden_parts, overview
from songyuan_analysis.sheets.reader import Sheet, address
from songyuan_analysis.sheets.reasons import Reasons
from songyuan_analysis.sheets.tables.roles import Evidence
from songyuan_analysis.sheets.tidy import Cells

# Role: Chinese name, letter in the terminal picture, background on the page.
ROLES: dict[str, tuple[str, str, str]] = {
    "title": ("标题和表前各行", "T", "#e8e8f4"),
    "header": ("表头", "H", "#cfe3f7"),
    "label": ("行名称", "L", "#d9efd9"),
    "unit": ("单位列", "U", "#f5e6c8"),
    "number": ("数据", "N", "#ffffff"),
    "mark": ("符号或文字（无数字）", "M", "#f7d6d0"),
    "repaired": ("按唯一读法修复的数字", "R", "#f9e79f"),
    "note": ("注释和资料来源", "F", "#eeeeee"),
    "unused": ("未取用", "?", "#fbeefb"),
}
_MAX_ROWS, _MAX_COLUMNS = 200, 60


@dataclass
class Explanation:
    """The tables of one workbook with every decision that was taken about them.

    Attributes
    ----------
    file : str
    sheets : list of Sheet
    blocks : list of Block
    by_hand : dict
        By the name of a sheet, what an analyst says about it beside its tables.
    """

    file: str
    sheets: list[Sheet]
    blocks: list[Block]
    by_hand: dict[str, list[Evidence]] = field(default_factory=dict)
    _known: dict[int, Reasons] = field(default_factory=dict, repr=False)

    def _on(self, sheet: Sheet) -> list[Block]:
        # A table whose layout was said by hand has a sheet of its own, without the cells that are skipped.
        return [b for b in self.blocks if b.sheet is sheet or b.sheet.name == sheet.name]

    def roles(self, sheet: Sheet) -> dict[tuple[int, int], str]:
        """Return the role of every filled cell of a sheet."""
        roles: dict[tuple[int, int], str] = {}
        mine = self._on(sheet)
        for r, row in enumerate(sheet.values):
            for c, value in enumerate(row):
                if value is not None:
                    roles[r, c] = _role(mine, r, c, value)
        return roles

    def to_terminal(self, width_limit: int = 14) -> str:
        """Return the picture as plain text: one letter and the cell's content, cut to a few characters."""
        lines = [f"{self.file}：{len(self.blocks)} 张表", _legend_text()]
        for sheet in self.sheets:
            roles = self.roles(sheet)
            if not roles:
                continue
            lines += ["", f"〔{sheet.name}〕"]
            lines += [f"  {text}" for text in self._summaries(sheet)]
            for r in range(min(sheet.n_rows, _MAX_ROWS)):
                cells = [
                    f"{ROLES[roles[r, c]][1]}:{_cut(sheet.text(r, c), width_limit)}"
                    if (r, c) in roles
                    else ""
                    for c in range(min(sheet.n_columns, _MAX_COLUMNS))
                ]
                if any(cells):
                    padded = [cell + " " * max(0, width_limit + 2 - width(cell)) for cell in cells]
                    lines.append(f"{r + 1:>4} " + " ".join(padded).rstrip())
        return "\n".join(lines)

    def _summaries(self, sheet: Sheet) -> list[str]:
        found = [str(e) for e in self.by_hand.get(sheet.name, [])]
        found += filter(None, [hidden_parts(sheet)])
        blocks = self._on(sheet)
        for block in blocks:
            units = "、".join(block.heading.units) or "（表前没有）"
            found.append(f"表{block.index}：{block.heading.title or '（无标题）'}；单位 {units}")
            found += [f"  {text}" for text in overview(block)]
            found += [f"  {e}" for e in (*block.evidence, *self._reasons(block).runners_up())]
            found += [f"  存疑 {d}" for d in self.doubts(block)]
            found += [f"  注{n.key}：{n.text}" for n in block.notes]
        return found if blocks else [*found, "没有找到数据表"]

    def doubts(self, block: Block) -> list[Doubt]:
        """Return the units of a table that its numbers contradict."""
        cells = Cells()
        cells.add(block)
        return find_doubts(cells.frame())

    def _reasons(self, block: Block) -> Reasons:
        if id(block) not in self._known:
            self._known[id(block)] = Reasons(block)
        return self._known[id(block)]

    def _repr_html_(self) -> str:
        parts = [
            '<div style="font-family:Noto Sans CJK SC,Microsoft YaHei,SimSun,sans-serif;font-size:13px">',
            f"<h3>{escape(self.file)}</h3><p>",
        ]
        for name, letter, colour in ROLES.values():
            parts.append(
                f'<span style="background:{colour};border:1px solid #999;padding:1px 6px;margin-right:6px">'
                f"{letter} {escape(name)}</span>"
            )
        parts.append("</p>")
        for sheet in self.sheets:
            parts += self._sheet_html(sheet)
        parts.append("</div>")
        return "".join(parts)

    def _sheet_html(self, sheet: Sheet) -> list[str]:
        roles = self.roles(sheet)
        if not roles:
            return []
        described = self._described(sheet)
        parts = [f"<h4>{escape(sheet.name)}</h4><ul>"]
        parts += [f"<li>{escape(text.strip())}</li>" for text in self._summaries(sheet)]
        parts.append('</ul><table style="border-collapse:collapse;font-size:12px">')
        columns = range(min(sheet.n_columns, _MAX_COLUMNS))
        depths = self._depths(sheet)
        hidden = {c for c in columns if c in sheet.hidden_columns}
        heads = "".join(f"<th>{address(0, c)[:-1]}{'（隐藏）' if c in hidden else ''}</th>" for c in columns)
        parts.append(f"<tr><th></th>{heads}</tr>")
        for r in range(min(sheet.n_rows, _MAX_ROWS)):
            parts.append(f"<tr><th>{r + 1}{'（隐藏）' if r in sheet.hidden_rows else ''}</th>")
            for c in columns:
                role = roles.get((r, c))
                if role is None:
                    parts.append('<td style="border:1px solid #ddd"></td>')
                    continue
                name, _, colour = ROLES[role]
                level = f"（第 {depths[r, c] + 1} 级）" if (r, c) in depths else ""
                told = f"{address(r, c)} {name}{level}\n{described.get((r, c), '')}"
                tip = escape(told.strip(), quote=True)
                parts.append(
                    f'<td style="border:1px solid #ccc;padding:1px 4px 1px {4 + 14 * depths.get((r, c), 0)}px;'
                    f'background:{colour}{";text-align:right" if role == "number" else ""}" title="{tip}">'
                    f"{escape(sheet.text(r, c))}</td>"
                )
            parts.append("</tr>")
        parts.append("</table>")
        if sheet.n_rows > _MAX_ROWS or sheet.n_columns > _MAX_COLUMNS:
            parts.append(f"<p>只画出前 {_MAX_ROWS} 行、{_MAX_COLUMNS} 列。</p>")
        return parts

    def _depths(self, sheet: Sheet) -> dict[tuple[int, int], int]:
        """Return how deep the names stand: header rows from above, row labels by their path."""
        depths: dict[tuple[int, int], int] = {}
        for block in self._on(sheet):
            for level, r in enumerate(block.header):
                depths |= dict.fromkeys([(r, c) for c in block.label_columns + block.data_columns], level)
            outer = len(block.label_columns) - 1
            for r, row in block.rows.items():
                for k, c in enumerate(block.label_columns):
                    depths[r, c] = k if k < outer else max(len(row.path) - 1, k)
        return depths

    def _described(self, sheet: Sheet) -> dict[tuple[int, int], str]:
        """Return what the data cells were read as, and why, for the tooltips."""
        texts: dict[tuple[int, int], str] = {}
        for block in self._on(sheet):
            reasons = self._reasons(block)
            for r in block.body:
                row = block.rows.get(r)
                if row is None or not row.has_data:
                    continue
                for c in block.data_columns:
                    texts[r, c] = reasons.told(r, c)
        return texts


def _role(blocks: list[Block], row: int, column: int, value: marks.CellValue) -> str:
    own = [b for b in blocks if b.place.columns[0] <= column <= b.place.columns[1]]
    for block in own or blocks:
        if (row in block.header or row in block.body) and block.sheet.values[row][column] is None:
            return "unused"  # skipped by hand
        if row in block.header:
            return "header" if column in block.data_columns + block.label_columns else _side(block, column)
        head = block.rows.get(row)
        if row in block.body:
            if column in block.label_columns:
                return "label"
            if column == block.unit_column:
                return "unit"
            if column in block.data_columns and head is not None and head.has_data:
                kind = block.read(value).kind
                return kind if kind in ("number", "repaired") else "mark"
            return "unused"
    if any(b.sheet.values[row][column] is None for b in own):
        return "unused"
    ends = [max(b.body) for b in blocks]
    if any(row > end for end in ends):
        later = [b for b in blocks if min(b.header or b.body) > row]
        return "title" if later and row > max(e for e in ends if row > e) + 1 else "note"
    return "title" if blocks else "unused"


def _side(block: Block, column: int) -> str:
    return "unit" if column == block.unit_column else "unused"


def _legend_text() -> str:
    return "  ".join(f"{letter}={name}" for name, letter, _ in ROLES.values())


def _cut(text: str, limit: int) -> str:
    flat = squeeze(text)
    kept = ""
    for char in flat:
        if width(kept + char) > limit - 1:
            return kept + "…"
        kept += char
    return kept
