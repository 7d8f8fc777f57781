"""Refusals: what a person is told when something may not happen. Raised by models and flows, translated once."""

from __future__ import annotations


class Refused(Exception):  # noqa: N818  a refusal is an answer, not a fault
    """A person asked for something that the rules forbid.

    ``message`` is Russian and says what to do; ``field`` names the form field it belongs to, if any;
    ``fields`` carries several such messages at once.
    """

    def __init__(self, message: str, *, field: str | None = None, fields: dict[str, str] | None = None) -> None:
        """Keep the message and where it belongs."""
        super().__init__(message)
        self.message = message
        self.fields: dict[str, str] = dict(fields or {})
        if field is not None:
            self.fields.setdefault(field, message)


class NotFound(Refused):
    """The record does not exist, or must not be known to exist by this actor."""

    def __init__(self, message: str = "Такой страницы нет или она вам не видна.") -> None:
        """Use one wording for both cases, so that an answer gives nothing away."""
        super().__init__(message)


class Denied(Refused):
    """The actor may know of the record but not do this with it."""

    def __init__(self, message: str = "У вас нет прав на это действие.") -> None:
        """Use the given reason or the common one."""
        super().__init__(message)


class NotNow(Refused):
    """Something that the site stands on is away for a moment; nothing was done."""

    def __init__(self, message: str = "Сайт на минуту прервался. Ничего не записано: повторите чуть позже.") -> None:
        """Say that it is worth another try."""
        super().__init__(message)


class SignInNeeded(Denied):
    """The action needs an account."""

    def __init__(self, message: str = "Войдите, чтобы продолжить.") -> None:
        """Ask for sign-in."""
        super().__init__(message)


class Invalid(Refused):
    """One or several fields of a form are wrong."""

    def __init__(self, fields: dict[str, str]) -> None:
        """Take messages by field name."""
        super().__init__("Проверьте отмеченные поля.", fields=fields)


class WrongStage(Refused):
    """The lifecycle table forbids this move."""


class Outdated(Refused):
    """Somebody changed the record meanwhile; saving would overwrite their work."""

    def __init__(
        self, message: str = "Запись изменили, пока вы её правили. Обновите страницу: ваш текст сохранён в черновике."
    ) -> None:
        """Tell the person that their text is not lost."""
        super().__init__(message)


class TooOften(Refused):
    """A rate limit was reached."""

    def __init__(self, seconds: int) -> None:
        """``seconds``: how long to wait."""
        minutes = max(1, round(seconds / 60))
        super().__init__(f"Слишком много попыток. Попробуйте ещё раз через {minutes} мин.")
        self.seconds = seconds
