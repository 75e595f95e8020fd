"""Commands on the database."""

import typer

from api.commands.base import DataDir, console, read_settings, ready_storage

db_app = typer.Typer(help="数据库", no_args_is_help=True)


@db_app.command("migrate")
def db_migrate(data_dir: DataDir = None) -> None:
    """Bring the database to the tables of this version."""
    ready_storage(read_settings(data_dir))
    console.print("数据库已是最新")
