"""Commands on people's data: copies, erasures, and forgetting by age."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.base import DataDir, console, open_storage, read_settings, table
from knowledge.kit.clock import CHINA, utc_now

if TYPE_CHECKING:
    from api.contract.privacy import PrivacyProof
    from api.privacy.service import PrivacyService
    from api.settings import ServerSettings

privacy_app = typer.Typer(help="个人资料：导出、删除、到期清空", no_args_is_help=True)

ACTOR = "command line"
Receipt = Annotated[str, typer.Argument(help="受理编号")]
Reason = Annotated[
    str, typer.Option(help="谁提出的，怎样核对的身份", prompt="谁提出的，怎样核对的")
]


@privacy_app.command("copy")
def copy(
    receipt: Receipt,
    to: Annotated[Path, typer.Option(help="写到这个 ZIP 文件")],
    reason: Reason,
    data_dir: DataDir = None,
) -> None:
    """Write all that is held of an applicant into a ZIP file, for them alone."""
    made = asyncio.run(_copy(read_settings(data_dir), receipt, reason))
    with open(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(made)
    console.print(f"已写到 {to}，里面有没打码的个人信息。", markup=False)


@privacy_app.command("erase")
def erase(
    receipt: Receipt,
    reason: Reason,
    yes: Annotated[bool, typer.Option("--yes", help="不再询问")] = False,
    data_dir: DataDir = None,
) -> None:
    """Erase an application at the applicant's wish; one in hand is withdrawn first."""
    if not yes:
        typer.confirm("删除后找不回来，确定吗？", abort=True)
    proof = asyncio.run(_erase(read_settings(data_dir), receipt, reason))
    console.print(f"已删除，凭证号 {proof.number}：{_told(proof)}", markup=False)


@privacy_app.command("forget")
def forget(data_dir: DataDir = None) -> None:
    """Empty now what has outlived its retention, as the nightly run does."""
    proof = asyncio.run(_forget(read_settings(data_dir)))
    console.print(f"已清空到期的资料，记录号 {proof.number}：{_told(proof)}", markup=False)


@privacy_app.command("log")
def log(
    most: Annotated[int, typer.Option(min=1, max=500, help="最多几条")] = 50,
    data_dir: DataDir = None,
) -> None:
    """List copies, erasures and nightly runs, newest first."""
    acts = {"copy": "导出", "erasure": "删除", "expiry": "到期清空"}
    rows = table("凭证号", "时间", "事项", "经手", "数量", "原因")
    for proof in asyncio.run(_log(read_settings(data_dir), most)):
        at = f"{proof.at.astimezone(CHINA):%Y-%m-%d %H:%M}"
        rows.add_row(
            proof.number, at, acts[proof.act], proof.actor, _told(proof), proof.reason or ""
        )
    console.print(rows)


async def _copy(settings: "ServerSettings", receipt: str, reason: str) -> bytes:
    async with _privacy(settings) as privacy:
        return await privacy.copy(await privacy.id_of(receipt), actor=ACTOR, reason=reason)


async def _erase(settings: "ServerSettings", receipt: str, reason: str) -> "PrivacyProof":
    async with _privacy(settings) as privacy:
        return await privacy.erase(await privacy.id_of(receipt), actor=ACTOR, reason=reason)


async def _forget(settings: "ServerSettings") -> "PrivacyProof":
    async with _privacy(settings) as privacy:
        return await privacy.forget()


async def _log(settings: "ServerSettings", most: int) -> "list[PrivacyProof]":
    async with _privacy(settings) as privacy:
        return await privacy.log(most)


@asynccontextmanager
async def _privacy(settings: "ServerSettings") -> "AsyncIterator[PrivacyService]":
    from api.parts import make_privacy

    async with open_storage(settings) as (database, vault):
        yield make_privacy(database, vault, settings.api, utc_now)


def _told(proof: "PrivacyProof") -> str:
    names = {
        "applications": "申请",
        "answers": "填写内容",
        "attachments": "附件",
        "submissions": "提交回执",
        "handovers": "续办码",
        "conversations": "对话",
        "questions": "问题记录",
        "stray_files": "多余文件",
        "proofs": "旧记录",
    }
    return "，".join(f"{names[kind]} {n}" for kind, n in proof.counts.items() if n) or "没有"
