"""Commands on members of staff."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from api.contract.staff import StaffRole
from bot.commands.base import DataDir, console, open_database, read_settings
from knowledge.kit.clock import utc_now

if TYPE_CHECKING:
    from bot.app import HouseSettings

staff_app = typer.Typer(help="工作人员", no_args_is_help=True)


@staff_app.command("add")
def add_staff(
    login: Annotated[str, typer.Argument(help="用户名")],
    role: Annotated[StaffRole, typer.Option(help="clerk 经办，editor 编审，administrator 管理员")],
    name: Annotated[str | None, typer.Option(help="姓名或称呼")] = None,
    password: Annotated[
        str,
        typer.Option(
            prompt="密码（10位以上）",
            confirmation_prompt="再输一遍",
            hide_input=True,
            envvar="CHUANGDAI_STAFF_PASSWORD",
        ),
    ] = "",
    data_dir: DataDir = None,
) -> None:
    """Add a member of staff, or give one a new password, name and role."""
    asyncio.run(_add(read_settings(data_dir), login, name or login, role, password))
    console.print(f"已保存：{login}（{role.value}）。登录页：/staff", markup=False)


async def _add(
    settings: "HouseSettings", login: str, name: str, role: StaffRole, password: str
) -> None:
    from api.staff.service import StaffService

    async with open_database(settings) as database:
        await StaffService(database, utc_now).add(login, name, role, password)
