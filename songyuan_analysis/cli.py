"""The ``songyuan`` command: what an analyst types, and what the terminal answers."""

from __future__ import annotations

import math
import shutil
import sys
from collections.abc import Hashable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from songyuan_analysis import __version__
from songyuan_analysis.errors import SongyuanError, UsageError
from songyuan_analysis.usage import Command, Group, mistake_in_chinese, speak_utf8

app = typer.Typer(
    name="songyuan",
    cls=Group,
    help="松原市统计工作簿：读入、入库、对照政府计划、出简报。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

DONE, FINDINGS, BAD_INPUT = 0, 1, 2
NO_QUANTITY = "无数量要求"

Raw = Annotated[Path, typer.Option("--raw", help="原始工作簿所在文件夹。")]
Processed = Annotated[Path, typer.Option("--processed", help="已处理数据所在文件夹。")]
_RAW, _PROCESSED = Path("data/raw"), Path("data/processed")

# The terminal folds long lines by itself; a number or a path that was broken by us could not be copied.
out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command; every error on purpose becomes one message and exit code 2."""
    speak_utf8()
    try:
        code = app(args=arguments, prog_name="songyuan", standalone_mode=False)
    except SongyuanError as error:
        say_error(error)
        raise SystemExit(error.exit_code) from None
    except OSError as error:
        reason = error.strerror or str(error)
        remedy = "检查路径、磁盘空间和读写权限；文件若在 Excel 或 WPS 中打开，请先关闭。"
        say_error(SongyuanError(f"读写文件失败（{reason}）。", file=str(error.filename or ""), remedy=remedy))
        raise SystemExit(BAD_INPUT) from None
    except (typer.Exit, typer.Abort) as stop:
        raise SystemExit(getattr(stop, "exit_code", 1)) from None
    except Exception as error:
        if type(error).__module__.split(".")[0] in {"click", "typer"}:
            _say_misuse(error)
            raise SystemExit(BAD_INPUT) from None
        raise
    raise SystemExit(code if isinstance(code, int) else DONE)


def _say_misuse(error: Exception) -> None:
    message = error.format_message() if hasattr(error, "format_message") else str(error)
    if type(error).__name__ == "NoArgsIsHelpError":
        print(message, file=sys.stderr)
        return
    err.print(f"[red]用法不对：[/]{escape(mistake_in_chinese(message))}")
    err.print("处理办法：运行 songyuan --help 或 songyuan 命令 --help 查看用法。")


def say_error(error: SongyuanError) -> None:
    """Print one error: where, what, and what to do."""
    if error.place:
        err.print(f"[bold red]{escape(error.place)}[/]")
    err.print(f"[red]错误：[/]{escape(error.message)}")
    if error.remedy:
        err.print(f"处理办法：{escape(error.remedy)}")


def _bar() -> Progress:
    columns: tuple[Any, ...] = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    # Where nobody watches (a log, a pipe) a bar is noise.
    return Progress(*columns, console=err, transient=True, disable=not err.is_terminal)


def _show_version(wanted: bool) -> None:
    if wanted:
        out.print(f"songyuan {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="显示版本。")
    ] = False,
) -> None:
    """松原市统计工作簿：读入、入库、对照政府计划、出简报。"""


@app.command(cls=Command)
def build(raw: Raw = _RAW, processed: Processed = _PROCESSED) -> int:
    """把 data/raw 的工作簿读入 data/processed；只处理有变化的。"""
    return _build(raw, processed)


def _build(raw: Path, processed: Path) -> int:
    from songyuan_analysis import pipeline

    with _bar() as bar:
        task = bar.add_task("读入工作簿", total=None)

        def progress(name: str, done: int, total: int) -> None:
            bar.update(task, description=f"读入 {escape(name)}", completed=done, total=total)

        report = pipeline.build(raw, processed, progress=progress)
    for error in report.failed:
        say_error(error)
    rows = sum(result.rows for result in report.results)
    unmapped = sum(result.unmapped for result in report.results)
    out.print(
        f"入库：新建 {len(report.written)} 份（{rows} 个数），未变 {len(report.unchanged)} 份，"
        f"移除 {len(report.removed)} 份，失败 {len(report.failed)} 份。"
    )
    if unmapped:
        out.print(f"有 {unmapped} 个数的含义没有弄清，已保留、不参加计算；运行 songyuan audit 查看。")
    return BAD_INPUT if report.failed else DONE


def _say_not_built(raw: Path, processed: Path) -> None:
    """Warn where data/raw holds workbooks that the processed data do not: what follows would leave them out."""
    from songyuan_analysis.pipeline import not_built

    if missing := not_built(raw, processed):
        more = f"等 {len(missing)} 个" if len(missing) > 1 else ""
        err.print(
            f"[yellow]注意：[/]{escape(missing[0])} {more}没有入库，以下不含其中的数。请先运行 songyuan build。"
        )


@app.command(cls=Command)
def audit(
    raw: Raw = _RAW,
    processed: Processed = _PROCESSED,
    notes: Annotated[bool, typer.Option("--notes", help="连同“提示”一级一起列出。")] = False,
) -> int:
    """检查已入库的数据：未识别的标签、加总、突变、口径、互相矛盾的数。"""
    from songyuan_analysis.observations.breaks import load_breaks
    from songyuan_analysis.observations.checks import NOTE
    from songyuan_analysis.observations.checks import audit as run_audit
    from songyuan_analysis.observations.store import load_observations

    observations = load_observations(processed, vintages="all")
    found = run_audit(observations, load_breaks(raw / "breaks.toml"))
    for finding in found.to_dict("records"):
        if finding["severity"] == NOTE and not notes:
            continue
        colour = {"错误": "bold red", "警示": "yellow"}.get(finding["severity"], "dim")
        out.print(f"[{colour}]{finding['severity']}[/] {escape(finding['message'])}")
        out.print(f"    依据：{escape(finding['evidence'])}")
        out.print(f"    处理：{escape(finding['remedy'])}")
    counts = {name: int((found["severity"] == name).sum()) for name in ("错误", "警示", "提示")}
    unmapped = int(((observations["indicator"] == "") & observations["obs_value"].notna()).sum())
    _say_not_built(raw, processed)
    out.print(
        f"检查了 {len(observations)} 个观测：" + "，".join(f"{k} {v} 条" for k, v in counts.items()) + "；"
        f"标签未识别的数 {unmapped} 个" + ("。" if notes or not counts["提示"] else "（--notes 逐条列出）。")
    )
    return FINDINGS if counts["错误"] or counts["警示"] else DONE


@app.command(cls=Command)
def status(
    period: Annotated[str, typer.Argument(help="时期：2024、2024Q2、2025H1。")] = "2024",
    raw: Raw = _RAW,
    processed: Processed = _PROCESSED,
    every: Annotated[bool, typer.Option("--all", help="列出全部承诺，包括没有数量要求的。")] = False,
) -> int:
    """在终端里显示计划完成情况。"""
    from songyuan_analysis.briefing.prose import gdp_sentence, overview
    from songyuan_analysis.briefing.view import open_view

    view = open_view(period, processed=processed, raw=raw)
    _say_not_built(raw, processed)
    out.print(f"[bold]{view.area_name}{view.label}[/]")
    progress = view.progress
    if progress is None:
        for paragraph in overview(view):
            out.print(escape(str(paragraph)))
        return DONE
    out.print(escape(str(gdp_sentence(view))))
    table = Table(title=f"{view.year}年计划完成情况", title_justify="left", show_lines=False)
    for name in ("事项", "目标", "结果", "差距", "状态"):
        table.add_column(name, overflow="fold", justify="right" if name in {"结果", "差距"} else "left")
    for row in progress.to_dict("records"):
        if not (every or row["measurable"]):
            continue
        table.add_row(
            escape(row["name_zh"]),
            escape(row["target_text"]),
            _number(row["outcome"], row["outcome_unit"]),
            _gap(row),
            _coloured(row["state"], row["state_zh"] if row["measurable"] else NO_QUANTITY),
        )
    out.print(table, soft_wrap=False)
    for row in progress.to_dict("records"):
        if row["state"] not in {"no_outcome"}:
            out.print(escape(f"· {row['name_zh']}：{row['reason']}"))
            if row["own_arithmetic"]:
                out.print(escape(f"  {row['own_arithmetic']}"))
    silent = int((~progress["measurable"].astype(bool)).sum())
    if silent and not every:
        out.print(f"另有 {silent} 项没有数量要求（--all 列出）。结果未公布不等于没有完成。")
    return DONE


def _number(value: float, unit: str, *, sign: bool = False) -> str:
    if math.isnan(value):
        return "—"
    return f"{round(value, 2):+g}{unit}" if sign else f"{value:.10g}{unit}"


def _gap(row: dict[Hashable, Any]) -> str:
    """Print the gap; within the year that of an amount is the gap to the share of the year that has passed."""
    text = _number(row["gap"], row["gap_unit"], sign=True)
    passed = row["time_progress_pct"]
    if math.isnan(row["gap"]) or math.isnan(passed) or passed >= 100:
        return text
    return f"{text}（比时间进度{passed:.0f}%）"


def _coloured(state: str, words: str) -> str:
    colour = {"met": "green", "ahead": "green", "missed": "red", "behind": "yellow"}.get(state, "dim")
    return f"[{colour}]{words}[/]"


@app.command(cls=Command)
def report(
    period: Annotated[str, typer.Argument(help="时期：2024、2024Q2、2025H1。")],
    raw: Raw = _RAW,
    processed: Processed = _PROCESSED,
    reports: Annotated[Path, typer.Option("--reports", help="报告放在哪个文件夹。")] = Path("reports"),
    notebooks: Annotated[Path, typer.Option("--notebooks", help="分析笔记本所在文件夹。")] = Path(
        "notebooks"
    ),
) -> int:
    """入库并写出 reports/时期/：Excel 简报、执行过的笔记本、离线 HTML 报告和清单。"""
    from songyuan_analysis import publication

    built = _build(raw, processed)
    with _bar() as bar:
        task = bar.add_task("写报告", total=None)

        def progress(name: str, done: int, total: int) -> None:
            bar.update(task, description=escape(name), completed=done, total=total)

        made = publication.publish(
            period, raw=raw, processed=processed, reports=reports, notebooks=notebooks, progress=progress
        )
    out.print(f"已写出 {made.folder}：")
    for name in made.files:
        out.print(f"  {name}")
    if made.gaps:
        out.print(f"没有找到公布数、因而报告里没有的，例如：{made.gaps[0]}全部见简报的“说明”表。")
    if built:
        out.print("[yellow]有工作簿没能入库（见上），报告不含它们的数。[/]")
    return built


@app.command(cls=Command)
def explain(
    file: Annotated[Path, typer.Argument(help="工作簿。")],
    html: Annotated[Path | None, typer.Option("--html", help="另存为 HTML。")] = None,
) -> int:
    """显示一个工作簿是怎样被读懂的：标题、单位、表头、行标签、数据、注释。"""
    from songyuan_analysis.sheets import explain as explain_workbook

    explanation = explain_workbook(file)
    if html is not None:
        try:
            html.write_text(explanation._repr_html_(), encoding="utf-8")
        except OSError as error:
            raise UsageError(
                f"写不进去（{error.strerror or error}）。", file=str(html), remedy="换一个能写的文件夹。"
            ) from None
        out.print(f"已写出 {html}")
    else:
        print(explanation.to_terminal())
    return DONE


@app.command(cls=Command)
def add(
    file: Annotated[Path, typer.Argument(help="要登记的工作簿。")],
    issuer: Annotated[str, typer.Option("--issuer", help="发布单位。")] = "",
    title: Annotated[str, typer.Option("--title", help="资料标题；不写则用表中第一个标题。")] = "",
    released: Annotated[str, typer.Option("--released", help="发布日期，如 2025-03-20。")] = "unknown",
    tier: Annotated[str, typer.Option("--tier", help="来源等级：1、1-2、2、3。")] = "1",
    status: Annotated[
        str, typer.Option("--status", help="preliminary、revised、final、estimate、unknown。")
    ] = "unknown",
    area: Annotated[str, typer.Option("--area", help="表中没写地区时的地区代码，如 220700。")] = "",
    transcribed: Annotated[bool, typer.Option("--transcribed", help="是转录的，不是原始文件。")] = False,
    raw: Raw = _RAW,
    processed: Processed = _PROCESSED,
) -> int:
    """把工作簿放进 data/raw，写好来源卡，并入库。"""
    from songyuan_analysis.observations.sources import STATUSES, TIERS, card_path, sha256_of, write_card
    from songyuan_analysis.pipeline import SUFFIXES, observe_workbook, workbooks
    from songyuan_analysis.sheets import read_workbook

    if not file.exists():
        raise UsageError("找不到这个文件。", file=str(file), remedy="检查路径；含空格的路径要加引号。")
    if file.suffix.lower() not in SUFFIXES:
        raise UsageError(
            f"后缀“{file.suffix}”不是工作簿的，入库时会被略过。",
            file=file.name,
            remedy=f"把后缀改成 {'、'.join(sorted(SUFFIXES))} 之一，再运行一次。",
        )
    if not raw.is_dir():
        raise UsageError(
            "没有原始数据文件夹。", file=str(raw), remedy="在项目文件夹里运行，或用 --raw 指明。"
        )
    if tier not in TIERS or status not in STATUSES:
        raise UsageError(
            f"等级“{tier}”或状态“{status}”不在可用的值之内。",
            remedy=f"等级可用 {'、'.join(TIERS)}；状态可用 {'、'.join(STATUSES)}。",
        )
    cells = read_workbook(file)
    digest = sha256_of(file)
    inside = raw.resolve() in file.resolve().parents
    target = file if inside else raw / file.name
    for other in workbooks(raw):
        if other.resolve() != file.resolve() and sha256_of(other) == digest:
            raise UsageError(
                f"同样内容的工作簿已经在库里：{other.name}。", file=file.name, remedy="不必再加。"
            )
    if not inside and target.exists():
        raise UsageError(
            f"{raw} 里已有同名的另一个工作簿。",
            file=file.name,
            remedy="改名后再加，例如在文件名里写上发布日期。",
        )
    if card_path(target).exists():
        remedy = "直接编辑它。" if inside else "把工作簿改名后再加；一个文件名只能有一张来源卡。"
        raise UsageError("来源卡已经存在。", file=card_path(target).name, remedy=remedy)
    values: dict[str, object] = {
        "issuer": issuer or "未注明",
        "title": title or next((t for t in cells["title"] if t), target.stem),
        "release_date": released,
        "status": status,
        "read_from": f"{file.name}，由 songyuan add 登记",
        "tier": tier,
        "transcribed": transcribed,
    }
    if area:
        values["ref_area"] = area
    try:
        if not inside:
            shutil.copyfile(file, target)
        write_card(target, values)
        frame = observe_workbook(target, target.name)
    except BaseException:
        # Nothing half-registered stays behind.
        card_path(target).unlink(missing_ok=True)
        if not inside:
            target.unlink(missing_ok=True)
        raise
    unclear = frame[frame["obs_value"].notna() & (frame["problem"] != "")]
    numbers = int(frame["obs_value"].notna().sum())
    out.print(
        f"已登记 {target.name}：{cells['sheet'].nunique()} 个工作表，{numbers} 个数，{len(unclear)} 个含义不全。"
    )
    for problem, rows in unclear.groupby("problem", sort=False):
        first = rows.iloc[0]
        out.print(
            f"  {len(rows)} 个：{escape(str(problem))}（如 {escape(first['sheet'])} › {first['cell']}）"
        )
    out.print(f"来源卡：{card_path(target)}" + ("" if issuer else "（请补发布单位 issuer）"))
    return _build(raw, processed)


@app.command(cls=Command)
def lab(
    notebooks: Annotated[Path, typer.Option("--notebooks", help="笔记本所在文件夹。")] = Path("notebooks"),
) -> int:
    """在浏览器里打开 JupyterLab。"""
    import subprocess

    return subprocess.call([sys.executable, "-m", "jupyter", "lab", str(notebooks)])


if __name__ == "__main__":
    main()
