"""Opens ZIP containers (DOCX, OFD) only when unpacking them is harmless."""

import io
import zipfile
import zlib

from ingest.errors import Reason, UnreadableFileError

_MAX_MEMBERS = 5000
# Office text packs 10 to 50 times; a bomb a thousand times and more.
_MAX_RATIO = 120
_RATIO_COUNTS_FROM = 4 * 1024 * 1024
_CHUNK = 1024 * 1024


def open_archive(data: bytes, *, max_unpacked: int) -> zipfile.ZipFile:
    """The archive, after its declared and its actual size were found acceptable.

    ``max_unpacked`` bounds the sum of all members, in bytes.

    Raises:
        UnreadableFileError: it is damaged, encrypted or a zip bomb.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        members = archive.infolist()
        declared = sum(member.file_size for member in members)
        if len(members) > _MAX_MEMBERS or _is_excessive(declared, len(data), max_unpacked):
            raise UnreadableFileError(Reason.ZIP_BOMB)
        if any(member.flag_bits & 1 for member in members):
            raise UnreadableFileError(Reason.ENCRYPTED)
        _unpack_once(archive, packed=len(data), max_unpacked=max_unpacked)
    # NotImplementedError: packed in a way that zipfile does not know.
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
        raise UnreadableFileError(Reason.DAMAGED) from error
    return archive


def _is_excessive(unpacked: int, packed: int, max_unpacked: int) -> bool:
    return unpacked > max_unpacked or (
        unpacked > _RATIO_COUNTS_FROM and unpacked > packed * _MAX_RATIO
    )


def _unpack_once(archive: zipfile.ZipFile, *, packed: int, max_unpacked: int) -> None:
    # Members may share bytes or lie about their size; only unpacking tells, without keeping.
    unpacked = 0
    for member in archive.infolist():
        with archive.open(member) as stream:
            while chunk := stream.read(_CHUNK):
                unpacked += len(chunk)
                if _is_excessive(unpacked, packed, max_unpacked):
                    raise UnreadableFileError(Reason.ZIP_BOMB)
