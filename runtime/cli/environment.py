"""Settings and logs of a command."""

import os

from runtime.settings import Settings


def settings() -> Settings:
    """From the environment. Raises SettingsError for a value that cannot be used."""
    return Settings.from_environment(os.environ)


def quiet_logs(settings: Settings) -> None:
    """For a command that a person waits for: only what went wrong, unless LOG_LEVEL asks for more."""
    from runtime.logs import configure

    level = settings.log_level if os.environ.get("LOG_LEVEL") else "ERROR"
    configure(level=level, exception_texts=settings.development)
