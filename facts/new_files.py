"""Files and folders that are there whole or not at all: written beside, then given their name.

What fails (a full disk, a folder that is not there, a name that is taken) raises OSError with the
name of the wanted file, and leaves nothing behind.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EEXIST, EINVAL
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp, mkstemp


def write_file(path: Path, content: str | bytes, *, new: bool = False) -> None:
    """Write a file; one that is there already is replaced, or with ``new`` is an error.

    Text is written as UTF-8. Raises OSError (FileExistsError for a name that is taken).
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    own: str | None = None
    try:
        if new and os.path.lexists(path):
            raise FileExistsError(EEXIST, os.strerror(EEXIST))
        handle, own = mkstemp(prefix=".clausewise-", dir=path.parent)
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        # mkstemp makes files for their user alone; this one is as others are.
        os.chmod(own, 0o666 & ~_mask())
        _give_name(own, path, new=new)
    except OSError as error:
        raise type(error)(error.errno, error.strerror or str(error), str(path)) from None
    except ValueError:
        raise OSError(EINVAL, "not a file name", repr(str(path))) from None
    finally:
        if own is not None and os.path.lexists(own):
            os.unlink(own)


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """A folder to be filled, which takes the wanted name when that is done without an error.

    Raises OSError (FileExistsError for a name that is taken), also for what fails meanwhile.
    """
    own: str | None = None
    try:
        if os.path.lexists(path):
            raise FileExistsError(EEXIST, os.strerror(EEXIST))
        own = mkdtemp(prefix=".clausewise-", dir=path.parent)
        # mkdtemp makes folders for their user alone; this one is as others are.
        inside = Path(own, path.name)
        inside.mkdir()
        yield inside
        inside.rename(path)
    except OSError as error:
        raise type(error)(error.errno, error.strerror or str(error), str(path)) from None
    finally:
        if own is not None:
            shutil.rmtree(own, ignore_errors=True)


@contextmanager
def scratch_folder(within: Path | None = None) -> Iterator[Path]:
    """A folder, ``within`` another or among the temporary ones, that is removed after the block.

    What cannot be removed is tried once more. Raises OSError, with the place that is left.
    """
    folder = TemporaryDirectory(prefix="clausewise-", dir=within)
    try:
        yield Path(folder.name)
    finally:
        try:
            folder.cleanup()
        except OSError:
            folder.cleanup()


def _give_name(own: str, path: Path, *, new: bool) -> None:
    if not new:
        os.replace(own, path)
        return
    try:
        os.link(own, path)  # fails, other than a renaming, when the name was taken meanwhile
    except FileExistsError:
        raise
    except OSError:
        # A file system without links.
        if os.path.lexists(path):
            raise FileExistsError(EEXIST, os.strerror(EEXIST)) from None
        os.replace(own, path)


def _mask() -> int:
    """The permissions that new files of this process do not have."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
