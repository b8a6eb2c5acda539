"""A figure built from a row of observations."""

import pandas as pd
import pytest

from songyuan_analysis.errors import UsageError
from songyuan_analysis.methods.datum import Datum

ROW = {
    "obs_value": 1002.18,
    "unit": "亿元",
    "decimals": 2,
    "unit_mult": 8,
    "time_period": "2024",
    "period_start": "2024-01",
    "period_end": "2024-12",
    "file": "bulletin.xlsx",
    "sheet": "公报",
    "cell": "B4",
}


def test_a_row_of_a_frame_becomes_a_figure() -> None:
    """Check that a Series with nullable integers and a dict give the same figure."""
    frame = pd.DataFrame([ROW]).astype({"decimals": "Int64", "unit_mult": "Int64"})
    datum = Datum.from_row(frame.iloc[0])
    assert datum == Datum.from_row(ROW)
    assert datum.said == "2024 1002.18亿元（bulletin.xlsx › 公报 › B4）"
    assert datum.months == 12


def test_precision_follows_the_unit() -> None:
    """Check that the interval of 1002.18 亿元 is half a 百万元 wide on either side."""
    datum = Datum.from_row(ROW)
    assert (datum.interval.low, datum.interval.high) == (1002.175, 1002.185)
    assert datum.base_interval.half_width == pytest.approx(500_000)


def test_unknown_decimals_claim_no_width() -> None:
    """Check that a figure of unknown print is taken as it is."""
    assert Datum.from_row({**ROW, "decimals": pd.NA}).interval.half_width == 0


@pytest.mark.parametrize("missing", [None, float("nan"), pd.NA])
def test_a_row_without_number_is_refused(missing: object) -> None:
    """Check that a mark does not take part in arithmetic, and its cell is named."""
    with pytest.raises(UsageError, match="没有数值") as caught:
        Datum.from_row({**ROW, "obs_value": missing})
    assert caught.value.cell == "B4"
