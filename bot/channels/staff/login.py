"""The login page of staff."""

from nicegui import app, ui

from api.contract.staff import Login
from bot.channels.staff.frame import LOGIN, SECTIONS, Connect, frame, text, told


def register_login(connect: Connect) -> None:
    """Serve the login page; the token stays in the server's store of the session."""

    @ui.page(LOGIN, title=text("title"))
    async def log_in() -> None:
        async def enter() -> None:
            async with told():
                login = Login(login=str(name.value or " "), password=str(password.value or " "))
                session = await connect(None).log_in(login)
                app.storage.user["staff"] = {
                    "token": session.token,
                    "staff": session.staff.model_dump(mode="json"),
                }
                ui.navigate.to(SECTIONS["ask"])

        with frame(None, ""), ui.column().classes("staff-box staff-narrow"):
            name = ui.input(text("login-name")).props('outlined autocomplete="username"')
            password = ui.input(text("password"), password=True).props(
                'outlined autocomplete="current-password"'
            )
            password.on("keydown.enter", enter)
            for field in (name, password):
                field.classes("w-full")
            ui.button(text("login"), on_click=enter).props("unelevated no-caps").classes("w-full")
