"""The register of 2024, and what the check says of registers with mistakes."""

import hashlib
import pickle
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from songyuan_analysis.errors import PlanError, PlanWarning
from songyuan_analysis.methods.targets import check_targets
from songyuan_analysis.plan import Plan, load_plan

GROWTH = """[[commitment]]
id = "headline.gdp"
section = "主要目标"
name_zh = "地区生产总值"
name_en = "GDP"
indicator = "gdp"
kind = "growth"
operator = "="
value = 6
unit = "%"
"""
Register = Callable[[str], Path]


def test_the_four_headline_targets(plan: Plan) -> None:
    """Check kind, number, unit and words of the four headline targets."""
    said = {
        item.indicator: (item.kind, item.value, item.unit, item.target_text)
        for item in plan
        if item.section == "主要预期目标" and item.measurable
    }
    assert said == {
        "gdp": ("growth", 6.0, "%", "增长6%"),
        "fai": ("growth", 5.0, "%", "增长5%"),
        "fiscal_rev_local": ("relational", None, "", "与经济同步"),
        "energy_intensity": ("reduction", -3.5, "%", "下降3.5%"),
    }


def test_every_number_of_the_plan_is_registered_once(plan: Plan) -> None:
    """Check the numbers of the plan's text against the register, growth stated beside them included."""
    numbers = Counter((item.value, item.growth) for item in plan if item.value is not None)
    assert numbers == Counter(
        [
            *[(6.0, None), (5.0, None), (-3.5, None)],
            *[(325.0, None), (388.0, 5.0), (429.0, 10.0), (2000.0, None), (50.0, None)],
            *[(120.0, None), (625.0, 25.0)],
            *[(-10.0, None)],
            *[(20.0, None), (5.0, None), (2.0, None), (20.0, None), (5.0, None)],
        ]
    )


def test_every_section_has_commitments(plan: Plan) -> None:
    """Check that no section of the plan is empty, and which speak in words only."""
    measurable = Counter(item.section for item in plan if item.measurable)
    assert set(plan.sections) == {item.section for item in plan}
    assert measurable == {"主要预期目标": 4, "五个一批": 7, "五项攻坚": 1, "五个合作": 5}


def test_at_least_is_kept_apart_from_a_bare_number(plan: Plan) -> None:
    """Check the operators: 以上 is written with the promise, a bare number is not."""
    assert {item.id for item in plan if item.operator in {">=", "<="}} == {
        "projects.signed",
        "reform.service_time",
        "cooperation.exchange_events",
        "cooperation.science_projects",
    }
    assert plan.get("projects.signed").target_text == "120个以上"
    assert plan.get("reform.service_time").target_text == "下降10%以上"


def test_the_base_speaks_in_bounds(plan: Plan) -> None:
    """Check the figures of 2023 that the plan's document states."""
    assert {(b.id, b.operator, b.value, b.period) for b in plan.base} == {
        ("base.gdp.level", ">", 900.0, "2023"),
        ("base.gdp.growth", ">=", 5.0, "2023"),
        ("base.fai", "above the province", None, "2023"),
        ("base.revenue", "=", 11.9, "2023"),
    }


def test_the_plan_knows_where_it_comes_from(plan: Plan) -> None:
    """Check provenance: source, release date, checksum, and the line of each commitment."""
    raw = plan.path.read_bytes()
    assert (plan.year, plan.source_title, plan.publisher) == (2024, "2024年松原两会报道", "大吉网")
    assert (plan.release_date, plan.conf_tier) == ("2024-02-02", "1")
    assert plan.sha256 == hashlib.sha256(raw).hexdigest()
    lines = raw.decode().splitlines()
    for item in plan:
        assert lines[item.line - 1] == "[[commitment]]"
        assert lines[item.line] == f'id = "{item.id}"'


def test_frame_and_iteration_agree(plan: Plan) -> None:
    """Check that the frame has one row per commitment, and survives a process border."""
    frame = plan.to_frame()
    assert len(frame) == len(plan) == len(list(plan))
    assert frame["id"].is_unique
    assert frame.loc[frame["id"] == "projects.promotion_funds", "value"].item() == 625.0
    assert list(plan.base_frame()["id"]) == [b.id for b in plan.base]
    assert pickle.loads(pickle.dumps(plan)) == plan


def test_unknown_id_is_refused(plan: Plan) -> None:
    """Check that a wrong id is an error, not None."""
    with pytest.raises(PlanError, match=r"headline\.gpd"):
        plan.get("headline.gpd")


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ('unit = "%"', 'unit = "%"\ntraget = 7', 21, "不认识的键 traget"),
        ("value = 6\n", "", 11, "缺少键 value"),
        ('name_en = "GDP"\n', "", 11, "缺少键 name_en"),
        ('operator = "="', 'operator = "<"', 18, "operator"),
        ('operator = "="', 'operator = "<="', 18, "operator"),
        ("value = 6", 'value = "6"', 19, "应为一个数"),
        ("value = 6", "value = nan", 19, "应为一个数"),
        ("value = 6", "value = true", 19, "应为一个数"),
        ('unit = "%"', 'unit = "亿元"', 20, "单位“亿元”"),
        ('unit = "%"', 'unit = "个百分点"', 20, "单位“个百分点”"),
        ('unit = "%"', 'unit = "斛斗"', 20, "不认识"),
        ('unit = "%"', 'unit = "%"\ngrowth = 5', 21, "growth"),
        ('unit = "%"', 'unit = "%"\ndue = "2024-13-01"', 21, "不是日期"),
        ('unit = "%"', 'unit = "%"\narea = "990000"', 21, "不在目录里"),
        ('unit = "%"', 'unit = "%"\nrelative_to = "gdp"', 21, "relative_to"),
        ('indicator = "gdp"', 'indicator = "gpd"', 16, "不在目录里"),
        ('section = "主要目标"', 'section = "次要目标"', 13, "次要目标"),
        ('kind = "growth"', 'kind = "grow"', 17, "grow"),
        ('kind = "growth"', 'kind = "reduction"', 19, "不是负数"),
        ('kind = "growth"', 'kind = "count"', 17, "与指标 gdp 不符"),
        ('kind = "growth"', 'kind = "share"', 16, "不是比率"),
        ('kind = "growth"', 'kind = "qualitative"', 16, "不能有 indicator"),
        ('kind = "growth"', 'kind = "relational"', 18, "operator"),
        ('id = "headline.gdp"', 'id = "GDP"', 12, "id 不合规则"),
        ('id = "headline.gdp"', "id = 1", 12, "id 应为文字"),
    ],
)
def test_a_mistake_is_named_with_its_line(
    register: Register, old: str, new: str, line: int, said: str
) -> None:
    """Check that each broken rule names file, line and remedy."""
    assert GROWTH.count(old) == 1
    with pytest.raises(PlanError) as caught:
        load_plan(register(GROWTH.replace(old, new)))
    assert (caught.value.file, caught.value.cell) == ("plan.toml", f"第{line}行")
    assert said in caught.value.message
    assert caught.value.remedy


def test_the_small_register_is_right_as_it_stands(register: Register) -> None:
    """Check that the mistakes above are mistakes of the change, not of the sample."""
    assert load_plan(register(GROWTH)).get("headline.gdp").value == 6.0


def test_a_repeated_id_names_both_lines(register: Register) -> None:
    """Check that the second of two equal ids is refused and the first is pointed to."""
    with pytest.raises(PlanError, match="第12行重复") as caught:
        load_plan(register(GROWTH + GROWTH))
    assert caught.value.cell == "第22行"


@pytest.mark.parametrize(
    ("body", "cell"),
    [
        (GROWTH.replace("value = 6", "value = 6%"), "第19行第10列"),
        (GROWTH.replace('unit = "%"', 'unit = "%'), "第20行第10列"),
        (GROWTH + "value = 7\nvalue = 8\n", "第21行"),
    ],
)
def test_broken_toml_names_its_line(register: Register, body: str, cell: str) -> None:
    """Check that a syntax error keeps the line that the parser found."""
    with pytest.raises(PlanError, match="TOML") as caught:
        load_plan(register(body))
    assert caught.value.cell.startswith(cell)


def test_an_unknown_table_is_named(register: Register) -> None:
    """Check that a table with a misspelt name is not silently skipped."""
    with pytest.raises(PlanError, match="commitments") as caught:
        load_plan(register(GROWTH + GROWTH.replace("[[commitment]]", "[[commitments]]")))
    assert caught.value.cell == "第21行"


def test_a_register_without_commitments_is_refused(register: Register) -> None:
    """Check that an empty plan is an error: it would report that nothing is open."""
    with pytest.raises(PlanError, match="一项承诺也没有"):
        load_plan(register(""))


def test_a_reference_must_be_the_growth_target_of_its_indicator(register: Register) -> None:
    """Check that a relational commitment cannot point at something else than it says."""
    tied = GROWTH + (
        '[[commitment]]\nid = "headline.revenue"\nsection = "主要目标"\n'
        'name_zh = "收入"\nname_en = "Revenue"\nindicator = "fiscal_rev_local"\n'
        'kind = "relational"\noperator = "in step with"\nrelative_to = "gdp"\n'
    )
    assert load_plan(register(tied + 'reference = "headline.gdp"\n')).get("headline.revenue").reference
    for wrong, said in (("headline.gpd", "不在计划里"), ("headline.revenue", "增速目标")):
        with pytest.raises(PlanError, match=said) as caught:
            load_plan(register(tied + f'reference = "{wrong}"\n'))
        assert caught.value.cell == "第30行"


def test_a_missing_file_and_a_wrong_encoding_are_explained(tmp_path: Path) -> None:
    """Check that neither a missing file nor one in GBK gives a traceback of the standard library."""
    with pytest.raises(PlanError, match="读不到"):
        load_plan(tmp_path / "2025.toml")
    path = tmp_path / "2024.toml"
    path.write_bytes('[plan]\ntitle = "计划"\n'.encode("gbk"))
    with pytest.raises(PlanError, match="UTF-8") as caught:
        load_plan(path)
    assert caught.value.cell == "第2行"


def test_a_byte_order_mark_is_no_mistake(register: Register) -> None:
    """Check that a file saved by Notepad is read."""
    path = register(GROWTH)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert load_plan(path).get("headline.gdp").line == 11


def test_decimals_as_written_are_kept(register: Register) -> None:
    """Check that 6 and 6.0 are different precisions, which 左右 depends on."""
    path = register(GROWTH.replace("value = 6", "value = 6.0").replace('"="', '"约"'))
    item = load_plan(path).get("headline.gdp")
    assert (item.decimals, item.target_text) == (1, "增长6.0%左右")


CEILING = GROWTH.replace('operator = "="', 'operator = "at_most"').replace('"gdp"', '"cpi"')


def test_a_ceiling_is_said_as_one(register: Register) -> None:
    """Check 控制在…以内 for growth, a share and a count, and that each counts downwards."""
    assert load_plan(register(CEILING)).get("headline.gdp").target_text == "控制在6%以内"
    share = CEILING.replace('"cpi"', '"unemployment_surveyed"').replace('"growth"', '"share"')
    item = load_plan(register(share.replace("value = 6", "value = 5.5"))).get("headline.gdp")
    assert (item.target_text, item.ceiling, item.down) == ("控制在5.5%以内", True, True)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("value = 6", "value = -2"), "却是负数"),
        (('kind = "growth"', 'kind = "reduction"'), "operator"),
        (('operator = "at_most"', 'operator = "<"'), "operator"),
    ],
)
def test_a_ceiling_has_its_own_rules(register: Register, change: tuple[str, str], said: str) -> None:
    """Check that a ceiling is not negative, that cuts have none, and that other spellings are refused."""
    with pytest.raises(PlanError, match=said):
        load_plan(register(CEILING.replace(*change)))


def test_a_percentage_of_which_less_is_wanted_counts_downwards(register: Register) -> None:
    """Check that 失业率5%左右 is missed from above: the catalogue says that less is good."""
    body = GROWTH.replace('"gdp"', '"unemployment_surveyed"').replace('"growth"', '"share"')
    assert load_plan(register(body)).get("headline.gdp").down
    assert not load_plan(register(GROWTH)).get("headline.gdp").down


@pytest.mark.parametrize("value", [60, -51])
def test_an_absurd_growth_is_doubted_with_its_line(register: Register, value: int) -> None:
    """Check that the number is used as written, and that the warning names file and line."""
    with pytest.warns(PlanWarning, match=rf"plan\.toml › 第19行：.*{value}%.*请核对原文"):
        plan = load_plan(register(GROWTH.replace("value = 6", f"value = {value}")))
    assert plan.get("headline.gdp").value == value
    assert len(plan.doubts) == 1


def test_growth_beside_an_amount_is_doubted_too_and_a_negative_count_is_refused(register: Register) -> None:
    """Check the line of growth, and that no count is below one."""
    amount = (
        GROWTH.replace('"gdp"', '"investment_promotion_funds"')
        .replace('"growth"', '"amount"')
        .replace('unit = "%"', 'unit = "亿元"\ngrowth = 70')
    )
    with pytest.warns(PlanWarning, match="第21行：.*70%"):
        load_plan(register(amount))
    count = GROWTH.replace('"gdp"', '"projects_50m"').replace('"growth"', '"count"').replace('"%"', '"个"')
    with pytest.raises(PlanError, match="正整数") as caught:
        load_plan(register(count.replace("value = 6", "value = -3")))
    assert caught.value.cell == "第19行"


def test_the_plan_of_2024_raises_no_doubts(plan: Plan) -> None:
    """Check that 25 % more funds is within what can be believed."""
    assert plan.doubts == ()


def test_the_targets_of_the_plan_are_a_frame_for_the_methods(plan: Plan) -> None:
    """Check the columns, the planned growth of what a target is tied to, and the line of the register."""
    frame = check_targets(plan.targets()).set_index("id")
    assert len(frame) == sum(item.measurable for item in plan)
    revenue = frame.loc["headline.revenue"]
    assert (revenue["relative_to"], revenue["planned"], revenue["year"]) == ("gdp", 6.0, 2024)
    assert frame.loc["headline.gdp", "source"] == f"2024.toml › 第{plan.get('headline.gdp').line}行"
