"""`chuangdai branches …` as an office uses it."""

from functools import partial

import pytest
from typer.testing import CliRunner

from bot.cli import app

LIST = (
    "机构编码,机构名称,机构住所,批准日期,经度,纬度\n"
    "B1,演示任城支行,山东省济宁市任城区演示路1号,2026-03-05,116.59,35.41\n"
    "B2,演示任城支行（新）,山东省济宁市任城区演示路1号,2026-03-05,116.59,35.41\n"
    "B3,演示兖州支行,山东省济宁市兖州区演示路2号,去年,116.78,35.55\n"
)
MAPPING = (
    "columns: {data_date: 批准日期}\n"
    "constants: {bank: 演示银行, source: 演示, services: 个人, crs: gcj02}\n"
)


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setattr("api.commands.base.set_up_logging", lambda level: None)
    monkeypatch.setenv("CHUANGDAI_DATA_DIR", str(tmp_path / "data"))
    (tmp_path / "list.csv").write_text(LIST, "utf-8")
    (tmp_path / "mapping.yaml").write_text(MAPPING, "utf-8")
    monkeypatch.chdir(tmp_path)
    runner = CliRunner()
    return lambda *words: runner.invoke(app, ["branches", *words])


def test_a_list_is_tried_imported_and_exported(run, tmp_path):
    importing = ("import", "list.csv", "--mapping", "mapping.yaml")

    trial = run(*importing, "--dry-run")
    empty = run("export", "empty.csv")
    real = run(*importing)
    exported = run("export", "out.geojson", "--region", "济宁")

    assert trial.exit_code == real.exit_code == 2
    for report in (trial.output, real.output):
        assert "第4行" in report
        assert "疑似重复" in report
        assert "新增 2" in report
    assert "将导入 2" in trial.output
    assert "导出 0" in empty.output
    assert "导出 2" in exported.output
    assert (tmp_path / "out.geojson").exists()


def test_a_column_can_be_named_on_the_command_line(run):
    report = run("import", "list.csv", "--mapping", "mapping.yaml", "--set", "data_date=2026-01-01")

    assert "新增" in report.output

    wrong = run("import", "list.csv", "--column", "name")
    assert wrong.exit_code == 2


def test_centres_without_a_branch_are_listed(run):
    run("import", "list.csv", "--mapping", "mapping.yaml")

    report = run("coverage", "--region", "济宁市", "--within-m", "3000")

    assert report.exit_code == 0
    assert "米内没有网点的有" in report.output


def test_the_nearest_branches_are_listed_or_a_sentence_says_why_not(monkeypatch, tmp_path):
    monkeypatch.setattr("api.commands.base.set_up_logging", lambda level: None)
    monkeypatch.setenv("CHUANGDAI_DATA_DIR", str(tmp_path / "data"))
    ask = partial(CliRunner().invoke, app)

    near = ask(["nearest", "--lat", "35.41", "--lon", "116.58"], terminal_width=200)
    abroad = ask(["nearest", "--lat", "51.5", "--lon", "0"])
    nowhere = ask(["nearest", "--lat", "95", "--lon", "116"])

    assert "演示" in near.output  # samples, until an office imports its own
    assert "不在国内" in abroad.output
    assert nowhere.exit_code == 2
    assert "Traceback" not in nowhere.output
