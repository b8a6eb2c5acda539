"""Traffic lights by rules that were published, and by rules of one's own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from songyuan_analysis.errors import LightsError, UsageError
from songyuan_analysis.methods.bands import Bands
from songyuan_analysis.methods.light_sets import choose_lights
from songyuan_analysis.methods.lights import LIGHTS, light, load_lights, published_rules
from songyuan_analysis.methods.precision import Interval


@pytest.mark.parametrize(
    ("done", "colour"),
    [
        (70, "green"),
        (60, "green"),
        (59.9, "undefined"),
        (50.1, "undefined"),
        (50, "yellow"),
        (30, "yellow"),
        (29.9, "red"),
        (float("nan"), ""),
    ],
)
def test_projects_of_yinchuan(done: float, colour: str) -> None:
    """Check against a schedule of 60: less than 10 points behind is not defined by the text."""
    assert light(done, 60.0, "yinchuan_2025_projects") == colour


@pytest.mark.parametrize(
    ("months", "colour"), [(0, "undefined"), (1, "yellow"), (2.9, "yellow"), (3, "red"), (7, "red")]
)
def test_projects_of_yinchuan_that_have_not_begun(months: float, colour: str) -> None:
    assert light(months, None, "yinchuan_2025_not_started") == colour


@pytest.mark.parametrize(
    ("growth", "plan", "average", "colour"),
    [
        (6.0, 5.0, 5.5, "green"),
        (5.2, 5.0, 5.5, "yellow"),
        (5.2, 5.5, 5.0, "yellow"),
        (0.0, 5.0, 5.0, "undefined"),
        (-0.1, 5.0, 5.0, "red"),
        (-1.0, -2.0, -3.0, "undefined"),
    ],
)
def test_investment_of_tianjin(growth: float, plan: float, average: float, colour: str) -> None:
    assert light(growth, plan, "tianjin_2022_investment", average) == colour


@pytest.mark.parametrize(
    ("spent", "colour"), [(50, "green"), (60, "green"), (49, "yellow"), (35, "yellow"), (34.9, "red")]
)
def test_bonds_of_tianjin(spent: float, colour: str) -> None:
    assert light(spent, 50.0, "tianjin_2022_bonds") == colour


def test_columns_and_figures_give_the_same_lights() -> None:
    done = np.array([70, 55, 40, 20, np.nan])
    found = light(done, 60.0, "yinchuan_2025_projects")
    assert found.tolist() == ["green", "undefined", "yellow", "red", ""]
    assert found.tolist() == [light(float(x), 60.0, "yinchuan_2025_projects") for x in done]
    moving = light(done, np.array([80, 55, 60, 60, 60]), "yinchuan_2025_projects")
    assert moving.tolist() == ["yellow", "green", "yellow", "red", ""]
    assert light(3.0, np.array([1.0, 5.0]), "tianjin_2022_investment", 2.0).tolist() == ["green", "yellow"]


def test_what_precision_leaves_open_is_not_decided() -> None:
    assert light(Interval(59.0, 60.0, 61.0), 60.0, "yinchuan_2025_projects") == "undecided"
    assert light(Interval(61.0, 62.0, 63.0), 60.0, "yinchuan_2025_projects") == "green"
    bands = Bands(
        np.array([59.0, 62.0, np.nan]), np.array([60.0, 63.0, np.nan]), np.array([61.0, 64.0, np.nan])
    )
    assert light(bands, 60.0, "yinchuan_2025_projects").tolist() == ["undecided", "green", ""]
    assert set(LIGHTS) >= {"undecided", "undefined", ""}


def test_binary_noise_decides_nothing() -> None:
    assert light(100 * 8 / 12, 66.66666666666667, "yinchuan_2025_projects") == "green"
    assert light(0.3 - 0.1, 0.2, "tianjin_2022_bonds") == "green"


def test_no_rules_no_light() -> None:
    with pytest.raises(TypeError):
        light(50.0, 60.0)  # type: ignore[call-overload]
    with pytest.raises(UsageError, match="没有名为"):
        light(50.0, 60.0, "yinchuan")
    with pytest.raises(UsageError, match="没有给目标"):
        light(50.0, None, "yinchuan_2025_projects")
    with pytest.raises(UsageError, match="没有给参照"):
        light(50.0, 60.0, "tianjin_2022_investment")


def test_published_rules_say_where_they_come_from() -> None:
    assert all(rules.source and rules.name_zh for rules in published_rules().values())
    assert len(published_rules()) == 4


OWN = """[[rules]]
id = "own"
name_zh = "本市"
source = "示例"

[[rules.band]]
light = "green"
lead = { at_least = 0 }

[[rules.band]]
light = "red"
lead = { below = -5 }
"""


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_rules_of_one_s_own(tmp_path: Path) -> None:
    rules = load_lights(write(tmp_path, OWN))["own"]
    assert [light(x, 0.0, rules) for x in (1.0, -5.0, -5.1)] == ["green", "undefined", "red"]


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("below = -5", "at_most = 0", 10, "红灯与第6行的绿灯重叠"),
        ("at_least = 0", "at_leest = 0", 8, "at_leest"),
        ("at_least = 0", 'at_least = "0"', 8, "应为一个数"),
        ("at_least = 0", "at_least = 0, above = 1", 8, "两个界限"),
        ("at_least = 0", "at_least = 3, below = 3", 8, "没有数"),
        ('light = "red"', 'light = "rot"', 11, "light 应为"),
        ("lead = { below = -5 }", "gap = { below = -5 }", 12, "不认识的量 gap"),
        ("lead = { below = -5 }", "lead = -5", 12, "的样子"),
        ("lead = { below = -5 }", "", 10, "没有写任何界限"),
        ('source = "示例"\n', "", 1, "缺少 source"),
        ('source = "示例"', 'source = "示例"\noverlaps = "ja"', 5, "overlaps"),
        ('id = "own"', 'id = "own"\ncolour = 1', 3, "colour"),
        ('id = "own"', 'id = "own"\nkinds = "growth"', 3, "的样子"),
        ('id = "own"', 'id = "own"\nkinds = ["growht"]', 3, "不认识的 growht"),
        ('id = "own"', 'id = "own"\nindicators = ["GDP"]', 3, "指标目录"),
    ],
)
def test_every_mistake_is_named_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, said: str
) -> None:
    assert OWN.count(old) == 1
    with pytest.raises(LightsError, match=said) as caught:
        load_lights(write(tmp_path, OWN.replace(old, new)))
    assert caught.value.file == "own.toml" and f"第{line}行" in caught.value.message


def test_all_mistakes_are_named_at_once(tmp_path: Path) -> None:
    wrong = OWN.replace('"red"', '"rot"').replace("at_least", "atleast").replace('name_zh = "本市"\n', "")
    with pytest.raises(LightsError) as caught:
        load_lights(write(tmp_path, wrong))
    assert caught.value.message.count("行：") == 3
    for text, said in (
        ("", "至少写一个"),
        (OWN + OWN, "重复"),
        (OWN + "[other]\n", "other"),
        ("a = ", "TOML"),
    ):
        with pytest.raises(LightsError, match=said):
            load_lights(write(tmp_path, text))
    with pytest.raises(LightsError, match="读不到"):
        load_lights(tmp_path / "none.toml")


def test_touching_bands_do_not_overlap_and_known_overlaps_are_undefined(tmp_path: Path) -> None:
    touching = OWN.replace("below = -5", "below = 0")
    assert load_lights(write(tmp_path, touching))["own"].bands
    known = OWN.replace("below = -5", "at_most = 0").replace('"示例"', '"示例"\noverlaps = "undefined"')
    assert light(0.0, 0.0, load_lights(write(tmp_path, known))["own"]) == "undefined"


def test_rules_say_what_targets_they_are_for(tmp_path: Path) -> None:
    assert load_lights(write(tmp_path, OWN))["own"].fits("growth", "gdp")
    words = 'id = "own"\nkinds = ["growth"]\nindicators = ["fai"]'
    only = load_lights(write(tmp_path, OWN.replace('id = "own"', words)))["own"]
    assert only.fits("growth", "fai") and not only.fits("growth", "gdp") and not only.fits("amount", "fai")
    published = published_rules()
    assert published["yinchuan_2025_projects"].fits("count", "projects_50m")
    assert not published["yinchuan_2025_not_started"].fits("count", "projects_50m")


def test_rules_are_chosen_by_city_id_or_file(tmp_path: Path) -> None:
    assert [rules.id for rules in choose_lights("yinchuan")] == [
        "yinchuan_2025_projects",
        "yinchuan_2025_not_started",
    ]
    assert choose_lights("银川") == choose_lights("yinchuan")
    assert [rules.id for rules in choose_lights("tianjin_2022_investment")] == ["tianjin_2022_investment"]
    assert [rules.id for rules in choose_lights(write(tmp_path, OWN))] == ["own"]
    with pytest.raises(UsageError, match="没有名为“北京”") as caught:
        choose_lights("北京")
    assert "yinchuan" in str(caught.value.remedy)
    with pytest.raises(LightsError):
        choose_lights(tmp_path / "none.toml")
