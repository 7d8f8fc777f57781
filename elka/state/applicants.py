"""In whose name an application is filed, and in which nomination: what is told beside the template. Not a state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from elka.core.formfields import Choice, ChoiceField, LineField
from elka.core.identifiers import normal_inn
from elka.core.texts import one_line
from elka.db import Work
from elka.errors import Refused
from elka.models.answers import NAME_MAX
from elka.models.applications import Application
from elka.models.contest_parts import CategoryBasis, ContestCategory, categories_of
from elka.models.contests import ApplicantKind, Contest
from elka.models.places import Municipality
from elka.state.eligibility import offices_of
from elka.ui.rows import Option

K = ApplicantKind
NAMES: dict[ApplicantKind, tuple[str, str]] = {
    K.RESIDENT: ("От своего имени", "Вы отвечаете за заявку сами"),
    K.GROUP: ("От инициативной группы", "Заявку подаёт автор, участники подтверждают себя сами"),
    K.ORGANIZATION: ("От организации", "Понадобятся название и ИНН"),
    K.MUNICIPALITY: ("От муниципалитета", "Проект жителей вашего муниципалитета"),
}
_SPLIT = ":"
# Keys of what the form asks beside its template: no field of a template can have such a key.
APPLICANT = "@applicant"
ORGANIZATION = "@organization"
INN = "@inn"
NOMINATION = "@nomination"
ASKED = (APPLICANT, ORGANIZATION, INN, NOMINATION)
_COLUMNS = {ORGANIZATION: "organization_name", INN: "organization_inn"}


def name_options(work: Work, contest: Contest) -> list[Option]:
    """Return in whose name the actor may file; officials once for each of their municipalities."""
    found = []
    for kind in K:
        if kind.value not in contest.applicants:
            continue
        label, note = NAMES[kind]
        if kind is not K.MUNICIPALITY:
            found.append(Option(kind.value, label, note))
        elif contest.municipality_id is None and (offices := offices_of(work)):
            names = work.session.execute(
                sa.select(col(Municipality.id), col(Municipality.name))
                .where(col(Municipality.id).in_(offices))
                .order_by(col(Municipality.name))
            )
            found += [Option(f"{kind.value}{_SPLIT}{key}", f"{label}: {name}", note) for key, name in names]
    return found


def office_in(name: str) -> int | None:
    """Return the municipality that a name stands for, None for other names."""
    kind, _, office = name.partition(_SPLIT)
    return int(office) if kind == K.MUNICIPALITY.value and office.isascii() and office.isdigit() else None


def nomination_options(work: Work, contest: Contest) -> list[Option]:
    """Return the nominations to choose from; none where categories follow from the project."""
    if contest.category_basis is not CategoryBasis.NOMINATION:
        return []
    return [Option(str(one.id), one.name) for one in categories_of(work.session, contest.id or 0)]


def read(work: Work, contest: Contest, name: str, typed: Mapping[str, Any], wrong: dict[str, str]) -> dict[str, Any]:
    """Return the columns of an application that say in whose name it is; troubles go into ``wrong`` by field."""
    office = office_in(name)
    facts: dict[str, Any] = {"applicant": K(name.partition(_SPLIT)[0]), "municipality_id": office}
    if facts["applicant"] is K.ORGANIZATION:
        for key, field in ((ORGANIZATION, "organization_name"), (INN, "organization_inn")):
            value = typed.get(field)
            try:
                facts[field] = _organization(key, value if isinstance(value, str) else "", needed=True)
            except Refused as refused:
                wrong[field] = refused.message
    options = nomination_options(work, contest)
    chosen = typed.get("nomination")
    if options and any(option.value == chosen for option in options):
        facts["category_id"] = int(str(chosen))
    elif options:
        wrong["nomination"] = "Выберите номинацию."
    return facts


def written(application: Application) -> dict[str, str]:
    """Return what stands in the fields beside the template."""
    return {
        APPLICANT: application.applicant.value,
        ORGANIZATION: application.organization_name or "",
        INN: application.organization_inn or "",
        NOMINATION: str(application.category_id or ""),
    }


def write(work: Work, contest: Contest, application: Application, key: str, typed: str) -> str:
    """Write one of the fields beside the template and return what stands there now."""
    if key == APPLICANT:
        mine = {kind for kind in contest.applicants if kind != K.MUNICIPALITY.value}
        if typed not in mine or application.applicant is K.MUNICIPALITY:
            raise Refused("Выберите, от чьего имени заявка.", field=key)
        application.applicant = K(typed)
    elif key == NOMINATION:
        if all(option.value != typed for option in nomination_options(work, contest)):
            raise Refused("Выберите номинацию.", field=key)
        application.category_id = int(typed)
    else:
        setattr(application, _COLUMNS[key], _organization(key, typed) or None)
    return written(application)[key]


def asked(contest: Contest, application: Application) -> tuple[str, ...]:
    """Return the keys of the fields beside the template that this application has."""
    keys: list[str] = []
    if application.applicant is not K.MUNICIPALITY:
        mine = [kind for kind in contest.applicants if kind != K.MUNICIPALITY.value]
        keys += [APPLICANT] if len(mine) > 1 else []
        keys += [ORGANIZATION, INN] if K.ORGANIZATION.value in mine else []
    if contest.category_basis is CategoryBasis.NOMINATION:
        keys.append(NOMINATION)
    return tuple(keys)


def shown(application_name: str, keys: tuple[str, ...]) -> frozenset[str]:
    """Return which of them are asked of an applicant of this kind."""
    organization = application_name == K.ORGANIZATION.value
    return frozenset(key for key in keys if key not in (ORGANIZATION, INN) or organization)


def check(values: Mapping[str, str], keys: tuple[str, ...]) -> dict[str, str]:
    """Return what is wrong with them, by key."""
    wrong: dict[str, str] = {}
    for key in shown(values.get(APPLICANT, ""), keys):
        value = values.get(key, "")
        if key == NOMINATION and not value:
            wrong[key] = "Выберите номинацию."
        elif key in _COLUMNS:
            try:
                _organization(key, value, needed=True)
            except Refused as refused:
                wrong[key] = refused.message
    return wrong


def fields(
    work: Work, contest: Contest, keys: tuple[str, ...]
) -> dict[str, tuple[ChoiceField | LineField, list[Option]]]:
    """Return them as fields to be drawn like those of the template, with their options, by key."""
    names = [
        Option(kind.value, *NAMES[kind])
        for kind in K
        if kind.value in contest.applicants and kind is not K.MUNICIPALITY
    ]
    known: dict[str, tuple[ChoiceField | LineField, list[Option]]] = {
        APPLICANT: (
            ChoiceField(key="name", label="От чьего имени", options=_choices(names)),
            names,
        ),
        ORGANIZATION: (LineField(key="name", label="Название организации", max_length=NAME_MAX), []),
        INN: (LineField(key="name", label="ИНН организации", hint="Десять цифр", max_length=20), []),
    }
    if NOMINATION in keys:
        options = nomination_options(work, contest)
        known[NOMINATION] = (ChoiceField(key="name", label="Номинация", options=_choices(options)), options)
    return {key: known[key] for key in keys}


def category_name(work: Work, application: Application) -> str:
    """Return the name of the category that was decided, "" for none."""
    if application.category_id is None:
        return ""
    return work.session.get_one(ContestCategory, application.category_id).name


def told(work: Work, application: Application) -> str:
    """Say in whose name an application is: the organization, the municipality, the group; "" for a resident's own."""
    match application.applicant:
        case K.ORGANIZATION:
            return application.organization_name or "Организация"
        case K.MUNICIPALITY:
            return work.session.get_one(Municipality, application.municipality_id).name
        case K.GROUP:
            return "Инициативная группа"
        case _:
            return ""


def _choices(options: list[Option]) -> tuple[Choice, ...]:
    return tuple(Choice(value=option.value, label=option.label[:120] or "—") for option in options)


def _organization(key: str, typed: str, *, needed: bool = False) -> str:
    text = one_line(typed)
    if not text:
        if needed:
            raise Refused("Назовите организацию." if key == ORGANIZATION else "Укажите ИНН организации.", field=key)
        return ""
    if key == INN:
        try:
            return normal_inn(text)
        except Refused as refused:
            raise Refused(refused.message, field=key) from refused
    if len(text) > NAME_MAX:
        raise Refused(f"Слишком длинно: {len(text)} из {NAME_MAX}. Сократите.", field=key)
    return text
