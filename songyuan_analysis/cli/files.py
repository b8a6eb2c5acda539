"""One workbook at a time: how it was understood, and its registration."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from songyuan_analysis.cli.application import DONE, PROCESSED, RAW, Processed, Raw, out
from songyuan_analysis.cli.building import build_store
from songyuan_analysis.errors import UsageError


def explain(
    file: Annotated[Path, typer.Argument(help="工作簿。")],
    html: Annotated[Path | None, typer.Option("--html", help="另存为 HTML。")] = None,
    write_layout: Annotated[
        bool, typer.Option("--write-layout", help="把现在的读法写成旁边的“同名.layout.toml”，供人工修改。")
    ] = False,
) -> int:
    """显示一个工作簿是怎样被读懂的：标题、单位、表头、行标签、数据、注释。"""
    from songyuan_analysis.sheets import explain as explain_workbook

    explanation = explain_workbook(file)
    if write_layout:
        from songyuan_analysis.sheets.override.write import write_layout as write

        out.print(
            f"已写出 {escape(str(write(file, explanation.blocks)))}，改好后再运行一次 songyuan explain。"
        )
        return DONE
    if html is not None:
        try:
            html.write_text(explanation._repr_html_(), encoding="utf-8")
        except OSError as error:
            raise UsageError(
                f"写不进去（{error.strerror or error}）。", file=str(html), remedy="换一个能写的文件夹。"
            ) from None
        out.print(f"已写出 {html}")
    else:
        print(explanation.to_terminal())
    return DONE


def add(
    file: Annotated[Path, typer.Argument(help="要登记的工作簿。")],
    issuer: Annotated[str, typer.Option("--issuer", help="发布单位。")] = "",
    title: Annotated[str, typer.Option("--title", help="资料标题；不写则用表中第一个标题。")] = "",
    released: Annotated[str, typer.Option("--released", help="发布日期，如 2025-03-20。")] = "unknown",
    tier: Annotated[str, typer.Option("--tier", help="来源等级：1、1-2、2、3。")] = "1",
    status: Annotated[
        str, typer.Option("--status", help="preliminary、revised、final、estimate、unknown。")
    ] = "unknown",
    area: Annotated[str, typer.Option("--area", help="表中没写地区时的地区代码，如 220700。")] = "",
    transcribed: Annotated[bool, typer.Option("--transcribed", help="是转录的，不是原始文件。")] = False,
    raw: Raw = RAW,
    processed: Processed = PROCESSED,
) -> int:
    """把工作簿放进 data/raw，写好来源卡，并入库。"""
    from songyuan_analysis.observations.sources import STATUSES, TIERS, card_path, sha256_of, write_card
    from songyuan_analysis.pipeline import SUFFIXES, TEXT_SUFFIXES, observe_workbook, workbooks
    from songyuan_analysis.sheets import read_workbook

    if not file.exists():
        raise UsageError("找不到这个文件。", file=str(file), remedy="检查路径；含空格的路径要加引号。")
    if file.suffix.lower() not in SUFFIXES | TEXT_SUFFIXES:
        raise UsageError(
            f"后缀“{file.suffix}”不是工作簿的，入库时会被略过。",
            file=file.name,
            remedy=f"把后缀改成 {'、'.join(sorted(SUFFIXES | TEXT_SUFFIXES))} 之一，再运行一次。",
        )
    if not raw.is_dir():
        raise UsageError(
            "没有原始数据文件夹。", file=str(raw), remedy="在项目文件夹里运行，或用 --raw 指明。"
        )
    if tier not in TIERS or status not in STATUSES:
        raise UsageError(
            f"等级“{tier}”或状态“{status}”不在可用的值之内。",
            remedy=f"等级可用 {'、'.join(TIERS)}；状态可用 {'、'.join(STATUSES)}。",
        )
    cells = read_workbook(file)
    digest = sha256_of(file)
    inside = raw.resolve() in file.resolve().parents
    target = file if inside else raw / file.name
    for other in workbooks(raw):
        if other.resolve() != file.resolve() and sha256_of(other) == digest:
            raise UsageError(
                f"同样内容的工作簿已经在库里：{other.name}。", file=file.name, remedy="不必再加。"
            )
    if not inside and target.exists():
        raise UsageError(
            f"{raw} 里已有同名的另一个工作簿。",
            file=file.name,
            remedy="改名后再加，例如在文件名里写上发布日期。",
        )
    if card_path(target).exists():
        remedy = "直接编辑它。" if inside else "把工作簿改名后再加；一个文件名只能有一张来源卡。"
        raise UsageError("来源卡已经存在。", file=card_path(target).name, remedy=remedy)
    # What was said about the layout goes where the workbook goes, or it would be read another way there.
    layout = None if inside else _layout_to_bring(file, target)
    values: dict[str, object] = {
        "issuer": issuer or "未注明",
        "title": title or next((t for t in cells["title"] if t), target.stem),
        "release_date": released,
        "status": status,
        "read_from": f"{file.name}，由 songyuan add 登记",
        "tier": tier,
        "transcribed": transcribed,
    }
    if area:
        values["ref_area"] = area
    with _brought(file, target, layout):
        write_card(target, values)
        frame = observe_workbook(target, target.name)
    unclear = frame[frame["obs_value"].notna() & (frame["problem"] != "")]
    numbers = int(frame["obs_value"].notna().sum())
    out.print(
        f"已登记 {target.name}：{cells['sheet'].nunique()} 个工作表，{numbers} 个数，{len(unclear)} 个含义不全。"
    )
    for problem, rows in unclear.groupby("problem", sort=False):
        first = rows.iloc[0]
        out.print(
            f"  {len(rows)} 个：{escape(str(problem))}（如 {escape(first['sheet'])} › {first['cell']}）"
        )
    out.print(f"来源卡：{card_path(target)}" + ("" if issuer else "（请补发布单位 issuer）"))
    return build_store(raw, processed)


def _layout_to_bring(file: Path, target: Path) -> Path | None:
    """Return what was said about the layout of a workbook; another file must not speak in its new place."""
    from songyuan_analysis.sheets.override.values import override_path

    if (lying := override_path(target)) is not None:
        remedy = "先核对它，移走后再加工作簿。"
        raise UsageError(f"{target.parent} 里已有这个名字的版式文件。", file=lying.name, remedy=remedy)
    return override_path(file)


@contextmanager
def _brought(file: Path, target: Path, layout: Path | None) -> Iterator[None]:
    """Copy a workbook and its layout to their place; if its registration fails, nothing of it stays behind."""
    from songyuan_analysis.observations.sources import card_path

    copies = {} if file == target else {file: target}
    if layout is not None:
        copies[layout] = target.with_name(layout.name)
    try:
        for source, copy in copies.items():
            shutil.copyfile(source, copy)
        yield
    except BaseException:
        for copy in (card_path(target), *copies.values()):
            copy.unlink(missing_ok=True)
        raise
