"""The API is built and serves without the bot, whose launcher may join it."""

import subprocess
import sys

SCRIPT = """
import asyncio, sys
from pathlib import Path

import httpx

from api.main import create_server
from api.settings import ServerSettings

settings = ServerSettings.read(Path(sys.argv[1]))
settings.knowledge.vectors = False
server = create_server(settings)

async def ask():
    async with server.router.lifespan_context(server):
        transport = httpx.ASGITransport(app=server)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return [(await client.get(path)).status_code for path in ("/readyz", "/v1/documents")]

print(asyncio.run(ask()), [name for name in sys.modules if name.split(".")[0] == "bot"])
"""


def test_the_api_alone_serves_and_loads_nothing_of_the_bot(tmp_path):
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert run.stdout.strip() == "[200, 200] []", run.stderr
