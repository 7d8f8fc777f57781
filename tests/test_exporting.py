"""Exports: what is in them, how they are made step by step, and what becomes of those that were stopped."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pypdf
import pytest
import sqlalchemy as sa

from elka import exporting, photos
from elka.db import work_as
from elka.models.applications import Application, Revision
from elka.models.exports import Export, ExportKind, ExportState
from elka.models.projects import Photo
from elka.settings import settings
from elka.state.export_rows import HEAD, entries
from tests import exported, filled
from tests.exported import begun, contest_of, run, state_of
from tests.words import plain

TABLE, ARCHIVE = ExportKind.TABLE, ExportKind.ARCHIVE


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "home", tmp_path)


def opened(export_id: int) -> openpyxl.Workbook:
    return openpyxl.load_workbook(exporting.path_of(export_id, TABLE))


def columns(sheet) -> dict[str, int]:
    return {cell.value: cell.column for cell in sheet[1]}


def test_three_hundred_applications_open_in_excel(empty: sa.Engine) -> None:
    with work_as(bind=empty) as work:
        export = begun(work, contest_of(work, 300), TABLE)
    assert run(export.id) == [100, 200, 300]
    done = state_of(empty, export.id)
    path = exporting.path_of(export.id, TABLE)
    assert (done.state, done.done, done.total, done.size) == (ExportState.READY, 300, 300, path.stat().st_size)
    assert sorted(one.name for one in exporting.folder().iterdir()) == [path.name]
    book = opened(export.id)
    sheet = book["Заявки"]
    assert sheet.max_row == 301
    assert sheet.freeze_panes == "C2"
    assert sheet.auto_filter.ref == f"A1:{sheet.cell(1, sheet.max_column).coordinate[:-1]}301"
    places = columns(sheet)
    labels = [field.label for field in exported.FIELDS if field.key not in {"title", "about"}]
    assert [cell.value for cell in sheet[1]] == [column.title for column in HEAD] + labels
    assert [sheet.cell(row, 1).value for row in range(2, 302)] == list(range(1, 301))
    for row in range(2, 302):
        for name in ("Проект", "Строка", "Для организатора", "Почта", "Телефон", "Страница", "Смета"):
            cell = sheet.cell(row, places[name])
            assert cell.data_type == "s", (name, row)
            assert cell.hyperlink is None
    texts = {sheet.cell(row, places["Строка"]).value for row in range(2, 302)}
    assert texts == set(exported.FORMULAS)
    first = {name: sheet.cell(2, place) for name, place in places.items()}
    assert first["Сколько людей"].value == 1250
    assert first["Своих денег"].value == 50_000
    assert "₽" in first["Своих денег"].number_format
    assert first["Собрание"].value == datetime(2026, 10, 3)  # noqa: DTZ001  Excel knows no zones
    assert (first["Просят у организатора"].value, first["Вся стоимость"].value) == (300_000, 350_000)
    assert (first["Бюджет муниципалитета"].value, first["Жители"].value) == (300_000, 50_000)
    assert first["Заявитель"].value == "Кузнецова Мария"
    assert first["Почта"].value.endswith("@example.org")
    assert book["Сметы"].max_row == 601


def test_only_what_the_table_shows_is_exported(empty: sa.Engine) -> None:
    with work_as(bind=empty) as work:
        found = contest_of(work, 4)
        work.session.execute(
            sa.update(Application).where(Application.number == 3).values(status="rejected", ground="Вне полномочий.")
        )
        export = begun(work, found, TABLE, status="rejected")
        other = begun(work, found, TABLE, q="двор № 2")
        everything = begun(work, found, TABLE)
    for one, numbers in ((export, [3]), (other, [2]), (everything, [1, 2, 3, 4])):
        run(one.id)
        sheet = opened(one.id)["Заявки"]
        assert [sheet.cell(row, 1).value for row in range(2, sheet.max_row + 1)] == numbers  # and never the draft
    assert state_of(empty, export.id).total == 1


def test_an_archive_has_a_folder_for_each_application(empty: sa.Engine) -> None:
    with work_as(bind=empty) as work:
        found = contest_of(work, 2)
        row = work.session.execute(sa.select(Application).where(Application.number == 2)).scalar_one()
        photo = Photo(
            project_id=row.project_id, author_id=row.submitted_by, key="c" * 64, width=1, height=1, created_at=work.now
        )
        work.session.add(photo)
        work.session.flush()
        held = [filled.attachment(work, row, name=name, sha256=name[0] * 64) for name in ("план.pdf", "Смета.pdf")]
        again = filled.attachment(work, row, name="ПЛАН.pdf", sha256="d" * 64)
        work.session.get_one(type(found.project), row.project_id).title = 'Двор: "у реки" <1/2>?'
        whole = filled.Filed(
            found.contest, row, work.session.get_one(type(found.project), row.project_id), found.people
        )
        filled.submitted(work, whole, papers=[filled.listed(one) for one in (*held, again)], **exported.ANSWERS)
        export = begun(work, found, ARCHIVE)
    exported.lay(row.id, "п" * 64, b"plan")
    exported.lay(row.id, "d" * 64, b"another plan")  # the one between is lost
    path = photos.path_of(row.project_id, "c" * 64, 1600)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"photo")
    assert run(export.id) == [1, 2]
    with zipfile.ZipFile(exporting.path_of(export.id, ARCHIVE)) as archive:
        assert archive.testzip() is None
        home = "№ 2 Двор_ _у реки_ _1_2__"
        assert sorted(archive.namelist()) == sorted(
            [
                "Заявки.xlsx",
                "Файлы.csv",
                "№ 1 +7 922 Двор № 1/Заявка № 1.pdf",
                f"{home}/Заявка № 2.pdf",
                f"{home}/Документы/план.pdf",
                f"{home}/Документы/ПЛАН (2).pdf",
                f"{home}/Фото/1.webp",
            ]
        )
        assert archive.read(f"{home}/Документы/план.pdf") == b"plan"
        assert archive.read(f"{home}/Документы/ПЛАН (2).pdf") == b"another plan"
        assert archive.read(f"{home}/Фото/1.webp") == b"photo"
        text = pypdf.PdfReader(io.BytesIO(archive.read(f"{home}/Заявка № 2.pdf"))).pages[0].extract_text()
        assert "Заявка № 2" in plain(text)
        sheet = openpyxl.load_workbook(io.BytesIO(archive.read("Заявки.xlsx")))["Заявки"]
        assert [sheet.cell(row, 1).value for row in (2, 3)] == [1, 2]
        lines = list(csv.reader(io.StringIO(archive.read("Файлы.csv").decode("utf-8-sig")), delimiter=";"))
    assert lines[0] == ["Заявка №", "Файл", "Размер, байт", "SHA-256"]
    assert [line[1] for line in lines[1:]] == [
        f"{home}/Документы/план.pdf",
        f"{home}/Документы/Смета.pdf (нет на диске)",
        f"{home}/Документы/ПЛАН (2).pdf",
    ]


def test_nothing_in_an_archive_leads_out_of_it(empty: sa.Engine) -> None:
    with work_as(bind=empty) as work:
        found = contest_of(work, 1)
        row = work.session.execute(sa.select(Application).where(Application.number == 1)).scalar_one()
        project = work.session.get_one(type(found.project), row.project_id)
        project.title = "../../etc"
        evil = filled.attachment(work, row, name="../../../x.pdf", sha256="e" * 64)
        filled.submitted(work, filled.Filed(found.contest, row, project, found.people), papers=[filled.listed(evil)])
        export = begun(work, found, ARCHIVE)
    exported.lay(row.id, "e" * 64, b"x")
    run(export.id)
    with zipfile.ZipFile(exporting.path_of(export.id, ARCHIVE)) as archive:
        for name in archive.namelist():
            assert not name.startswith("/")
            assert ".." not in name.split("/")
            assert len(name) < 200


def test_progress_is_told_between_steps(empty: sa.Engine) -> None:
    with work_as(bind=empty) as work:
        export = begun(work, contest_of(work, 25), ARCHIVE)
    seen = []
    for done in exporting.steps(export.id):
        row = state_of(empty, export.id)
        assert (row.state, row.total) == (ExportState.GOING, 25)
        seen.append((done, row.done))
    assert seen[0] == (1, 0)
    assert seen[10] == (11, 10)
    assert seen[-1] == (25, 20)


def test_a_removed_export_stops_and_leaves_nothing(empty: sa.Engine) -> None:
    with work_as(bind=empty) as work:
        export = begun(work, contest_of(work, 25), ARCHIVE)
    done = 0
    for done in exporting.steps(export.id):
        if done == 1:
            with work_as(bind=empty) as work:
                work.session.execute(sa.delete(Export))
    assert done == 10  # the batch at hand is finished
    assert list(exporting.folder().iterdir()) == []


def test_a_run_that_was_killed_is_run_again(empty: sa.Engine) -> None:
    with work_as(bind=empty) as work:
        export = begun(work, contest_of(work, 12), ARCHIVE)
    steps = exporting.steps(export.id)
    assert [next(steps) for _ in range(7)][-1] == 7
    steps.close()
    left = list((exporting.folder() / str(export.id)).glob("*.pdf"))
    assert len(left) == 7
    for path in left:
        path.write_bytes(b"made before")
    assert run(export.id)[-1] == 12
    assert state_of(empty, export.id).state is ExportState.READY
    with zipfile.ZipFile(exporting.path_of(export.id, ARCHIVE)) as archive:
        printed = [archive.read(name) for name in archive.namelist() if name.endswith(".pdf")]
    assert (len(printed), printed.count(b"made before")) == (12, 7)  # what was made is taken as it is
    assert run(export.id) == []  # a finished one is not made twice
    assert run(10**9) == []


def test_a_failure_is_told_and_leaves_nothing(empty: sa.Engine) -> None:
    with work_as(bind=empty) as work:
        found = contest_of(work, 12)
        last = work.session.execute(sa.select(Application).where(Application.number == 12)).scalar_one()
        last.revision = 2
        odd = {"content": {"form": "of another time"}, "submitted_by": last.submitted_by, "submitted_at": work.now}
        work.session.add(Revision(application_id=last.id, number=2, **odd))
        export = begun(work, found, ARCHIVE)
    assert run(export.id)[-1] == 10
    row = state_of(empty, export.id)
    assert (row.state, row.size, row.done) == (ExportState.FAILED, None, 0)
    assert row.ended_at is not None
    assert list(exporting.folder().iterdir()) == []


def test_a_contest_without_filed_applications_makes_an_empty_table(empty: sa.Engine) -> None:
    with work_as(bind=empty) as work:
        export = begun(work, contest_of(work, 0), TABLE)
    assert run(export.id) == []
    assert opened(export.id)["Заявки"].max_row == 1
    assert state_of(empty, export.id).state is ExportState.READY


def test_a_batch_costs_as_many_queries_as_one_row(empty: sa.Engine, queries) -> None:
    with work_as(bind=empty) as work:
        found = contest_of(work, 12)
        ids = list(work.session.execute(sa.select(Application.id).where(Application.number.is_not(None))).scalars())
        one = queries(lambda: entries(work, found.contest, ids[:1], with_papers=True))
        assert queries(lambda: entries(work, found.contest, ids, with_papers=True)) == one
