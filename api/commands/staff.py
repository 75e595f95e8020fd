"""Commands on members of staff."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from api.commands.base import DataDir, console, open_database, read_settings, table
from api.contract.staff import StaffRole
from knowledge.kit.clock import CHINA, utc_now

if TYPE_CHECKING:
    from api.staff.service import StaffService

staff_app = typer.Typer(help="工作人员", no_args_is_help=True)

Result = TypeVar("Result")
Login = Annotated[str, typer.Argument(help="用户名")]
Password = Annotated[
    str,
    typer.Option(
        prompt="密码（12位以上，不要用常见的）",
        confirmation_prompt="再输一遍",
        hide_input=True,
        envvar="CHUANGDAI_STAFF_PASSWORD",
    ),
]


@staff_app.command("add")
def add_staff(
    login: Login,
    role: Annotated[StaffRole, typer.Option(help="clerk 经办，editor 编审，administrator 管理员")],
    name: Annotated[str | None, typer.Option(help="姓名或称呼")] = None,
    password: Password = "",
    data_dir: DataDir = None,
) -> None:
    """Add a member of staff, or give one a new password, name and role."""
    _do(data_dir, lambda staff: staff.add(login, name or login, role, password))
    console.print(f"已保存：{login}（{role.value}）。登录页：/staff", markup=False)


@staff_app.command("list")
def list_staff(data_dir: DataDir = None) -> None:
    """List all accounts with their last login, and whether somebody tries their names."""
    rows = table("用户名", "姓名", "角色", "上次登录", "状态")
    for account in _do(data_dir, lambda staff: staff.accounts()):
        last = account.last_login_at
        state = "已停用" if account.is_removed else "在用"
        rows.add_row(
            account.staff.login,
            account.staff.name,
            account.staff.role.value,
            f"{last.astimezone(CHINA):%Y-%m-%d %H:%M}" if last else "从未登录",
            f"{state}，有人连续输错密码，暂缓再试" if account.is_slowed else state,
        )
    console.print(rows)


@staff_app.command("reset")
def reset_staff(login: Login, password: Password = "", data_dir: DataDir = None) -> None:
    """Give a new password; whoever is logged in under the old one is logged out."""
    _do(data_dir, lambda staff: staff.reset(login, password))
    console.print(f"密码已重设，原来的登录都已退出：{login}", markup=False)


@staff_app.command("remove")
def remove_staff(login: Login, data_dir: DataDir = None) -> None:
    """Close an account and log it out everywhere; what it did keeps its name."""
    _do(data_dir, lambda staff: staff.remove(login))
    console.print(f"已停用，登录都已退出：{login}；以前的操作记录保留。", markup=False)


def _do(data_dir: "DataDir", work: Callable[["StaffService"], Awaitable[Result]]) -> Result:
    async def run() -> Result:
        from api.staff.service import StaffService

        async with open_database(read_settings(data_dir)) as database:
            return await work(StaffService(database, utc_now))

    return asyncio.run(run())
