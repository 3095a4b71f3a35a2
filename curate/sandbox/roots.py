"""Which paths of this machine a program may read: system libraries, the interpreter, sympy and numpy.

Nothing else of site-packages is shown, so neither the verifier's own source nor other software is there.
"""

from __future__ import annotations

import os
import sys
import sysconfig
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

_SYSTEM = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache", "/usr/share/zoneinfo")
_PACKAGES = ("sympy", "mpmath", "numpy", "scipy")
_NEVER = ("site-packages", "dist-packages")


@dataclass(frozen=True, slots=True)
class Roots:
    """`readable` is shown and may be read; `import_path` is sys.path, whose folders may be listed."""

    readable: tuple[str, ...]
    import_path: tuple[str, ...]


def find_roots() -> Roots:
    """Look the paths up for the interpreter that runs this."""
    packages = _package_paths()
    standard = [os.path.realpath(path) for path in {_stdlib(), sysconfig.get_path("platstdlib")} if path]
    standard = sorted({path for path in [_stdlib(), *standard] if Path(path).is_dir()})
    entries = [
        str(entry) for folder in standard for entry in Path(folder).iterdir() if entry.name not in _NEVER
    ]
    system = [path for path in _SYSTEM if Path(path).exists()]
    libraries = [str(path) for path in _interpreter_libraries()]
    import_path = [*standard, *(str(Path(folder) / "lib-dynload") for folder in standard)]
    import_path += sorted({str(Path(path).parent) for path in packages})
    return Roots(
        tuple(dict.fromkeys([*system, *libraries, *sorted(entries), *packages])),
        tuple(dict.fromkeys(import_path)),
    )


def _stdlib() -> str:
    return os.path.realpath(sysconfig.get_path("stdlib"))


def _package_paths() -> list[str]:
    """Find the packages and the shared libraries that lie beside them, by their real paths."""
    found: list[str] = []
    for name in _PACKAGES:
        spec = find_spec(name)
        if spec is None or spec.origin is None:
            continue
        folder = Path(os.path.realpath(spec.origin)).parent
        beside = folder.parent / f"{name}.libs"
        found += [str(path) for path in (folder, beside) if path.exists()]
    return found


def _interpreter_libraries() -> list[Path]:
    """Find the interpreter's own shared library where it does not lie among the system's."""
    folder = Path(os.path.realpath(sys.base_prefix)) / "lib"
    return sorted(folder.glob("libpython*.so*")) if folder.is_dir() else []
