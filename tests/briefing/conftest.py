"""Made-up views, and reading pictures without a picture library."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import vl_convert

from songyuan_analysis.briefing.view import View, report_period
from songyuan_analysis.methods.light_sets import choose_lights
from songyuan_analysis.plan import load_plan

PLAN = """[plan]
title = "虚构计划"
year = 2024
area = "220700"
issuer = "虚构市人民政府"
source_title = "虚构数据"
release_date = "2024-01-10"
conf_tier = "1"
due = "2024-12-31"
sections = ["主要目标"]
"""
RATE = {"measure": "yoy", "unit": "%", "unit_measure": "PT", "unit_mult": 0, "decimals": 1}


@pytest.fixture
def commitment() -> Callable[..., str]:
    """Write one commitment of a made-up plan; keywords change or add keys."""

    def write(**keys: object) -> str:
        known = {"id": "main.gdp", "section": "主要目标", "name_zh": "地区生产总值", "name_en": "GDP",
                 "indicator": "gdp", "kind": "growth", "operator": "=", "value": 6, "unit": "%", **keys}  # fmt: skip
        lines = [f'{k} = "{v}"' if isinstance(v, str) else f"{k} = {v}" for k, v in known.items() if v != ""]
        return "\n".join(["\n[[commitment]]", *lines]) + "\n"

    return write


@pytest.fixture
def so_far() -> Callable[[int], dict[str, Any]]:
    """Columns that make a row one of January to June of a year."""
    return lambda year: {
        "freq": "YTD", "time_period": f"{year}-01/{year}-06", "period_start": f"{year}-01",
        "period_end": f"{year}-06", "cumulative": True,
    }  # fmt: skip


@pytest.fixture
def rate() -> dict[str, Any]:
    """Columns that make a row a growth rate at comparable prices."""
    return {**RATE, "price_base": "comparable"}


@pytest.fixture
def made_view(tmp_path: Path, observations: Callable[..., pd.DataFrame]) -> Callable[..., View]:
    """Make a view of made-up observations (虚构数据) and a made-up plan."""

    def make(rows: list[dict[str, Any]], plan: str = "", *, period: str = "2024Q2", lights: str = "") -> View:
        path = tmp_path / "2024.toml"
        path.write_text(PLAN + plan, encoding="utf-8")
        return View(
            area="220700",
            period=report_period(period),
            releases=observations(*rows),
            plan=load_plan(path) if plan else None,
            lights=choose_lights(lights) if lights else (),
        )

    return make


@pytest.fixture
def dark_pixels() -> Callable[[str], int]:
    """Return the function that counts the ink of an SVG."""
    return _dark_pixels


def _dark_pixels(svg: str) -> int:
    """Count the dark pixels of the picture, drawn at half its size."""
    data = vl_convert.svg_to_png(svg, scale=0.5)
    width, height, depth, kind = struct.unpack(">IIBB", data[16:26])
    assert (depth, kind) == (8, 6), "vl-convert draws RGBA with 8 bits"
    at, packed = 8, b""
    while at < len(data):
        size, name = struct.unpack(">I4s", data[at : at + 8])
        packed += data[at + 8 : at + 8 + size] if name == b"IDAT" else b""
        at += size + 12
    raw, dark = zlib.decompress(packed), 0
    before = bytearray(4 * width)
    for row in range(height):
        begin = row * (4 * width + 1)
        line = _unfilter(raw[begin], bytearray(raw[begin + 1 : begin + 1 + 4 * width]), before)
        dark += sum(
            1
            for red, green, blue in zip(line[0::4], line[1::4], line[2::4], strict=True)
            if red + green + blue < 400
        )
        before = line
    return dark


def _unfilter(kind: int, line: bytearray, before: bytearray) -> bytearray:
    """Undo the filter of one PNG row."""
    for at in range(len(line) if kind else 0):
        left = line[at - 4] if at >= 4 else 0
        above, corner = before[at], before[at - 4] if at >= 4 else 0
        guess = left + above - corner
        paeth = min((left, above, corner), key=lambda near: abs(guess - near))
        line[at] = (line[at] + (0, left, above, (left + above) // 2, paeth)[kind]) & 255
    return line
