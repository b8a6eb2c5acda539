"""Round axes, broken lines of Chinese text, and the common order of periods."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from songyuan_analysis.briefing.charts import canvas


@given(
    st.lists(st.floats(-1e9, 1e9, allow_nan=False).map(lambda x: round(x, 3)), min_size=1, max_size=20),
    st.booleans(),
)
def test_axes_hold_all_values_and_print_their_ticks_exactly(values: list[float], zero: bool) -> None:
    """Check that no value lies outside, ticks are few, and the format rounds no tick."""
    axis = canvas.span(values, zero=zero)
    slack = 1e-6 * axis.step
    assert axis.low - slack <= min(values) <= max(values) <= axis.high + slack
    assert not zero or axis.low <= slack <= axis.high + 2 * slack
    assert 2 <= len(axis.ticks) <= 9
    for tick in axis.ticks:
        assert float(format(tick, axis.format).replace(",", "")) == pytest.approx(tick, abs=1e-6 * axis.step)


@given(st.text("增速（%），。、2024年GDP ab", max_size=60), st.integers(3, 20))
def test_wrapping_loses_nothing(text: str, limit: int) -> None:
    """Check that only spaces at line ends go, and no line begins with closing punctuation."""
    lines = canvas.wrap(text, limit)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert not any(line.startswith(tuple("，。、）")) for line in lines[1:])


def test_periods_of_several_series_keep_their_order() -> None:
    """Check that a period which the first series lacks is not moved to the end of the axis."""
    rows = [
        ("2021年", "甲"),
        ("2023年", "甲"),
        ("2020年", "乙"),
        ("2021年", "乙"),
        ("2022年", "乙"),
        ("2023年", "乙"),
    ]
    frame = pd.DataFrame(rows, columns=["period", "series"])
    assert canvas.periods_of(frame) == ["2020年", "2021年", "2022年", "2023年"]
    assert canvas.periods_of(frame.iloc[[2, 3, 0, 1]]) == ["2020年", "2021年", "2023年"]


def test_brackets_stay_with_what_they_hold() -> None:
    """Check that neither bracket of a title is torn off by a line end."""
    assert canvas.wrap("统计局《公报》", 4) == ["统计局", "《公报》"]
    assert canvas.wrap("增加值2024年", 4) == ["增加值", "2024年"]
