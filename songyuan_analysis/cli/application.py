"""The application: its options, its two consoles, its exit codes, and how an error is printed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from songyuan_analysis import __version__
from songyuan_analysis.errors import SongyuanError
from songyuan_analysis.usage import Group

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

Raw = Annotated[Path, typer.Option("--raw", help="原始工作簿所在文件夹。")]
Processed = Annotated[Path, typer.Option("--processed", help="已处理数据所在文件夹。")]
Lights = Annotated[
    str,
    typer.Option(
        "--lights",
        metavar="规则",
        help="按哪套规则亮灯：yinchuan（银川）、tianjin（天津），或自己的 .toml 文件；不写就不亮灯。",
    ),
]
RAW, PROCESSED = Path("data/raw"), Path("data/processed")

# The terminal folds long lines by itself; a number or a path that was broken by us could not be copied.
out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def say_error(error: SongyuanError) -> None:
    """Print one error: where, what, and what to do."""
    if error.place:
        err.print(f"[bold red]{escape(error.place)}[/]")
    err.print(f"[red]错误：[/]{escape(error.message)}")
    if error.remedy:
        err.print(f"处理办法：{escape(error.remedy)}")


def progress_bar() -> Progress:
    """Return a bar of progress, seen only where somebody watches."""
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
