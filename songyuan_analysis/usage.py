"""What the command line says about its own use, in Chinese: the library behind it speaks English only."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Callable
from typing import Any

from typer.core import TyperCommand, TyperGroup

_HELP: tuple[tuple[str, str], ...] = (
    (r"^Usage: (\S+(?: \w+)*)", r"用法：\1"),
    (r"\[OPTIONS\]", "[选项]"),
    (r"COMMAND \[ARGS\]\.\.\.", "命令 [参数]"),
    (r"^Options:", "选项："),
    (r"^Commands:", "命令："),
    (r"^Arguments:", "参数："),
    (r"Show this message and exit\.", "显示本帮助。"),
    (r"\[required\]", "[必填]"),
    (r"\[default:\s+([^\]]*)\]", r"[默认：\1]"),
)
_MISTAKES: tuple[tuple[str, Callable[[re.Match[str]], str]], ...] = (
    (r"No such command '(.*?)'\.(?: Did you mean (.*)\?)?", lambda m: f"没有命令 {m[1]}{_perhaps(m[2])}"),
    (
        r"No such option: (\S+)(?: \(Possible options: (.*)\))?",
        lambda m: f"没有选项 {m[1]}{_perhaps(m[2])}",
    ),
    (r"Option '(.*?)' requires", lambda m: f"选项 {m[1]} 后面要跟一个值。"),
    (r"Option '(.*?)' does not take", lambda m: f"选项 {m[1]} 后面不跟值。"),
    (r"Got unexpected extra arguments?(?:\(s\))? \((.*)\)", lambda m: f"多出了参数：{m[1]}。"),
    (r"Missing \w+ '?\{?(\w+)", lambda m: f"缺少参数 {m[1]}。"),
)


def speak_utf8() -> None:
    """Make Chinese come out of a Windows console that would choke on a sign outside its code page."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _perhaps(words: str | None) -> str:
    return "，是不是 {}？".format(words.replace("'", "")) if words else "。"


def help_in_chinese(text: str) -> str:
    """Put the fixed words of a help text into Chinese."""
    for pattern, words in _HELP:
        text = re.sub(pattern, words, text, flags=re.MULTILINE)
    return text


def mistake_in_chinese(text: str) -> str:
    """Say in Chinese what was wrong with a command; a message that is not known stays as it is."""
    for pattern, words in _MISTAKES:
        if match := re.match(pattern, text):
            return words(match)
    return text


class Command(TyperCommand):
    """A command whose help is Chinese."""

    def get_help(self, ctx: Any) -> str:
        """Return the help text."""
        return help_in_chinese(super().get_help(ctx))


class Group(TyperGroup):
    """A group of commands whose help is Chinese."""

    def get_help(self, ctx: Any) -> str:
        """Return the help text."""
        return help_in_chinese(super().get_help(ctx))
