"""A table as HTML: standing on its own, without scripts, every number telling its source on hovering."""

from __future__ import annotations

from html import escape
from itertools import groupby

from songyuan_analysis.briefing.figure import Cell, Figure, Missing
from songyuan_analysis.briefing.style import load_style
from songyuan_analysis.briefing.table import Column, Table

TABLE_CSS = """
.sy-table{border-collapse:collapse;margin:1em 0;font-size:14px;line-height:1.5;color:#000;
 font-family:"仿宋_GB2312",FangSong,STFangsong,"Noto Serif CJK SC",serif}
.sy-table caption{caption-side:top;text-align:center;font-size:1.2em;font-weight:bold;padding:.2em 0;color:#000;
 font-family:"方正小标宋简体",SimSun,"Noto Serif CJK SC",serif}
.sy-table caption .sy-unit{display:block;text-align:right;font-size:.8em;font-weight:normal}
.sy-table th,.sy-table td{border:1px solid #7f7f7f;padding:.25em .6em;background:#fff}
.sy-table thead th{background:#e9eef4;text-align:center;font-weight:bold;vertical-align:middle;text-wrap:balance;
 font-family:"黑体",SimHei,"Noto Sans CJK SC",sans-serif}
.sy-table .sy-text{text-align:left}.sy-table .sy-short{text-align:center;white-space:nowrap}
.sy-table .sy-number{text-align:right;white-space:nowrap;font-family:"Times New Roman",serif;
 font-variant-numeric:tabular-nums}
.sy-table .sy-number .sy-derived{border-bottom:1px dotted #6b6b6b}
.sy-table .sy-missing{text-align:center;color:#6b6b6b;font-size:.85em}
.sy-table .sy-state{text-align:center;white-space:nowrap;font-weight:bold}
.sy-table .sy-keep{white-space:nowrap}
.sy-table sup{font-size:.7em}
.sy-table tfoot td{border:none;text-align:left;font-size:.85em;padding:.15em .2em}
"""


def table_html(table: Table, *, style: bool = True) -> str:
    """Render a table as HTML.

    Parameters
    ----------
    table : Table
    style : bool, optional
        Put the style sheet before the table; a page with many tables has :data:`TABLE_CSS` once instead.

    Returns
    -------
    str
        A ``<table>`` whose numbers carry ``file › sheet › cell`` in their ``title``.
    """
    unit = f'<span class="sy-unit">{escape(table.unit_line)}</span>' if table.unit else ""
    rows = "".join(f"<tr>{_row(table, number)}</tr>\n" for number in range(len(table.rows)))
    sheet = f"<style>{TABLE_CSS}</style>\n" if style else ""
    return (
        f'{sheet}<table class="sy-table" id="{escape(table.id)}">\n'
        f"<caption>{escape(table.title)}{unit}</caption>\n"
        f"<thead>\n{_head(table.columns)}</thead>\n<tbody>\n{rows}</tbody>\n{_foot(table)}</table>"
    )


def source_text(figure: Figure) -> str:
    """Return where a number comes from, one line for each input; what was corrected first."""
    places = "\n".join(source.place for source in figure.sources)
    if not figure.derived:
        return "\n".join((*(f"更正数：{note}" for note in figure.corrections), places))
    interval = f"\n舍入区间：{figure.interval_text()}" if figure.interval_text() else ""
    return f"本报告测算：{figure.derivation}{interval}" + (f"\n{places}" if places else "")


def footnotes(table: Table) -> tuple[str, ...]:
    """Return the lines beneath a table: notes, doubts, corrections and source, as printed."""
    doubts = tuple(f"※ 存疑：{reason}" for reason in table.suspects)
    corrected = tuple(f"※ 更正：{note}" for note in table.corrections)
    notes = tuple(table.notes) + doubts + corrected
    numbered = [f"{number}.{note}" for number, note in enumerate(notes, 1)] if len(notes) > 1 else notes
    lines = tuple(("注：" if number == 0 else "　　") + note for number, note in enumerate(numbered))
    return (*lines, f"资料来源：{table.source}") if table.source else lines


def _head(columns: tuple[Column, ...]) -> str:
    grouped = any(column.group for column in columns)
    upper, lower = "", ""
    for group, members in groupby(columns, key=lambda column: column.group):
        cells = [_heading(column) for column in members]
        if group:
            upper += f'<th colspan="{len(cells)}">{escape(group)}</th>'
            lower += "".join(f"<th>{cell}</th>" for cell in cells)
        else:
            upper += "".join(f'<th rowspan="{2 if grouped else 1}">{cell}</th>' for cell in cells)
    return f"<tr>{upper}</tr>\n" + (f"<tr>{lower}</tr>\n" if grouped else "")


def _heading(column: Column) -> str:
    name = escape(column.name)
    if len(column.name) <= 6:
        name = f'<span class="sy-keep">{name}</span>'
    return name + (f'<br><span class="sy-keep">（{escape(column.unit)}）</span>' if column.unit else "")


def _row(table: Table, number: int) -> str:
    parts = []
    for index, (column, cell) in enumerate(zip(table.columns, table.rows[number], strict=True)):
        if index == table.label_column and isinstance(cell, str):
            indent = table.indents[number] if table.indents else 0
            pad = f' style="padding-left:{0.6 + 1.2 * indent:.1f}em"' if indent else ""
            parts.append(f'<td class="sy-text"{pad}>{escape(table.printed_label(number))}</td>')
        else:
            parts.append(_cell(column, cell, short=is_short(table, index)))
    return "".join(parts)


def is_short(table: Table, index: int) -> bool:
    """Tell whether a column holds only short words, which look best centred."""
    cells = [row[index] for row in table.rows]
    return index != table.label_column and all(not isinstance(cell, str) or len(cell) <= 10 for cell in cells)


def _cell(column: Column, cell: Cell, *, short: bool) -> str:
    if isinstance(cell, Figure):
        mark = f"<sup>{cell.mark}</sup>" if cell.mark else ""
        text = escape(cell.text())
        body = f'<span class="sy-derived">{text}</span>' if cell.derived else text
        return f'<td class="sy-number" title="{escape(source_text(cell))}">{body}{mark}</td>'
    if isinstance(cell, Missing):
        title = f' title="{escape(cell.detail)}"' if cell.detail else ""
        return f'<td class="sy-missing"{title}>{escape(cell.reason)}</td>'
    if column.kind == "state":
        state = load_style().state(cell)
        if state is None:
            return f'<td class="sy-state">{escape(cell)}</td>'
        look = f"color:{state.colour};background:{state.fill}"
        return f'<td class="sy-state" style="{look}">{state.shape} {escape(cell)}</td>'
    return f'<td class="{"sy-short" if short else "sy-text"}">{escape(cell)}</td>'


def _foot(table: Table) -> str:
    span = len(table.columns)
    lines = "".join(f'<tr><td colspan="{span}">{escape(line)}</td></tr>' for line in footnotes(table))
    return f"<tfoot>{lines}</tfoot>\n" if lines else ""
