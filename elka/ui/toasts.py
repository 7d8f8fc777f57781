"""Toasts: short news of what was done. States send them by ``rx.toast.success("Сохранено")``."""

import reflex as rx


def toaster() -> rx.Component:
    """Hold the toasts: ``rx.App(toaster=ui.toaster())``. Dressed by assets/css/lists.css."""
    return rx.toast.provider(
        position="bottom-center",
        rich_colors=False,
        close_button=True,
        expand=False,
        custom_attrs={
            "containerAriaLabel": "Уведомления",
            "toastOptions": {"closeButtonAriaLabel": "Закрыть", "duration": 6000},
            "mobileOffset": {"bottom": "calc(var(--dock) + 1rem)", "left": "1rem", "right": "1rem"},
        },
    )
