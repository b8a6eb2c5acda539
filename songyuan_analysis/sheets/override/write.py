"""The current reading of a workbook as a ``NAME.layout.toml``: what an analyst starts from.

Reading the file back gives the identical frame; what could not be said so that it does is left a comment.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from songyuan_analysis.errors import OverrideError
from songyuan_analysis.handwritten import quoted
from songyuan_analysis.sheets import labels
from songyuan_analysis.sheets.layout import Block
from songyuan_analysis.sheets.override.values import SUFFIX, override_path
from songyuan_analysis.sheets.override.words import WrongValueError, units_of
from songyuan_analysis.sheets.reader import address
from songyuan_analysis.sheets.tables.meaning import Meaning
from songyuan_analysis.sheets.timewords import title_fragment

_HEAD = """\
# {file} 的版式说明：只管这一个工作簿，写了的照写的读，没写的仍自动判断。
# 以下是目前的读法，改成表上实际的样子即可；不需要改的行可以删去。行首有 # 的行不起作用。
# 行写左边印着的数（从 1 起），列写上边印着的字母，单元格写 A1。改完运行 songyuan explain 查看。
# 整张不读的工作表：skip_sheets = ["封面"]
"""
_MOST_PERIODS = 4
_MOST_LINES_ABOVE = 10


def layout_text(file: str, blocks: Sequence[Block]) -> str:
    """Return the reading of all tables of a workbook as the text of an override.

    Parameters
    ----------
    file : str
        Name of the workbook.
    blocks : sequence of Block
        What `read_blocks` returns.
    """
    parts = [_HEAD.format(file=_one_line(file))]
    parts += ["\n".join(_table(block)) + "\n" for block in blocks]
    return "\n".join(parts)


def write_layout(workbook: str | Path, blocks: Sequence[Block]) -> Path:
    """Write the reading of a workbook beside it.

    Raises
    ------
    OverrideError
        If there is an override already.
    """
    path = Path(workbook)
    beside = override_path(path)
    if beside is not None:
        raise OverrideError(
            "版式文件已经存在，没有改动它。",
            file=beside.name,
            remedy="直接编辑它；要重新生成就先改名或删去。",
        )
    target = path.with_name(path.stem + SUFFIX)
    text = layout_text(path.name, blocks)
    with target.open("x", encoding="utf-8", newline="\n") as file:
        file.write(text)
    return target


def _table(block: Block) -> Iterator[str]:
    body, header = block.body, block.header
    yield f"# ---- 工作表“{_one_line(block.sheet.name)}”的表{block.index} ----"
    yield "[[table]]"
    yield f"sheet = {quoted(block.sheet.name)}"
    yield f"area = {quoted(str(block.place.area))}    # 表头第一行到数据末行；标题、注释自动在上下找"
    yield f"header = {quoted(_rows(header) if header else '无')}    # 表头行"
    yield f"labels = {_letters(block.label_columns)}    # 行名称列，左外右内"
    yield f"columns = {_letters(block.data_columns)}    # 数据列"
    unit = "无" if block.unit_column is None else _letter(block.unit_column)
    yield f"unit_column = {quoted(unit)}    # 写着计量单位的列"
    yield f"first = {body[0] + 1}    # 数据首行"
    yield f"last = {body[-1] + 1}    # 数据末行"
    if gaps := _gaps(block):
        yield f"skip_rows = [{', '.join(str(r + 1) for r in gaps)}]    # 不取的行"
    else:
        yield "# skip_rows = [12, 20]    # 不取的行"
    yield '# skip = ["H1:K20"]    # 不取的范围'
    if block.heading.title:
        # Only a comment: with next month's workbook it would carry this month's period along.
        yield f"# title = {quoted(block.heading.title)}"
    yield _unit(block)
    yield from _periods(block)
    yield from _expects(block)
    column = _letter(block.data_columns[0])
    yield f"# [table.column.{column}]    # 只管一列；一行写 [table.row.{body[-1] + 1}]"
    yield '# unit = "%"'
    yield '# period = "2024-09"'


def _gaps(block: Block) -> list[int]:
    """Return rows between first and last that are read over although they hold something."""
    inside = set(block.body)
    first, last = (block.header or block.body)[0], block.body[-1]
    rows = [r for r in range(first, last) if r not in inside and r not in block.header]
    return [r for r in rows if not block.place.grid.blank(r)]


def _unit(block: Block) -> str:
    units = block.heading.units
    text = "、".join(units)
    try:
        known = bool(units) and list(units_of(text)) == units
    except WrongValueError:
        known = False
    note = "    # 整张表的单位；行、列自己写有单位的除外"
    return f"unit = {quoted(text)}{note}" if known else f"# unit = {quoted(text or '亿元')}{note}"


def _periods(block: Block) -> Iterator[str]:
    """Yield the periods that the table has, as a comment: labels say them better than one line can."""
    meaning = Meaning(block)
    rows = [block.rows[r] for r in block.body if r in block.rows and block.rows[r].has_data]
    found = dict.fromkeys(p for row in rows for p in meaning.periods(row, block.data_columns) if p)
    shown = "、".join(list(found)[:_MOST_PERIODS]) + (" 等" if len(found) > _MOST_PERIODS else "")
    yield f"# 读出的时期：{shown or '没有'}"
    yield f"# period = {quoted(next(iter(found), '2024-01/2024-09'))}    # 整张表的时期"


def _expects(block: Block) -> Iterator[str]:
    """Yield cells that must still say the same when the file is used.

    Those that give title and period, so that next month's workbook is refused; the corner; the ends of the labels.
    """
    c, sheet = block.label_columns[-1], block.sheet
    grid = block.place.grid
    rows = [r for r in (*block.header, *block.body) if grid.kinds[r][c] == "t"]
    inside = [(r, c) for r in dict.fromkeys((*rows[:1], *rows[-1:]))]
    corner = [(block.header[0], block.label_columns[0])] if block.header else []
    places = dict.fromkeys((*_dated(block), *corner, *inside))
    cells = {place: text for place in places if (text := labels.squeeze(sheet.text(*place)))}
    if not cells:
        # A table without any text: its first number is all there is to know it by.
        filled = ((r, d) for r in block.body for d in block.data_columns)
        cells = {p: text for p in filled if (text := labels.squeeze(sheet.text(*p)))}
        cells = dict(list(cells.items())[:1])
    pairs = ", ".join(f"{address(r, d)} = {quoted(text)}" for (r, d), text in cells.items())
    yield f"expects = {{ {pairs} }}    # 这些单元格变了就报错，免得旧的时期和行号用在新表上"


def _dated(block: Block) -> Iterator[tuple[int, int]]:
    """Yield the cells above the table that hold its title or a time, and the first of the header that holds one."""
    sheet, title = block.sheet, labels.squeeze(block.heading.title)
    top = (block.header or block.body)[0]
    for r in range(max(0, top - _MOST_LINES_ABOVE), top):
        for c in range(sheet.n_columns):
            text = labels.squeeze(sheet.text(r, c))
            if text and (text in title or (title and title in text) or title_fragment(text) is not None):
                yield r, c
    heads = ((r, c) for r in block.header for c in block.data_columns)
    yield from [(r, c) for r, c in heads if title_fragment(labels.squeeze(sheet.text(r, c))) is not None][:1]


def _rows(rows: Sequence[int]) -> str:
    return str(rows[0] + 1) if len(rows) == 1 else f"{rows[0] + 1}:{rows[-1] + 1}"


def _letter(column: int) -> str:
    return address(0, column)[:-1]


def _letters(columns: Sequence[int]) -> str:
    return f"[{', '.join(quoted(_letter(c)) for c in columns)}]"


def _one_line(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)
