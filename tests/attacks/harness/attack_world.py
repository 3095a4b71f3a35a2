"""What attacks reach for: decoy files, loopback listeners, canaries, the caller; and whether they got it.

Everything is made for one run and lies in a throwaway folder or on the loopback device. `faults` says what
has changed since the last look and puts it right, so that one attack's harm is not laid at another's door.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import secrets
import shutil
import signal
import socket
import sys
import sysconfig
import tempfile
from pathlib import Path

CANARY_NAME = "TRACEMILL_CANARY_KEY"
_PLACES = ("/tmp", "/var/tmp", "/dev/shm", "/run", "/", "/home", "/usr/lib", "/lib")
_PR_SET_CHILD_SUBREAPER = 36


class World:
    """The surroundings of one run; `close` removes all of it."""

    def __init__(self) -> None:
        self.token = secrets.token_hex(6)
        self.canaries = [
            os.environ.get(CANARY_NAME, ""),
            *(f"CANARY-{secrets.token_hex(8)}" for _ in range(2)),
        ]
        self.canaries = [one for one in self.canaries if one]
        self._n_signals = 0
        signal.signal(signal.SIGUSR1, self._count_signal)
        # Orphans come to this process, so that no survivor can hide behind a dead parent.
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        self.folder = Path(tempfile.mkdtemp(prefix="attack-world-"))
        self.folder.chmod(0o755)
        self.decoy, self.open_folder = self.folder / "decoy.txt", self.folder / "open"
        self.writable = self.open_folder / "writable.txt"
        self._lay_out()
        self._listeners = self._listen()
        self._names = self._token_names()

    def close(self) -> None:
        """Remove every decoy and listener."""
        for one in self._listeners.values():
            one.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def fill(self, source: str) -> str:
        """Put what is where into a program's text."""
        for name, value in self._placeholders().items():
            source = source.replace("{" + name + "}", value)
        return source

    def faults(self) -> list[str]:
        """Say what an attack changed outside itself, and set it back."""
        found = []
        if self._picture() != self._expected:
            found.append("a decoy file or folder changed")
            self._lay_out()
        reached = [name for name, one in self._listeners.items() if _was_reached(one)]
        if reached:
            found.append(f"a listener was reached: {', '.join(reached)}")
        if self._n_signals:
            found.append("the caller was signalled")
            self._n_signals = 0
        new = self._token_names() - self._names
        if new:
            found.append(f"files were left: {', '.join(sorted(new))}")
            for path in new:
                _remove(Path(path))
        return found

    def _count_signal(self, *_: object) -> None:
        self._n_signals += 1

    def _lay_out(self) -> None:
        shutil.rmtree(self.open_folder, ignore_errors=True)
        self.open_folder.mkdir()
        self.open_folder.chmod(0o777)
        (self.open_folder / "folder").mkdir()
        self.decoy.write_text(self.canaries[-1], encoding="ascii")
        for name in ("writable.txt", "moved", "removed"):
            path = self.open_folder / name
            path.write_text("as it was", encoding="ascii")
            path.chmod(0o666)
        self._expected = self._picture()

    def _picture(self) -> list[tuple[str, int, int, bytes]]:
        """Describe every decoy: name, rights, number of names, content."""
        rows = []
        for path in sorted([self.decoy, *self.open_folder.rglob("*")]):
            if path.is_symlink() or not path.exists():
                rows.append((str(path), 0, 0, b"link"))
                continue
            state = path.stat()
            content = path.read_bytes()[:100] if path.is_file() else b""
            rows.append((str(path), state.st_mode, state.st_nlink, content))
        return rows

    def _listen(self) -> dict[str, socket.socket]:
        """Open the loopback listeners; a machine without IPv6 has one less."""
        made = {}
        for name, family, kind, address in (
            ("TCP", socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)),
            ("TCP6", socket.AF_INET6, socket.SOCK_STREAM, ("::1", 0)),
            ("UDP", socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0)),
            ("UNIX", socket.AF_UNIX, socket.SOCK_STREAM, str(self.folder / "stream")),
            ("DGRAM", socket.AF_UNIX, socket.SOCK_DGRAM, str(self.folder / "datagram")),
            ("ABSTRACT", socket.AF_UNIX, socket.SOCK_STREAM, f"\0attack-{self.token}"),
        ):
            try:
                one = socket.socket(family, kind)
                one.bind(address)
            except OSError:
                continue
            if kind == socket.SOCK_STREAM:
                one.listen(16)
            one.setblocking(False)
            made[name] = one
        for name in ("stream", "datagram"):
            (self.folder / name).chmod(0o777)
        return made

    def _placeholders(self) -> dict[str, str]:
        ports = {f"{name}_PORT": str(self._port(name)) for name in ("TCP", "TCP6", "UDP")}
        return ports | {
            "DECOY_PATH": str(self.decoy), "WRITABLE_PATH": str(self.writable),
            "DECOY_DIR": str(self.open_folder), "UNIX_PATH": str(self.folder / "stream"),
            "DGRAM_PATH": str(self.folder / "datagram"), "ABSTRACT_NAME": f"attack-{self.token}",
            "PARENT_PID": str(os.getpid()), "TOKEN": self.token, "CANARY_NAME": CANARY_NAME,
            "PROJECT": str(Path(__file__).resolve().parents[3]), "PYTHON": sys.executable,
            "STDLIB": sysconfig.get_path("stdlib"),
        }  # fmt: skip

    def _port(self, name: str) -> int:
        return int(self._listeners[name].getsockname()[1]) if name in self._listeners else 9

    def _token_names(self) -> set[str]:
        """Find files named after this run in every place where attacks leave some."""
        stdlib = sysconfig.get_path("stdlib")
        folders = {
            *_PLACES,
            stdlib,
            f"{stdlib}/__pycache__",
            f"{stdlib}/site-packages",
            *sys.path,
            ".",
        }
        found = set()
        for folder in folders:
            with contextlib.suppress(OSError):
                found |= {str(path) for path in Path(folder).iterdir() if self.token in path.name}
        return found


def _was_reached(listener: socket.socket) -> bool:
    """Take what waits at a listener; a datagram or a connection, however short, counts."""
    is_reached = False
    while True:
        try:
            if listener.type == socket.SOCK_DGRAM:
                listener.recv(64)
            else:
                listener.accept()[0].close()
            is_reached = True
        except BlockingIOError:
            return is_reached


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
