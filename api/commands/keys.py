"""Commands on the keys that everything said in confidence is sealed with."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.base import DataDir, console, open_storage, progress, read_settings, table
from knowledge.kit.clock import CHINA

if TYPE_CHECKING:
    from api.keys.rotation import Resealed
    from api.settings import ServerSettings

keys_app = typer.Typer(help="密钥", no_args_is_help=True)


@keys_app.command("status")
def status(data_dir: DataDir = None) -> None:
    """Show where the installation key lies, and how much is sealed with which data key."""
    asyncio.run(_status(read_settings(data_dir)))


@keys_app.command("rotate")
def rotate(
    master: Annotated[bool, typer.Option("--master", help="换主密钥，不重新加密内容")] = False,
    to: Annotated[Path | None, typer.Option(help="新主密钥写到这个文件（不能已存在）")] = None,
    data_dir: DataDir = None,
) -> None:
    """Seal everything with a new data key; with --master, replace the installation key instead."""
    if to is not None and not master:
        raise typer.BadParameter("--to 要和 --master 一起用")
    settings = read_settings(data_dir)
    asyncio.run(_replace_master(settings, to) if master else _rotate(settings))


async def _status(settings: "ServerSettings") -> None:
    from api.keys.keyring import Purpose, read_keys
    from api.keys.rotation import usage
    from api.storage import sealed_files

    async with open_storage(settings) as (database, vault):
        async with database.reading() as session:
            keys = await read_keys(session, vault.place.read())
        counts = await usage(database, sealed_files(settings.api))
    rows = table("编号", "用途", "启用", "停用", "内容数")
    uses = {Purpose.SEAL: "加密", Purpose.FINGERPRINT: "查重"}
    for key in sorted(keys, key=lambda key: key.created_at):
        began = f"{key.created_at.astimezone(CHINA):%Y-%m-%d %H:%M}"
        ended = f"{key.retired_at.astimezone(CHINA):%Y-%m-%d %H:%M}" if key.retired_at else ""
        rows.add_row(key.id, uses[key.purpose], began, ended, str(counts.pop(key.id, 0)))
    console.print(f"主密钥：{vault.place.name}", markup=False, highlight=False)
    console.print(rows)
    if broken := sum(counts.values()):
        console.print(f"打不开的内容：{broken} 项，详见日志", markup=False, style="red")


async def _rotate(settings: "ServerSettings") -> None:
    from api.keys import rotation
    from api.storage import sealed_files

    async with open_storage(settings) as (database, vault):
        files = sealed_files(settings.api)
        total = sum((await rotation.usage(database, files)).values())
        with progress() as bar:
            task = bar.add_task("换密钥", total=total)
            done, is_new = await rotation.rotate(
                database, vault, files, lambda moved: bar.update(task, completed=moved)
            )
    _tell(done, is_new)


def _tell(done: "Resealed", is_new: bool) -> None:
    if is_new:
        console.print(f"已换新密钥，重新加密 {done.moved} 项；旧密钥已停用。", markup=False)
    else:
        told = f"上次没做完的换密钥已做完，重新加密 {done.moved} 项；要再换一把，请再运行一次。"
        console.print(told, markup=False)
    for place in done.broken:
        console.print(f"打不开，保持原样：{place}", markup=False, style="red")


async def _replace_master(settings: "ServerSettings", to: Path | None) -> None:
    from api.keys.rotation import replace_installation_key

    async with open_storage(settings) as (database, vault):
        if to is None and not vault.place.may_replace:
            raise typer.BadParameter(f"主密钥在 {vault.place.name}，请用 --to 指定新密钥写到哪里")
        lies = await replace_installation_key(database, vault, to)
    if to is None:
        told = (
            f"主密钥已换，在 {vault.place.name}。旧的留在 {lies}："
            "恢复以前的备份要用它，用不着了请删除。请给新密钥另做备份。"
        )
    else:
        told = (
            f"新主密钥写在 {lies}，从现在起只有它能打开数据库。请用它替换 {vault.place.name}，"
            "或者用 CHUANGDAI_ENCRYPTION_KEY_FILE 指向它，然后重新启动各个服务，并另做备份。"
        )
    console.print(told, markup=False, highlight=False)
