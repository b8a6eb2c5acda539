"""The notebooks as they lie in the repository: clean, short, more prose than code, and they run without a warning."""

from __future__ import annotations

import ast
import json
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from songyuan_analysis.publication import run_notebook

FOLDER = Path(__file__).resolve().parent.parent / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
NAMES = ["01_gdp", "02_investment", "03_revenue", "04_energy_intensity", "05_plan_scorecard", "06_projects"]

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def cells(path: Path, kind: str = "") -> list[dict[str, Any]]:
    found = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in found if not kind or cell["cell_type"] == kind]


def text(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def test_there_are_six_notebooks() -> None:
    assert [path.stem for path in NOTEBOOKS] == NAMES


@every_notebook
def test_a_notebook_is_clean(path: Path) -> None:
    for cell in cells(path, "code"):
        assert cell["outputs"] == []
        assert cell["execution_count"] is None
    assert all(set(cell["metadata"]) <= {"tags"} for cell in cells(path))
    assert "papermill" not in json.loads(path.read_text(encoding="utf-8"))["metadata"]


@every_notebook
def test_a_notebook_has_one_cell_of_parameters_and_it_comes_first(path: Path) -> None:
    tagged = [cell for cell in cells(path) if "parameters" in cell["metadata"].get("tags", [])]
    assert len(tagged) == 1
    assert cells(path, "code")[0] == tagged[0]
    names = {node.targets[0].id for node in ast.parse(text(tagged[0])).body}  # type: ignore[attr-defined]
    lights = {"lights"} if path.stem == "05_plan_scorecard" else set()
    assert names == {"period", "processed", "raw"} | lights


@every_notebook
def test_a_notebook_is_short_and_says_more_than_it_computes(path: Path) -> None:
    code = [text(cell) for cell in cells(path, "code")]
    prose = "".join(text(cell) for cell in cells(path, "markdown"))
    assert len(code) <= 8
    assert sum(1 for cell in code for line in cell.splitlines() if line.strip()) <= 50
    assert len(prose) > sum(map(len, code))
    assert len(cells(path, "markdown")) >= len(code) - 1


@every_notebook
def test_the_work_is_in_the_package(path: Path) -> None:
    tree = ast.parse("\n".join(text(cell) for cell in cells(path, "code")))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.While)
    assert not [node for node in ast.walk(tree) if isinstance(node, kinds)]


@every_notebook
def test_a_notebook_opens_with_its_question_and_closes_with_its_limits(path: Path) -> None:
    first, last = cells(path)[0], cells(path)[-1]
    assert first["cell_type"] == last["cell_type"] == "markdown"
    assert text(first).startswith("# ") and "**本篇回答：**" in text(first)
    assert text(last).startswith("## 数据的局限")
    assert text(last).count("\n- ") >= 3


# Warnings from the first import on are fatal; nothing is filtered out.
FATAL = {
    "cell_type": "code",
    "execution_count": None,
    "id": "warnings",
    "metadata": {},
    "outputs": [],
    "source": "import warnings\n\nwarnings.simplefilter('error')",
}


@pytest.mark.slow
@pytest.mark.parametrize("period", ["2024", "2025H1"])
def test_all_notebooks_run_without_a_warning(period: str, raw: Path, store: Path, tmp_path: Path) -> None:
    jobs = []
    for path in NOTEBOOKS:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        notebook["cells"].insert(0, FATAL)
        source = tmp_path / "in" / path.name
        source.parent.mkdir(exist_ok=True)
        source.write_text(json.dumps(notebook, ensure_ascii=False), encoding="utf-8")
        jobs.append((source, tmp_path / "out" / path.name, period, raw, store))
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        executed = list(pool.map(run_notebook, *zip(*jobs, strict=True)))
    for path in executed:
        code = cells(path, "code")
        assert all(cell["execution_count"] for cell in code), path.name
        outputs = [output for cell in code for output in cell["outputs"]]
        assert not [o for o in outputs if o["output_type"] == "error" or o.get("name") == "stderr"], path.name
        assert sum(output["output_type"] in {"display_data", "execute_result"} for output in outputs) >= 3
        assert str(tmp_path) not in path.read_text(encoding="utf-8")
