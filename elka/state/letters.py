"""Letters about an account. Each function returns (subject, text); links are made of the site's own address.

Nothing that a stranger typed goes into a letter, save a name, which can hold letters alone (``core/names.py``), and the
number of a contest or project that they came from (``way_on`` of ``state/sign_in.py``), as the ``on`` of a link.
"""

from __future__ import annotations

from elka.settings import settings

Letter = tuple[str, str]


def confirm(first_name: str, token: str, on: str = "") -> Letter:
    """Ask to confirm the address after sign-up."""
    return _letter(
        "Подтвердите почту",
        first_name,
        "Вы зарегистрировались на платформе ЕЛКА. Откройте ссылку и нажмите «Подтвердить и войти»:",
        _link(f"/confirm/{token}{on}"),
        "Ссылка действует три дня и срабатывает один раз.",
        "Если это были не вы, ничего не нажимайте: без подтверждения аккаунт не заработает, а через 30 дней исчезнет.",
    )


def already(first_name: str) -> Letter:
    """Tell the owner of an account that somebody signs up with their address."""
    return _letter(
        "У вас уже есть аккаунт",
        first_name,
        "Кто-то, возможно вы, регистрируется с этой почтой, но на ней уже есть аккаунт. Входите как обычно:",
        _link("/sign-in"),
        f"Не помните пароль? Его можно сменить: {_link('/restore')}",
        "Если это были не вы, делать ничего не нужно: аккаунт в порядке, новый не создан.",
    )


def restore(first_name: str, token: str, on: str = "") -> Letter:
    """Give a link to set a new password."""
    return _letter(
        "Новый пароль",
        first_name,
        "Чтобы задать новый пароль, откройте ссылку:",
        _link(f"/restore/{token}{on}"),
        "Она действует один час и срабатывает один раз. После смены пароля на всех устройствах нужно будет войти заново.",
        "Если вы об этом не просили, ничего не делайте: пароль остался прежним.",
    )


def password_changed(first_name: str) -> Letter:
    """Tell that the password was changed."""
    return _letter(
        "Пароль изменён",
        first_name,
        "Пароль вашего аккаунта только что изменили, на остальных устройствах выполнен выход.",
        f"Если это были не вы, сразу задайте новый пароль: {_link('/restore')}",
    )


def change_email(first_name: str, token: str) -> Letter:
    """Ask the owner of a new address to confirm it."""
    return _letter(
        "Подтвердите новую почту",
        first_name,
        "Вы попросили входить в ЕЛКУ с этим адресом. Откройте ссылку и нажмите «Подтвердить почту»:",
        _link(f"/confirm/{token}"),
        "Ссылка действует сутки. До подтверждения почта остаётся прежней.",
        "Если это были не вы, ничего не нажимайте.",
    )


def email_taken(first_name: str) -> Letter:
    """Tell the owner of an account that somebody wants their address for another one."""
    return _letter(
        "Этой почтой хотели воспользоваться",
        first_name,
        "Владелец другого аккаунта попросил привязать к нему вашу почту. Мы этого не сделали: она уже у вас.",
        "Если другой аккаунт тоже ваш, удалите лишний в настройках или укажите в нём другую почту.",
    )


def email_changed(first_name: str, masked: str) -> Letter:
    """Tell the old address that it is not the account's any more."""
    return _letter(
        "Почта аккаунта изменена",
        first_name,
        f"Теперь в ЕЛКУ вы входите с адресом {masked}. На этот адрес письма больше не приходят.",
        f"Если это были не вы, напишите оператору платформы: {_link('/legal/personal-data')}",
    )


def role_granted(first_name: str, role: str, place: str) -> Letter:
    """Tell of a new duty."""
    return _letter(
        "Вам дали новую роль",
        first_name,
        f"Теперь у вас есть роль «{role}»: {place}. Новые разделы появились в меню аккаунта:",
        _link("/me"),
    )


def erased(first_name: str) -> Letter:
    """Say farewell."""
    return _letter(
        "Аккаунт удалён",
        first_name,
        "Ваш аккаунт удалён: имя, почта, телефон и дата рождения стёрты, вход закрыт везде. "
        "Голоса остались в подсчёте без имени.",
        f"Если захотите вернуться, зарегистрируйтесь заново: {_link('/sign-up')}",
    )


def _letter(subject: str, first_name: str, *parts: str) -> Letter:
    body = "\n\n".join((f"Здравствуйте, {first_name}!", *parts, "ЕЛКА, открытая платформа инициатив Югры"))
    return subject, body + "\n"


def _link(path: str) -> str:
    return f"{settings().origin}{path}"
