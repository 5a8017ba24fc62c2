"""What a file really is, whatever its name says: told from its first bytes, unpacked where it is packed."""

import bz2
import gzip
import lzma
import shutil
import zipfile
import zlib
from pathlib import Path
from typing import Literal

from data.errors import DataProblem
from data.importers.workbench import Workbench

Form = Literal["text", "excel", "parquet", "zip", "packed", "json"]
_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PACKERS: dict[bytes, type[gzip.GzipFile] | type[bz2.BZ2File] | type[lzma.LZMAFile]] = {
    b"\x1f\x8b": gzip.GzipFile,
    b"BZh": bz2.BZ2File,
    b"\xfd7zXZ": lzma.LZMAFile,
}
_REFUSED = {
    b"%PDF": "{name} is a PDF document; export the table as CSV or Excel.",
    b"\x89PNG": "{name} is a picture.",
    b"\xff\xd8\xff": "{name} is a picture.",
    b"GIF8": "{name} is a picture.",
    b"\x28\xb5\x2f\xfd": "{name} is packed with Zstandard; unpack it first.",
    b"7z\xbc\xaf": "{name} is a 7-Zip archive; unpack it first.",
    b"Rar!": "{name} is a RAR archive; unpack it first.",
    b"SQLite format 3\0": "{name} is an SQLite database; name it as sqlite:///PATH?query=SELECT ...",
    b"version https://git-lfs": "{name} is a Git LFS pointer, not the data; fetch the file with `git lfs pull`.",
}
_PAGES = (b"<!doctype", b"<html", b"<?xml", b"<table")


def form_of(path: Path) -> Form:
    """Tell what a file is; DataProblem for what holds no table."""
    with path.open("rb") as file:
        head = file.read(4096)
    if not head:
        raise DataProblem(f"{path.name} is empty (0 bytes). Export it again, with its rows.")
    for mark, what in _REFUSED.items():
        if head.startswith(mark):
            raise DataProblem(what.format(name=path.name))
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_PAGES):
        raise DataProblem(f"{path.name} is a web page or XML, not a table; export it as CSV or Excel.")
    return _form(path, head)


def _form(path: Path, head: bytes) -> Form:
    if head.startswith(b"PK\x03\x04"):
        return _zipped(path)
    if head.startswith(_OLE2):
        return "excel"
    if head.startswith(b"PAR1"):
        return "parquet"
    if any(head.startswith(mark) for mark in _PACKERS):
        return "packed"
    if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        return "json"
    return _text_or_junk(path, head)


def _zipped(path: Path) -> Form:
    """Tell a workbook from a plain archive."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except zipfile.BadZipFile:
        raise DataProblem(
            f"{path.name} is damaged or cut off: it starts as an archive but has no end. Fetch it again."
        ) from None
    return "excel" if any(n.startswith(("xl/", "content.xml")) for n in names) else "zip"


def _text_or_junk(path: Path, head: bytes) -> Form:
    """Refuse binary data: control characters that no text has. NULs are fine when they alternate, as in UTF-16."""
    marked = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    nuls = max(head[0::2].count(0), head[1::2].count(0))
    wide = marked or (nuls > len(head) * 0.2 and min(head[0::2].count(0), head[1::2].count(0)) < len(head) * 0.02)
    control = sum(byte < 32 and byte not in (0, 1, 9, 10, 12, 13, 27) for byte in head)
    if not wide and (control > len(head) * 0.02 or head.count(0) > len(head) * 0.1):
        raise DataProblem(
            f"{path.name} is no table: its bytes are neither text nor a format known here (CSV, Excel, Parquet, "
            f"JSON lines)."
        )
    return "text"


def unpack(bench: Workbench, path: Path) -> Path:
    """Unpack a gzip, bzip2 or xz file to a scratch file that keeps the inner name's stem."""
    with path.open("rb") as file:
        head = file.read(8)
    opened = next(opener for mark, opener in _PACKERS.items() if head.startswith(mark))
    target = bench.place(_inner_name(path))
    try:
        with opened(path) as packed, target.open("wb") as out:
            shutil.copyfileobj(packed, out, 1 << 20)
    except (EOFError, OSError, lzma.LZMAError, zlib.error) as problem:
        raise DataProblem(f"{path.name} is damaged or cut off ({problem}). Fetch it again.") from None
    return target


def _inner_name(path: Path) -> str:
    return path.stem if path.suffix.lower() in (".gz", ".bz2", ".xz", ".gzip") else path.name


def members(bench: Workbench, path: Path) -> list[tuple[str, Path]]:
    """Unpack every file of an archive to scratch files, each with its path in the archive.

    That path only tells the members apart; where a file is put does not follow from it.
    """
    found: list[tuple[str, Path]] = []
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                name = Path(member.filename).name
                if member.is_dir() or name.startswith((".", "__MACOSX")) or "__MACOSX" in member.filename:
                    continue
                target = bench.place(name)
                with archive.open(member) as packed, target.open("wb") as out:
                    shutil.copyfileobj(packed, out, 1 << 20)
                found.append((member.filename, target))
    # What zipfile raises: RuntimeError for a password, NotImplementedError for a way of packing it does not know.
    except (zipfile.BadZipFile, RuntimeError, EOFError, NotImplementedError, zlib.error) as problem:
        raise DataProblem(f"{path.name} cannot be unpacked ({problem}). Unpack it and name the files.") from None
    return found
