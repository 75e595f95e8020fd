"""The commands ``chuangdai branches …``: import, export, coverage."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.base import DataDir, console, open_database, progress, read_settings, table
from api.contract.branches import ApplicantKind, Coverage, NearestBranches
from knowledge.kit.clock import utc_now
from knowledge.regions.coordinates import Coordinates, Crs

if TYPE_CHECKING:
    from api.branches.columns import ColumnMapping
    from api.branches.importing import ImportReport
    from api.branches.service import BranchService
    from api.settings import ServerSettings

branches_app = typer.Typer(help="网点", no_args_is_help=True)

MOST_LISTED = 50
NOTHING_NEAR = {
    "outside_china": "这个位置不在国内，请核对经纬度和坐标系。",
    "no_branches": "没有登记可推荐的网点，请先导入：chuangdai branches import 文件",
}


@asynccontextmanager
async def open_registry(settings: "ServerSettings") -> "AsyncIterator[BranchService]":
    """The branches, ready to be searched."""
    from api.branches.setup import branch_service, load_branches
    from api.metrics import Metrics
    from api.work import WorkPool

    async with open_database(settings) as database:
        work = WorkPool(settings.api, Metrics())
        branches = branch_service(database, settings.api, utc_now, work)
        await load_branches(branches, database, settings.api, utc_now)
        yield branches
        work.close()


def nearest(
    lat: Annotated[float, typer.Option(min=-90, max=90, help="纬度")],
    lon: Annotated[float, typer.Option(min=-180, max=180, help="经度")],
    crs: Annotated[Crs, typer.Option(help="坐标系")] = Crs.WGS84,
    limit: Annotated[int, typer.Option(min=1, max=50, help="几个")] = 3,
    data_dir: DataDir = None,
) -> None:
    """List the branches nearest to a position."""

    async def run() -> NearestBranches:
        async with open_registry(read_settings(data_dir)) as branches:
            return branches.near_point(Coordinates(lat=lat, lon=lon, crs=crs), limit=limit)

    found = asyncio.run(run())
    if not found.branches:
        console.print(NOTHING_NEAR[found.outcome])
        return
    rows = table("米", "网点", "地址", "电话", "营业时间", "资料日期")
    for branch in found.branches:
        metres, day = f"{branch.distance_m:.0f}", str(branch.data_date)
        phone, hours = branch.phone or "", branch.hours_text or ""
        rows.add_row(metres, branch.name, branch.address, phone, hours, day)
    console.print(rows)


@branches_app.command("import")
def import_branches(
    file: Annotated[Path, typer.Argument(help="CSV、XLSX 或 GeoJSON")],
    mapping: Annotated[Path | None, typer.Option(help="列对应关系（YAML）")] = None,
    column: Annotated[list[str] | None, typer.Option(help="字段=文件里的列名，可多次")] = None,
    constant: Annotated[
        list[str] | None, typer.Option("--set", help="字段=每行都用的值，可多次")
    ] = None,
    sheet: Annotated[str | None, typer.Option(help="XLSX 的工作表")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查，不写入")] = False,
    data_dir: DataDir = None,
) -> None:
    """Take in a file of branches; rows in error are listed, the rest come in."""
    plan = _mapping(mapping, column or [], constant or [], sheet)

    async def run() -> "ImportReport":
        from api.branches.importing import BranchImporter

        async with open_database(read_settings(data_dir)) as database:
            with progress() as bar:
                task = bar.add_task("网点", total=None)
                return await BranchImporter(database, utc_now).import_file(
                    file,
                    plan,
                    is_dry_run=dry_run,
                    on_progress=lambda done, of: bar.update(task, completed=done, total=of),
                )

    report = asyncio.run(run())
    _show(report)
    if report.errors:
        raise typer.Exit(2)


@branches_app.command("export")
def export_branches(
    file: Annotated[Path, typer.Argument(help=".csv 或 .geojson（WGS-84）")],
    region: Annotated[str, typer.Option(help="地区名称或行政区划代码")] = "全国",
    data_dir: DataDir = None,
) -> None:
    """Write the branches of a region to a file that can be imported again."""

    async def run() -> int:
        from api.branches.exporting import export_file
        from knowledge.understanding.places import resolve_region

        async with open_database(read_settings(data_dir)) as database:
            return await export_file(database, file, resolve_region(region))

    console.print(f"导出 {asyncio.run(run())} 个网点到 {file}", markup=False)


@branches_app.command("coverage")
def show_coverage(
    region: Annotated[str, typer.Option(help="地区名称或行政区划代码")],
    within_m: Annotated[float, typer.Option(help="多少米以内")] = 5000,
    kind: Annotated[ApplicantKind | None, typer.Option(help="个人或企业")] = None,
    limit: int = MOST_LISTED,
    data_dir: DataDir = None,
) -> None:
    """List the centres of a region that have no branch nearby."""

    async def run() -> Coverage:
        from api.branches.directory import Selection
        from knowledge.understanding.places import resolve_region

        code = resolve_region(region)
        async with open_registry(read_settings(data_dir)) as branches:
            return await branches.coverage(
                code, within_m=within_m, limit=limit, selection=Selection(kind)
            )

    _show_coverage(asyncio.run(run()))


def _mapping(
    file: Path | None, columns: list[str], constants: list[str], sheet: str | None
) -> "ColumnMapping":
    from api.branches.columns import ColumnMapping

    mapping = ColumnMapping.from_file(file) if file else ColumnMapping()
    return mapping.with_changes(_pairs(columns), _pairs(constants), sheet)


def _pairs(texts: list[str]) -> dict[str, str]:
    pairs = [text.partition("=") for text in texts]
    if any(not (name and value) for name, _, value in pairs):
        raise typer.BadParameter("写成 字段=值 的样子")
    return {name.strip(): value.strip() for name, _, value in pairs}


def _show(report: "ImportReport") -> None:
    for error in report.errors:
        console.print(f"第{error.line}行：{error.message}", markup=False, style="yellow")
    for warning in report.warnings[:MOST_LISTED]:
        console.print(f"第{warning.line}行（已收）：{warning.message}", markup=False, style="dim")
    for pair in report.duplicates[:MOST_LISTED]:
        first, second = pair.names
        console.print(
            f"疑似重复：{first}（{pair.first}）和 {second}（{pair.second}），"
            f"相距 {pair.distance_m:.0f} 米",
            markup=False,
            style="yellow",
        )
    done = "将导入" if report.is_dry_run else "导入"
    console.print(
        f"{done} {report.imported} 个网点（新增 {report.added}，更新 {report.changed}，"
        f"不变 {report.unchanged}），{len(report.errors)} 行有误，"
        f"{len(report.warnings)} 处提醒，{len(report.duplicates)} 对疑似重复"
    )


def _show_coverage(report: Coverage) -> None:
    rows = table("米", "中心", "最近的网点")
    for centre in report.uncovered:
        metres = "" if centre.distance_m is None else f"{centre.distance_m:.0f}"
        rows.add_row(metres, centre.full_name, centre.nearest_name or "")
    console.print(rows)
    console.print(
        f"{report.full_name}：检查 {report.counties_checked} 个区县、"
        f"{report.towns_checked} 个乡镇街道，"
        f"{report.within_m:.0f} 米内没有网点的有 {report.uncovered_count} 个；"
        f"{report.towns_without_coordinates} 个乡镇街道没有坐标，未检查。{report.centres_text}",
        markup=False,
    )
