"""Native Excel charts: drawn by Excel from the cells of a table, with a gap where nothing was published."""

from __future__ import annotations

from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from songyuan_analysis.briefing import theme
from songyuan_analysis.briefing.excel.layout import Book, Worksheet
from songyuan_analysis.briefing.excel.sheet import ChartPlace, TablePlace
from songyuan_analysis.briefing.excel.trace import number_format
from songyuan_analysis.briefing.model import Figure, NativeChart, Table

DATA_SHEET = "图表数据"
_DASHES = ("solid", "dash", "round_dot", "dash_dot", "square_dot", "long_dash")
_MARKERS = ("circle", "square", "triangle", "diamond", "x", "star")
_GAP_TEXT = "本页只供图表取数：数值引自各表，没有公布数和存疑（※）处留空，图上断开而不画成零。"


class Charts:
    """Draws charts once the places of all tables are known."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self._data: Worksheet | None = None
        self._data_row = 2

    def draw(self, place: ChartPlace, table: Table, at: TablePlace, sheet: Worksheet) -> None:
        """Insert one chart into the room kept for it."""
        chart = place.chart
        rows = chart.rows or tuple(range(len(table.rows)))
        columns = [table.column_index(key) for key in (chart.category, *chart.values)]
        direct = rows == tuple(range(rows[0], rows[-1] + 1)) and all(
            isinstance(cell := table.rows[row][column], Figure) and not cell.suspect
            for row in rows
            for column in columns[1:]
        )
        # A text in a number cell is drawn as zero by Excel, so tables with gaps are drawn from a copy with blanks.
        if direct:
            ranges = [
                _range(at.sheet, at.first_row + rows[0], at.first_row + rows[-1], column)
                for column in columns
            ]
        else:
            ranges = self._copy(chart, table, at, rows, columns)
        drawn = self.book.workbook.add_chart({"type": chart.kind})
        for number, (key, values) in enumerate(zip(chart.values, ranges[1:], strict=True)):
            drawn.add_series(
                {"name": key.replace(" / ", ""), "categories": ranges[0], "values": values}
                | self._series_look(chart, number)
            )
        self._dress(drawn, chart, table, columns)
        drawn.set_size({"width": place.width, "height": place.height - 10})
        sheet.insert_chart(
            place.row,
            0,
            drawn,
            {"x_offset": place.x, "object_position": 2, "description": f"{chart.title}（{chart.unit}）"},
        )

    def _series_look(self, chart: NativeChart, number: int) -> dict[str, Any]:
        colour = theme.PALETTE[number]
        if chart.kind != "line":
            gap = 60 if len(chart.values) < 3 else 40
            look: dict[str, Any] = {"fill": {"color": colour}, "border": {"color": "#404040", "width": 0.5}}
            if number >= 3:  # beyond three fills a grey print needs a pattern
                look = {
                    "pattern": {
                        "pattern": ("wide_upward_diagonal", "small_grid", "dotted_diamond")[number - 3],
                        "fg_color": colour,
                        "bg_color": "#FFFFFF",
                    },
                    "border": {"color": colour, "width": 0.75},
                }
            return look | {"gap": gap}
        return {
            "line": {"color": colour, "width": 2.0, "dash_type": _DASHES[number]},
            "marker": {
                "type": _MARKERS[number],
                "size": 6,
                "fill": {"color": "#FFFFFF" if number % 2 else colour},
                "border": {"color": colour},
            },
        }

    def _dress(self, drawn: Any, chart: NativeChart, table: Table, columns: list[int]) -> None:
        fonts, quiet = self.book.style.fonts, self.book.style.colours["quiet"]
        words = {"name": fonts["body"].name, "size": 10}
        digits = {"name": fonts["number"].name, "size": 10}
        drawn_cells = [
            cell for row in table.rows for at in columns[1:] if isinstance(cell := row[at], Figure)
        ]
        small = all(abs(cell.value) < 20 for cell in drawn_cells)
        decimals = min(1, max((cell.decimals for cell in drawn_cells), default=0)) if small else 0
        drawn.set_title(
            {"name": chart.title, "name_font": {"name": fonts["header"].name, "size": 12, "bold": False}}
        )
        category = {
            "name": chart.category_title or table.columns[columns[0]].heading,
            "name_font": words | {"bold": False},
            "num_font": words,
            "line": {"color": quiet},
            "label_position": "low",
        }
        value = {
            "name": f"单位：{chart.unit}" if chart.unit and chart.kind == "bar" else chart.unit or "数值",
            "name_font": words | {"bold": False} | ({} if chart.kind == "bar" else {"rotation": 360}),
            "num_font": digits,
            "num_format": number_format(decimals),
            "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9", "width": 0.5}},
            "line": {"none": True},
        }
        if chart.kind == "bar":
            # Bars lie: x is the axis of values. Reversed, the first row is on top and the values go to the bottom.
            drawn.set_x_axis(value | {"label_position": "high"})
            category["name_font"] = words | {"bold": False, "rotation": 360}
            drawn.set_y_axis(category | {"reverse": True, "major_gridlines": {"visible": False}})
        else:
            drawn.set_x_axis(category)
            drawn.set_y_axis(value)
        if len(chart.values) > 1:
            drawn.set_legend({"position": "bottom", "font": words})
        else:
            drawn.set_legend({"none": True})
        drawn.show_blanks_as("gap")
        drawn.set_chartarea({"border": {"color": "#BFBFBF"}})

    def _copy(
        self, chart: NativeChart, table: Table, at: TablePlace, rows: tuple[int, ...], columns: list[int]
    ) -> list[list[Any]]:
        """Copy a chart's cells, as formulas with cached values, to the sheet of chart data."""
        data, get = self._sheet(), self.book.formats.get
        data.write_string(self._data_row, 0, f"{chart.title}（{chart.unit}）", get("header"))
        top = self._data_row + 2
        data.set_row_pixels(top - 2, 28)
        data.set_row_pixels(top - 1, 44)
        for index, column in enumerate(columns):
            look = get("small", box=True, align="center", text_wrap=True)
            data.write_string(top - 1, index, table.columns[column].heading, look)
            for offset, row in enumerate(rows):
                cell = table.rows[row][column]
                address = f"='{at.sheet}'!{xl_rowcol_to_cell(at.first_row + row, column)}"
                # A number under suspicion stands in the table; a bar would state it as a fact.
                if isinstance(cell, Figure) and not cell.suspect:
                    form = get("number", box=True, num_format=number_format(cell.decimals))
                    data.write_formula(top + offset, index, address, form, cell.value)
                elif isinstance(cell, str):
                    cell = table.printed_label(row) if column == table.label_column else cell
                    data.write_formula(top + offset, index, address, get("small", box=True), cell)
                else:
                    data.write_blank(top + offset, index, None, get("small", box=True))
        self._data_row = top + len(rows) + 1
        return [_range(DATA_SHEET, top, top + len(rows) - 1, index) for index in range(len(columns))]

    def _sheet(self) -> Worksheet:
        if self._data is None:
            self._data = self.book.add_sheet(DATA_SHEET)
            self._data.set_column_pixels(0, 0, 200)
            self._data.set_column_pixels(1, 6, 130)
            self._data.write_string(0, 0, _GAP_TEXT, self.book.formats.get("small"))
        return self._data


def _range(sheet: str, first: int, last: int, column: int) -> list[Any]:
    return [sheet, first, column, last, column]
