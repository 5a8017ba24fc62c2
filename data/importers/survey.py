"""One pass over the bytes of a file: its hash, and what decides how the text is read."""

import codecs
import hashlib
from dataclasses import dataclass
from pathlib import Path

CHUNK = 1 << 20
HEAD = 1 << 18
TAIL = 1 << 12


@dataclass(frozen=True)
class Survey:
    """Facts about the bytes of a file.

    head, tail  The first 256 KiB and the last 4 KiB.
    ascii       Only bytes below 128.
    utf8        Valid UTF-8 to the last byte.
    """

    sha256: str
    size: int
    head: bytes
    tail: bytes
    ascii: bool
    utf8: bool
    nuls: int


def survey(path: Path) -> Survey:
    """Read the file once, in chunks."""
    digest, decoder = hashlib.sha256(), codecs.getincrementaldecoder("utf-8")()
    head, tail = bytearray(), b""
    size = nuls = 0
    plain = valid = True
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
            head += chunk[: HEAD - len(head)]
            nuls += chunk.count(b"\0")
            tail = (tail + chunk[-TAIL:])[-TAIL:]
            if not chunk.isascii() or not plain:
                plain = False
                valid = valid and _decodes(decoder, chunk)
    valid = valid and (plain or _decodes(decoder, b"", final=True))
    return Survey(digest.hexdigest(), size, bytes(head), tail, plain, valid, nuls)


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True
