"""Start-up: the list of commands, and what becomes of errors."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Sequence
from typing import Any

import typer
from rich.markup import escape

from songyuan_analysis.cli import (
    auditing,
    building,
    comparing,
    correcting,
    exporting,
    files,
    looking,
    reporting,
)
from songyuan_analysis.cli.application import BAD_INPUT, DONE, app, err, say_error
from songyuan_analysis.errors import PlanWarning, SongyuanError
from songyuan_analysis.usage import Command, mistake_in_chinese, speak_utf8

# In the order in which the help lists them.
COMMANDS = (
    building.build,
    auditing.audit,
    looking.status,
    reporting.report,
    files.explain,
    comparing.diff,
    files.add,
    correcting.correct,
    exporting.export,
    exporting.ask,
    reporting.lab,
)
for command in COMMANDS:
    app.command(cls=Command)(command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command; every error on purpose becomes one message and exit code 2."""
    speak_utf8()
    with warnings.catch_warnings():
        warnings.showwarning = _say_doubt
        _run(arguments)


def _run(arguments: Sequence[str] | None) -> None:
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


def _say_doubt(message: Warning | str, category: type[Warning], *place: Any, **more: Any) -> None:
    """Say a doubt about the plan as a sentence; other warnings are for developers and keep their form."""
    if issubclass(category, PlanWarning):
        err.print(f"[yellow]请核对：[/]{escape(str(message))}")
    else:
        print(warnings.formatwarning(message, category, *place[:2]), end="", file=sys.stderr)


def _say_misuse(error: Exception) -> None:
    message = error.format_message() if hasattr(error, "format_message") else str(error)
    if type(error).__name__ == "NoArgsIsHelpError":
        print(message, file=sys.stderr)
        return
    err.print(f"[red]用法不对：[/]{escape(mistake_in_chinese(message))}")
    err.print("处理办法：运行 songyuan --help 或 songyuan 命令 --help 查看用法。")
