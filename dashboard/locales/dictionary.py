"""Sentences that come from below the dashboard and are translated where they are shown."""


def messages() -> list[tuple[str, str]]:
    """Each sentence with the file it comes from."""
    return []
