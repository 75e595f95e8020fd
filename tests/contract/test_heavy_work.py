"""Work that keeps a core busy has one way to a thread; routes know no other."""

import ast
from pathlib import Path

API = Path(__file__).parents[2] / "api"
# They wait for a disk, or are done one at a time under a lock of their own.
MAY_TAKE_A_THREAD = {
    "answers/vectors.py": {"knowledge.load_vectors"},
    "app.py": {"sweep_drafts"},
    "applications/attachment_files.py": {
        "(self._folder / attachment_id).read_bytes",
        "fill",
        "move_durably",
        "partial(path.unlink, missing_ok=True)",
        "self._sweep",
    },
    "branches/importing.py": {"_read", "_suspects"},
    "branches/service.py": {"Directory.of if is_anew else directory.with_changes"},
    "branches/staging.py": {"_STAGED.create", "_STAGED.drop"},
    "db/engine.py": {"_scrub_sqlite"},
    "db/migrate.py": {"applied_revision", "check_tables", "upgrade"},
    "db/sqlite_file.py": {"_check"},
    "documents/following.py": {"knowledge.use_added"},
    "documents/ingestion/queue.py": {"_hash", "do", "self._spool.sweep", "sweep_drafts"},
    "documents/staff_routes.py": {"_keep"},
    "faq/following.py": {"assistant.use_faq"},
    "keys/rotation.py": {"_files", "file_key_id", "path.read_bytes", "write_durably"},
    "readiness.py": {"check_tables", "shutil.disk_usage"},
    "staff/hashing.py": {"work"},
    "storage.py": {"applied_revision", "upgrade"},
    "upgrades/seal_answers.py": {"path.read_bytes", "write_durably"},
}
WAYS = {"run_sync", "to_thread", "run_in_threadpool", "run_in_executor"}


def calls_of_threads(path: Path) -> set[str]:
    """What a module hands to threads that nobody counts."""
    calls = (n for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.Call))
    return {
        ast.unparse(call.args[0])
        for call in calls
        if isinstance(call.func, ast.Attribute | ast.Name)
        and getattr(call.func, "attr", getattr(call.func, "id", "")) in WAYS
    }


def test_only_the_pool_gives_threads_to_what_needs_a_core():
    found = {
        str(path.relative_to(API)): calls
        for path in API.rglob("*.py")
        if path.name != "work.py" and (calls := calls_of_threads(path))
    }

    assert found == MAY_TAKE_A_THREAD


def test_no_route_runs_in_a_thread_of_the_framework():
    verbs = {"get", "post", "put", "patch", "delete", "api_route"}
    found = [
        f"{path.relative_to(API)}: {node.name}"
        for path in API.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef)
        and any(
            isinstance(made, ast.Call) and getattr(made.func, "attr", "") in verbs
            for made in node.decorator_list
        )
    ]

    assert found == []
