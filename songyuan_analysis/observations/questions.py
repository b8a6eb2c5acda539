"""Questions to the store in SQL: DuckDB reads the parts where they lie."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from songyuan_analysis.errors import StoreError, UsageError
from songyuan_analysis.observations.store import PART_SUFFIX, parts


def sql(question: str, processed: str | Path = "data/processed") -> pd.DataFrame:
    """Ask the store a question.

    Parameters
    ----------
    question : str
        One SELECT of DuckDB's SQL over the view ``observations``: every release of every number.
    processed : path, default ``data/processed``

    Returns
    -------
    DataFrame

    Raises
    ------
    StoreError
        If the folder holds no parts.
    UsageError
        If the question cannot be understood, or wants to do more than read.

    Examples
    --------
    >>> sql("select time_period, obs_value from observations where indicator = 'gdp'")  # doctest: +SKIP
    """
    import duckdb  # noqa: PLC0415 - 20 MB that only questions need

    folder = Path(processed)
    if not (folder.is_dir() and parts(folder)):
        raise StoreError("没有已处理的数据。", file=str(folder), remedy="先运行 songyuan build。")
    with duckdb.connect() as connection:
        pattern = (folder / f"[!.]*{PART_SUFFIX}").as_posix().replace("'", "''")
        connection.execute(f"create view observations as select * from read_parquet('{pattern}')")  # noqa: S608
        try:
            statements = connection.extract_statements(question)
            if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
                raise UsageError(
                    "只能问一个问题（一条 select 语句）。", remedy="改写成一条 select … from observations …。"
                )
            return connection.execute(statements[0]).df()
        except duckdb.Error as error:
            raise UsageError(
                f"这条查询看不懂：{str(error).splitlines()[0]}",
                remedy='表名是 observations；运行 songyuan ask "select * from observations limit 1" 看列名。',
            ) from None
