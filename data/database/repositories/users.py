"""Users and their roles; without a login (`local` mode) everybody is the one local administrator."""

from typing import cast

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.database.connection import LOCAL_USER, Database
from data.database.repositories.versions import refuse_unless_seen
from data.database.tables import UserRow, this_moment
from data.errors import Busy, NoData, ReviewError
from data.records import Role, User


def local_administrator(db: Database) -> User:
    """The one user of local mode; every database has it from the start."""
    return get(db, LOCAL_USER)


def get(db: Database, login: str) -> User:
    """The user of this login; NoData when there is none or they were archived."""
    with db.reading() as session:
        return _user(_row(session, login))


def all(db: Database) -> list[User]:
    """Everybody who may use the program, by login."""
    active = select(UserRow).where(UserRow.archived_at.is_(None)).order_by(UserRow.login)
    with db.reading() as session:
        return [_user(row) for row in session.scalars(active)]


def add(db: Database, login: str, name: str, role: Role, *, who: str | None = None) -> User:
    """Lets somebody in; an archived login comes back with the new name and role."""
    with db.writing(who) as session:
        row = session.scalar(select(UserRow).where(UserRow.login == login))
        if row is None:
            row = UserRow(login=login, name=name, role=role)
            session.add(row)
        elif row.archived_at is None:
            raise Busy(f"The user {login!r} exists already. Change their role instead.")
        row.name, row.role, row.archived_at = name, role, None
        session.flush()
        return _user(row)


def set_role(db: Database, seen: User, role: Role, *, who: str | None = None) -> User:
    """Gives the user another role; the last administrator stays one."""
    with db.writing(who) as session:
        row = _seen(session, seen)
        if role != "administrator":
            _refuse_the_last_administrator(session, row)
        row.role = role
        session.flush()
        return _user(row)


def archive(db: Database, seen: User, *, who: str | None = None) -> None:
    """Lets the user in no longer; the last administrator stays."""
    with db.writing(who) as session:
        row = _seen(session, seen)
        _refuse_the_last_administrator(session, row)
        row.archived_at = this_moment()


def _row(session: Session, login: str) -> UserRow:
    row = session.scalar(select(UserRow).where(UserRow.login == login, UserRow.archived_at.is_(None)))
    if row is None:
        raise NoData(f"There is no user {login!r}. An administrator can add them.")
    return row


def _seen(session: Session, seen: User) -> UserRow:
    row = _row(session, seen.login)
    refuse_unless_seen(row, seen.version, f"The user {seen.login!r}")
    return row


def _refuse_the_last_administrator(session: Session, row: UserRow) -> None:
    administrators = select(func.count()).where(UserRow.role == "administrator", UserRow.archived_at.is_(None))
    if row.role == "administrator" and session.scalar(administrators) == 1:
        raise ReviewError(
            f"{row.login!r} is the only administrator, and there must be one. Make somebody else administrator first."
        )


def _user(row: UserRow) -> User:
    return User(row.login, row.name, cast("Role", row.role), row.version)
