"""A whole report, made by the command from a copy of the project, and held against the workbooks it came from."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import python_calamine
import xlrd

from songyuan_analysis import __version__
from songyuan_analysis.briefing.compose import briefing
from songyuan_analysis.briefing.excel.workbook import write_workbook
from songyuan_analysis.briefing.view import open_view
from songyuan_analysis.publication import _replacing

ROOT = Path(__file__).resolve().parent.parent
TITLE = "松原市2024年经济运行简报"
NOTEBOOKS = (
    "01_gdp",
    "02_investment",
    "03_revenue",
    "04_energy_intensity",
    "05_plan_scorecard",
    "06_projects",
)
ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item>
</oor:items>
"""


@dataclass(frozen=True)
class Made:
    """A copy of the project with its report, and what the terminal said."""

    root: Path
    said: str

    @property
    def folder(self) -> Path:
        return self.root / "reports" / "2024"

    @property
    def raw(self) -> Path:
        return self.root / "data" / "raw"

    @property
    def manifest(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.folder / "manifest.json").read_text(encoding="utf-8"))
        return found


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    root = tmp_path_factory.mktemp("松原 项目")
    shutil.copytree(ROOT / "data" / "raw", root / "data" / "raw")
    shutil.copytree(ROOT / "notebooks", root / "notebooks")
    command = [sys.executable, "-m", "songyuan_analysis.cli", "report", "2024"]
    done = subprocess.run(command, cwd=root, capture_output=True, encoding="utf-8", timeout=600, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return Made(root, done.stdout)


@pytest.fixture(scope="module")
def values(made: Made) -> openpyxl.Workbook:
    return openpyxl.load_workbook(made.folder / f"{TITLE}.xlsx", data_only=True)


@pytest.fixture(scope="module")
def trace(values: openpyxl.Workbook) -> list[dict[str, Any]]:
    """The rows of the sheet 溯源, by its headings."""
    rows = values["溯源"].iter_rows(min_row=3, values_only=True)
    headings = [str(name) for name in next(rows)]
    return [dict(zip(headings, row, strict=True)) for row in rows]


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


# --- files and manifest --------------------------------------------------------------------------


@pytest.mark.slow
def test_the_report_is_complete_and_nothing_else_is_left(made: Made) -> None:
    found = {path.relative_to(made.folder).as_posix() for path in made.folder.rglob("*") if path.is_file()}
    notebooks = {f"notebooks/{name}.ipynb" for name in NOTEBOOKS}
    assert found == {f"{TITLE}.xlsx", f"{TITLE}.html", "manifest.json", *notebooks}
    assert [path.name for path in (made.root / "reports").iterdir()] == ["2024"]


@pytest.mark.slow
def test_the_terminal_says_what_was_written_and_what_is_missing(made: Made) -> None:
    assert "入库：新建" in made.said and "失败 0 份" in made.said
    for path in made.folder.rglob("*"):
        assert path.is_dir() or f"  {path.relative_to(made.folder).as_posix()}\n" in made.said
    assert re.search(
        r"没有找到公布数、因而报告里没有的，例如：2024年固定资产投资增速：没有找到公布数。", made.said
    )


@pytest.mark.slow
def test_every_digest_of_the_manifest_is_true(made: Made) -> None:
    homes = {"inputs": made.raw, "notebooks": made.root / "notebooks", "outputs": made.folder}
    for kind, home in homes.items():
        assert made.manifest[kind] == {name: digest(home / name) for name in made.manifest[kind]}


@pytest.mark.slow
def test_the_manifest_names_every_input_and_output(made: Made) -> None:
    manifest = made.manifest
    inputs = {p.relative_to(made.raw).as_posix() for p in made.raw.rglob("*") if p.is_file()}
    assert set(manifest["inputs"]) == inputs - {"README.md"}
    assert set(manifest["notebooks"]) == {f"{name}.ipynb" for name in NOTEBOOKS}
    outputs = {p.relative_to(made.folder).as_posix() for p in made.folder.rglob("*") if p.is_file()}
    assert set(manifest["outputs"]) == outputs - {"manifest.json"}
    assert manifest["period"] == "2024"
    assert manifest["parameters"] == {"area": "220700", "period": "2024"}
    assert manifest["versions"]["songyuan_analysis"] == __version__
    assert {"pandas", "altair", "papermill"} <= set(manifest["versions"])


@pytest.mark.slow
def test_no_path_of_this_machine_is_in_the_report(made: Made) -> None:
    places = (str(made.root), made.root.name, str(ROOT), str(Path.home()))
    for path in made.folder.rglob("*"):
        if path.is_file() and path.suffix != ".xlsx":
            text = path.read_text(encoding="utf-8")
            assert not [place for place in places if place in text], path.name


@pytest.mark.slow
def test_another_process_writes_the_same_bytes(made: Made, tmp_path: Path) -> None:
    content = briefing(open_view("2024", processed=made.root / "data" / "processed", raw=made.raw))
    write_workbook(content, tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == (made.folder / f"{TITLE}.xlsx").read_bytes()


# --- notebooks and page --------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_the_notebooks_are_executed_for_the_period(made: Made, name: str) -> None:
    notebook = json.loads((made.folder / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8"))
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert all(cell["execution_count"] for cell in code)
    outputs = [output for cell in code for output in cell["outputs"]]
    assert not [o for o in outputs if o["output_type"] == "error" or o.get("name") == "stderr"]
    injected = next(cell for cell in code if "injected-parameters" in cell["metadata"].get("tags", []))
    assert 'period = "2024"' in "".join(injected["source"])
    assert "papermill" not in notebook["metadata"]


class Fetches(HTMLParser):
    """Collects everything that a browser would fetch when it opens the page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.links: list[str] = []
        self._inside = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag
        for name, value in attrs:
            address = (value or "").strip()
            if name in {"src", "srcset", "data", "poster", "action", "background"} or (
                name in {"href", "xlink:href"} and tag not in {"a", "area"}
            ):
                self.found.append(address)
            elif name == "href":
                self.links.append(address)
            elif name == "style":
                self.found += re.findall(r"url\(\s*['\"]?([^'\")]*)", address)

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "style":
            self.found += re.findall(r"url\(\s*['\"]?([^'\")]*)", data)
            self.found += re.findall(r"@import\s+['\"]([^'\"]*)", data)


@pytest.mark.slow
def test_the_page_fetches_nothing(made: Made) -> None:
    page = Fetches((made.folder / f"{TITLE}.html").read_text(encoding="utf-8"))
    assert page.links
    assert not [address for address in page.found if not address.startswith(("data:", "#"))]
    assert not [address for address in page.links if not address.startswith("#")]


@pytest.mark.slow
def test_the_page_holds_the_six_notebooks_and_the_scorecard(made: Made) -> None:
    page = (made.folder / f"{TITLE}.html").read_text(encoding="utf-8")
    for name in NOTEBOOKS:
        first = json.loads((ROOT / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"][0]
        heading = "".join(first["source"]).splitlines()[0].removeprefix("# ")
        assert heading in page
    assert "主要经济指标完成情况表" in page and "结果未公布" in page and "21.24亿元" in page


# --- every number leads to a cell ----------------------------------------------------------------


def numbers_of(book: openpyxl.Workbook) -> Iterator[tuple[str, str, float]]:
    """Iterate over the numbers printed in the tables of the chapters."""
    for sheet in book.worksheets:
        if sheet.title in {"溯源", "检查", "说明", "图表数据"}:
            continue
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, int | float):
                    yield sheet.title, cell.coordinate, float(cell.value)


class Originals:
    """The workbooks and the plan of the raw folder, read by programs that have no part in the report."""

    def __init__(self, raw: Path) -> None:
        self.raw = raw
        self._books: dict[str, Any] = {}

    def values(self, file: str, sheet: str, cell: str, unit: str) -> list[object]:
        """What stands in a cell, according to two readers; for the plan, what its table says in a unit."""
        if file.startswith("plan/"):
            return [self._plan(file, sheet, cell, unit)]
        column, row = re.fullmatch(r"([A-Z]+)(\d+)", cell).groups()  # type: ignore[union-attr]
        at = openpyxl.utils.column_index_from_string(column) - 1
        calamine = self._open(file, "calamine").get_sheet_by_name(sheet)
        found: list[object] = [calamine.to_python(skip_empty_area=False)[int(row) - 1][at]]
        if file.endswith(".xls"):
            found.append(self._open(file, "xlrd").sheet_by_name(sheet).cell_value(int(row) - 1, at))
        else:
            found.append(self._open(file, "openpyxl")[sheet][cell].value)
        return found

    def _open(self, file: str, reader: str) -> Any:
        key = f"{reader}:{file}"
        if key not in self._books:
            path = str(self.raw / file)
            openers: dict[str, Any] = {
                "calamine": python_calamine.CalamineWorkbook.from_path,
                "xlrd": xlrd.open_workbook,
                "openpyxl": openpyxl.load_workbook,
            }
            self._books[key] = openers[reader](path)
        return self._books[key]

    def _plan(self, file: str, commitment: str, line: str, unit: str) -> object:
        """The number of a commitment whose table begins at a line: its value, or the growth beside it in %."""
        lines = (self.raw / file).read_text(encoding="utf-8").splitlines()
        begin = int(re.fullmatch(r"第(\d+)行", line)[1]) - 1  # type: ignore[index]
        assert lines[begin] == "[[commitment]]"
        end = next((i for i in range(begin + 1, len(lines)) if lines[i].startswith("[[")), len(lines))
        entry = dict(part.split(" = ", 1) for part in lines[begin + 1 : end] if " = " in part)
        assert entry["id"] == f'"{commitment}"'
        own = entry["unit"] == f'"{unit}"'
        assert own or unit == "%", (commitment, unit)
        return float(entry["value" if own else "growth"])


def number_in(value: object) -> float:
    """A number, or the number in a text such as 3左右."""
    if isinstance(value, str):
        found = re.search(r"-?\d+(?:\.\d+)?", value)
        assert found, value
        return float(found[0])
    assert isinstance(value, int | float)
    return float(value)


@pytest.mark.slow
def test_every_printed_number_has_its_rows_of_origin(
    values: openpyxl.Workbook, trace: list[dict[str, Any]]
) -> None:
    rows: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in trace:
        rows[row["工作表"], row["单元格"]].append(row)
    printed = list(numbers_of(values))
    assert len(printed) > 200
    for sheet, cell, value in printed:
        origin = rows[sheet, cell]
        assert origin, f"{sheet} › {cell} has no origin"
        assert origin[0]["印出数值"] == pytest.approx(
            value, abs=0.5 * 10.0 ** -_decimals(origin[0]["印出数值"]) + 1e-9
        )
        assert all(row["来源文件"] and row["来源工作表"] and row["来源单元格"] for row in origin)


def _decimals(value: float) -> int:
    text = f"{value:.10f}".rstrip("0")
    return len(text.split(".")[1])


@pytest.mark.slow
def test_every_origin_holds_the_number_that_is_said_to_stand_there(
    made: Made, trace: list[dict[str, Any]]
) -> None:
    assert len(trace) > 300
    originals = Originals(made.raw)
    wrong = []
    for row in trace:
        place = (row["来源文件"], row["来源工作表"], row["来源单元格"])
        for value in originals.values(*place, row["来源单位"]):
            if number_in(value) != pytest.approx(row["来源数值"], rel=1e-12):
                wrong.append(f"{place}: {value!r}, said to be {row['来源数值']!r}")
        if row["取得方式"] == "原样转录" and round(row["来源数值"], 10) != round(row["印出数值"], 10):
            # Amounts of money are printed with two decimals; nothing else may be rounded.
            assert abs(row["来源数值"] - row["印出数值"]) <= 0.005 + 1e-9 and row["单位"] == "亿元", place
    assert not wrong


@pytest.mark.slow
def test_the_checksum_of_an_origin_is_that_of_its_file(made: Made, trace: list[dict[str, Any]]) -> None:
    said = {(row["来源文件"], row["文件 SHA-256"]) for row in trace}
    assert said == {(file, digest(made.raw / file)) for file, _ in said}


@pytest.mark.slow
def test_own_arithmetic_says_so_and_names_all_its_inputs(trace: list[dict[str, Any]]) -> None:
    groups: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in trace:
        groups[row["溯源号"]].append(row)
    assert sorted(groups) == list(range(1, len(groups) + 1))
    for rows in groups.values():
        assert [row["输入"] for row in rows] == [f"{i}/{len(rows)}" for i in range(1, len(rows) + 1)]
        method = rows[0]["取得方式"]
        assert (method == "原样转录" and len(rows) == 1) or method.startswith("本报告测算：")


@pytest.mark.slow
def test_what_nobody_published_is_nowhere(values: openpyxl.Workbook) -> None:
    sheet = values["封面"]
    rows = {row[0].value: [cell.value for cell in row] for row in sheet.iter_rows() if row[0].value}
    heading = next(row for row in rows.values() if row[0] == "指标")
    growth = next(i for i, name in enumerate(heading) if str(name).startswith("同比增长"))
    for name in ("固定资产投资", "万元地区生产总值能耗"):
        assert rows[name][growth] == "未见公布"
        assert any(str(cell).endswith("结果未公布") for cell in rows[name])


@pytest.mark.slow
def test_libreoffice_recalculates_every_formula_to_its_cached_value(
    made: Made, values: openpyxl.Workbook, tmp_path: Path
) -> None:
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("soffice is not installed, so the formulas were not recalculated by another program")
    written = made.folder / f"{TITLE}.xlsx"
    profile = tmp_path / "profile"
    (profile / "user").mkdir(parents=True)
    # LibreOffice trusts cached values unless told otherwise, and a trusted value proves nothing.
    (profile / "user" / "registrymodifications.xcu").write_text(ALWAYS_RECALCULATE, encoding="utf-8")
    command = [soffice, "--headless", f"-env:UserInstallation={profile.as_uri()}", "--convert-to", "xlsx"]
    command += ["--outdir", str(tmp_path / "back"), str(written)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    formulas = openpyxl.load_workbook(written)
    again = openpyxl.load_workbook(tmp_path / "back" / written.name, data_only=True)
    checked = 0
    for sheet in formulas.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type != "f":
                    continue
                old, new = (
                    values[sheet.title][cell.coordinate].value,
                    again[sheet.title][cell.coordinate].value,
                )
                assert new == (pytest.approx(old, abs=1e-9) if isinstance(old, int | float) else old), cell
                checked += 1
    assert checked > 20


# --- the old report or the new one ---------------------------------------------------------------


@pytest.fixture
def old(tmp_path: Path) -> Path:
    folder = tmp_path / "reports" / "2024"
    folder.mkdir(parents=True)
    (folder / "旧.txt").write_text("旧", encoding="utf-8")
    return folder


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def test_a_new_report_takes_the_place_of_the_old_one(old: Path) -> None:
    with _replacing(old) as folder:
        (folder / "新.txt").write_text("新", encoding="utf-8")
        assert names(old) == {"旧.txt"}
    assert names(old.parent) == {"2024", "2024/新.txt"}


def begin_and_fail(folder: Path, error: BaseException) -> None:
    with _replacing(folder) as fresh:
        (fresh / "新.txt").write_text("新", encoding="utf-8")
        raise error


@pytest.mark.parametrize("error", [RuntimeError("x"), KeyboardInterrupt()], ids=repr)
def test_whatever_goes_wrong_the_old_report_stays(old: Path, error: BaseException) -> None:
    with pytest.raises(type(error)):
        begin_and_fail(old, error)
    assert names(old.parent) == {"2024", "2024/旧.txt"}


def test_a_report_that_cannot_be_moved_into_place_puts_the_old_one_back(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = Path.rename

    def refuse(self: Path, target: Path) -> Path:
        if self.name == ".2024.new":
            raise OSError(28, "No space left on device")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(Exception, match="写不进去"), _replacing(old):
        pass
    assert names(old.parent) == {"2024", "2024/旧.txt"}


def test_a_run_that_was_killed_between_its_renames_loses_nothing(old: Path) -> None:
    old.rename(old.with_name(".2024.old"))
    with pytest.raises(RuntimeError):
        begin_and_fail(old, RuntimeError("killed again"))
    assert names(old.parent) == {"2024", "2024/旧.txt"}
