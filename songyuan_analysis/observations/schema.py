"""The columns of a frame of observations, in the words of SDMX, and their check."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from songyuan_analysis.errors import SchemaError

MEASURES = (
    "",
    "level",
    "yoy",
    "share",
    "change",
    "gap",
    "rank",
    "mom",
    "two_year_average",
    "completion",
    "level_before",
    "index_py100",
    "contribution",
    "pull",
    "target",
)
PRICE_BASES = ("", "current", "comparable", "nominal")
STATUSES = ("A", "E", "P", "R", "F", "M")
FREQUENCIES = ("", "A", "S", "Q", "M", "YTD", "I")

_CLOSED = {
    "measure": MEASURES,
    "price_base": PRICE_BASES,
    "obs_status": STATUSES,
    "freq": FREQUENCIES,
}

COLUMNS: tuple[str, ...] = (
    "ref_area",
    "indicator",
    "measure",
    "price_base",
    "scope",
    "freq",
    "time_period",
    "period_start",
    "period_end",
    "cumulative",
    "obs_value",
    "decimals",
    "unit_measure",
    "unit_mult",
    "unit",
    "obs_status",
    "vintage",
    "conf_tier",
    "comment_obs",
    "mark",
    "published_value",
    "correction",
    "title",
    "issuer",
    "source_title",
    "transcribed",
    "file",
    "sha256",
    "sheet",
    "cell",
    "row_label_path",
    "column_label_path",
    "table",
    "hidden",
    "problem",
)

# What each column says, for people: name, then meaning.
MEANINGS: dict[str, str] = {
    "ref_area": "地区：行政区划代码（GB/T 2260）或名称",
    "indicator": "指标：目录里的代码或名称；空白表示标签没有识别",
    "measure": "度量：level 总量、yoy 同比、share 比重、change 增减量、rank 位次、target 目标等",
    "price_base": "价格口径：current 现价、comparable 可比价、nominal 名义",
    "scope": "统计口径：表中在名称后注明的口径，如等价值、可比口径",
    "freq": "频度：A 年、S 半年、Q 季、M 月、YTD 年初至今累计、I 其他时段",
    "time_period": "时期：2024、2024Q2、2024-03、2024-01/2024-09",
    "period_start": "起始月：时期的第一个月",
    "period_end": "终止月：时期的最后一个月",
    "cumulative": "累计：是否按“1月至该月”公布",
    "obs_value": "数值：按表中的计量单位；空白表示表中没有数",
    "decimals": "印出的小数位：数的精度是末位的一半",
    "unit_measure": "计量：单位计量的是什么，如 CNY、TCE、PERS",
    "unit_mult": "十的幂：亿元是 8，万人是 4",
    "unit": "单位：表中的写法",
    "obs_status": "数据状态：P 初步、R 修订、F 最终、E 预计、A 未注明、M 缺数",
    "vintage": "发布日期：空白表示不明",
    "conf_tier": "来源等级：1 官方原文，1-2 官方数经转抄，2 媒体或评级报告，3 旁证",
    "comment_obs": "注释：表中适用于这个数的注",
    "mark": "符号：数的位置上写的文字或符号",
    "published_value": "公布值：工作簿里原来的数或文字；空白表示没有更正，数值就是公布值",
    "correction": "更正：改用数值一列的数的理由、更正人、日期和依据；空白表示没有更正",
    "title": "表题：表的标题",
    "issuer": "发布单位：来源卡所记",
    "source_title": "资料名称：来源卡所记",
    "transcribed": "转录：是否由网页或图片转录成表",
    "file": "文件：工作簿",
    "sha256": "校验码：工作簿的 SHA-256",
    "sheet": "工作表：所在的表",
    "cell": "单元格：所在的格",
    "row_label_path": "行标签：逐级的行名称",
    "column_label_path": "列标签：逐级的列名称",
    "table": "表序：同一工作表上的第几张表",
    "hidden": "隐藏：所在行、列或表是否隐藏",
    "problem": "未解：含义不全的原因；空白表示都已弄清",
}

# Every column that is not listed here is text.
_DTYPES = {
    **dict.fromkeys(COLUMNS, "str"),
    "cumulative": "bool",
    "obs_value": "float64",
    "decimals": "Int64",
    "unit_mult": "Int64",
    "transcribed": "bool",
    "table": "int64",
    "hidden": "bool",
}


def _schema() -> pa.DataFrameSchema:
    columns: dict[str, Any] = {}
    for name in COLUMNS:
        checks = [pa.Check.isin(_CLOSED[name])] if name in _CLOSED else []
        if name == "sha256":
            checks.append(pa.Check.str_matches(r"^[0-9a-f]{64}$"))
        if name == "cell":
            checks.append(pa.Check.str_matches(r"^[A-Z]{1,3}[1-9][0-9]*$"))
        columns[name] = pa.Column(
            _DTYPES[name], checks=checks, nullable=name in {"obs_value", "decimals", "unit_mult"}
        )
    missing_has_a_mark = pa.Check(
        lambda frame: frame["obs_value"].notna() | (frame["obs_status"] == "M"),
        name="没有数值的观测必须标为 M",
    )
    both_values = pa.Check(
        lambda frame: (frame["published_value"] == "") == (frame["correction"] == ""),
        name="更正的观测必须同时有公布值和更正的理由",
    )
    return pa.DataFrameSchema(columns, checks=[missing_has_a_mark, both_values], strict=True, ordered=True)


def is_missing(value: Any) -> bool:
    """Whether a single value is None, NaN or NA."""
    return value is None or bool(pd.isna(value))


def empty() -> pd.DataFrame:
    """Return a frame of observations without rows."""
    return as_observations(pd.DataFrame({name: [] for name in COLUMNS}))


def as_observations(frame: pd.DataFrame) -> pd.DataFrame:
    """Put the columns of a frame into the order and types of observations."""
    return frame.loc[:, list(COLUMNS)].astype(_DTYPES).reset_index(drop=True)


def validate(frame: pd.DataFrame) -> pd.DataFrame:
    """Check a frame of observations; all failures are collected before anything is said.

    Raises
    ------
    SchemaError
        Naming file, sheet and cell of the first offending row and the number of the others.
    """
    try:
        return _schema().validate(frame, lazy=True)
    except SchemaErrors as error:
        cases = error.failure_cases
        case = cases.iloc[0]
        place: dict[str, str] = {}
        if pd.notna(case["index"]) and {"file", "sheet", "cell"} <= set(frame.columns):
            row = frame.loc[case["index"]]
            place = {key: str(row[key]) for key in ("file", "sheet", "cell")}
        raise SchemaError(
            f"观测表不合规：列“{case['column']}”未通过“{case['check']}”，值为“{case['failure_case']}”"
            f"（共 {len(cases)} 处）。",
            **place,
            remedy="这是程序或目录的问题，请连同该工作簿一起反馈。",
        ) from None
