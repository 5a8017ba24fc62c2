"""Addresses of databases: what is read, what may be shown of them, and how tables of one database are told apart."""

import pytest

from data.importers.database_source import shown


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://bob:S3CRET@host/db?table=customers",
        "postgresql://bob:S3CRET@host:5432/db?query=SELECT 'S3CRET'",
        "postgresql://bob:half@S3CRET@host/db?table=customers",
        "postgresql://bob:S3/CRET@host/db?table=customers",
        "postgresql://bob:S3CRET@host?table=customers",
        "postgresql://host/db?user=bob&password=S3CRET&table=customers",
        "postgresql://bob:S3CRET@host:port/db?table=customers",
        "postgresql://bob:S3CRET@host/db",
        "postgresql://bob:S3CRET@[host/db?table=customers",
        "postgresql://bob:#S3CRET@host/db?table=customers",
    ],
)
def test_no_password_is_shown_however_the_address_is_written(address: str) -> None:
    said = shown(address)
    assert said.startswith("postgresql://")
    assert not any(part in said for part in ("S3", "CRET", "half"))


def test_a_path_that_is_no_address_is_shown_as_it_is() -> None:
    assert shown("in/a@b:c.csv") == "in/a@b:c.csv"


def test_an_address_without_password_keeps_its_place() -> None:
    assert shown("sqlite:////srv/shop.db?table=customers").startswith("sqlite:////srv/shop.db")
