"""Photos in the editor: words, cover, deleting."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from elka import photos
from elka.core.actor import GUEST
from elka.db import Work
from elka.errors import NotFound, Refused, SignInNeeded
from elka.models.projects import Photo, Project, ProjectStage
from elka.state.photos import PhotosState
from tests import factories


@pytest.fixture
def project(work: Work) -> Project:
    author = factories.person(work)
    work.actor = factories.actor(work, author)
    return factories.project(work, author, published=False, stage=ProjectStage.IDEA)


def sent(work: Work, project: Project, colour: str = "red") -> int:
    out = io.BytesIO()
    Image.new("RGB", (300, 300), colour).save(out, "PNG")
    return PhotosState._add(work, project.id, photos.prepare(out.getvalue()))


def test_the_first_photo_becomes_the_cover(work: Work, project: Project):
    first, second = sent(work, project), sent(work, project, "blue")
    assert project.cover_photo_id == first
    PhotosState._make_cover(work, project.id, second)
    _, rows = PhotosState._list(work, project.id)
    assert [(row.id, row.is_cover) for row in rows] == [(first, False), (second, True)]
    PhotosState._drop_cover(work, project.id)
    assert project.cover_photo_id is None


def test_words_for_those_who_do_not_see(work: Work, project: Project):
    photo = sent(work, project)
    PhotosState._describe(work, project.id, photo, " Дети \n на трассе ")
    assert work.session.get(Photo, photo).alt == "Дети на трассе"
    with pytest.raises(Refused):
        PhotosState._describe(work, project.id, photo, "я" * 201)


def test_a_deleted_photo_leaves_no_file(work: Work, project: Project):
    photo = sent(work, project)
    path = photos.path_of(project.id, work.session.get(Photo, photo).key, 480)
    PhotosState._remove(work, project.id, photo)
    assert project.cover_photo_id is None
    assert path.is_file()  # not before the commit: a rollback must leave the photo whole
    work._finish()
    assert not path.exists()
    with pytest.raises(NotFound):
        PhotosState._remove(work, project.id, photo)


@pytest.mark.parametrize("key", [None, "x", -1, True, 2**63, [], {}])
def test_garbage_finds_nothing(work: Work, project: Project, key: Any):
    for call in (PhotosState._make_cover, PhotosState._remove):
        with pytest.raises(NotFound):
            call(work, project.id, key)
    with pytest.raises(NotFound):
        PhotosState._describe(work, project.id, key, "слова")


def test_photos_of_another_project_are_out_of_reach(work: Work, project: Project):
    photo = sent(work, project)
    stranger = factories.person(work)
    project.published_at = work.now
    work.actor = factories.actor(work, stranger)
    own = factories.project(work, stranger, stage=ProjectStage.IDEA)
    for call in (PhotosState._make_cover, PhotosState._remove):
        with pytest.raises(NotFound):
            call(work, own.id, photo)
        with pytest.raises(Refused):
            call(work, project.id, photo)
    work.actor = GUEST
    with pytest.raises(SignInNeeded):
        PhotosState._remove(work, project.id, photo)
