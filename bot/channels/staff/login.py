"""The login page of staff."""

from fastapi import Request
from nicegui import app, ui

from api.contract.callers import origin_of_address
from api.contract.staff import Login
from bot.channels.staff.frame import JAVASCRIPT_S, LOGIN, SECTIONS, Reception, frame, text, told
from bot.channels.staff.session import DEVICE_COOKIE, ENTER


def register_login(reception: Reception) -> None:
    """Serve the login page; the browser gets the session in a cookie, see :mod:`.session`."""

    @ui.page(LOGIN, title=text("title"))
    async def log_in(request: Request) -> None:
        browser_id, device = app.storage.browser["id"], request.cookies.get(DEVICE_COOKIE)
        origin = origin_of_address(request.client.host if request.client else "unknown")

        async def enter() -> None:
            async with told():
                login = Login(
                    login=str(name.value or " "),
                    password=str(password.value or " "),
                    device=device,
                )
                session = await reception.stranger(origin).log_in(login)
                ticket = reception.desk.admit(session, browser_id)
                # A ticket is letters, digits, - and _: nothing to quote.
                fetch = f"(await fetch('{ENTER}', {{method: 'POST', body: '{ticket}'}})).ok"
                if await ui.run_javascript(f"return {fetch}", timeout=JAVASCRIPT_S):
                    ui.navigate.to(SECTIONS["ask"])
                else:
                    ui.notify(text("cookie-refused"), type="warning", multi_line=True)

        with frame(None, ""), ui.column().classes("staff-box staff-narrow"):
            name = ui.input(text("login-name")).props('outlined autocomplete="username"')
            password = ui.input(text("password"), password=True).props(
                'outlined autocomplete="current-password"'
            )
            password.on("keydown.enter", enter)
            for field in (name, password):
                field.classes("w-full")
            ui.button(text("login"), on_click=enter).props("unelevated no-caps").classes("w-full")
