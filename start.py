"""Set this checkout up and run it: one file, standard library only, the same words on Linux, macOS and Windows.

    python3 start.py              opens the application (the first-run wizard offers a demo clinic)
    python3 start.py test         runs every test without a screen; further words go to pytest
    python3 start.py demo ...     any other words go to the application's command line

The first run makes `.venv` beside this file from `requirements.lock` (pinned, hashes checked); later runs start at
once. On Debian and Ubuntu it also installs the system libraries Qt needs, or names the one line that does.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / "set-up-for.txt"
LOCK = ROOT / "requirements.lock"
DIVIDER = "# ---- tests and tools ----"
OLDEST, NEWEST = (3, 11), (3, 13)

# Shared object → Debian package that brings it (Ubuntu's and Debian 13's "t64" packages answer to the same names).
OFFSCREEN = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libcups.so.2": "libcups2",
}
WINDOW = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
COMMANDS = {
    "demo", "verify", "rebuild", "backup", "restore", "report", "import-register", "forecast", "export", "import",
    "hub", "snapshot",
}  # fmt: skip
"""The application's commands: none opens a window."""
HEADLESS = COMMANDS | {"--self-test", "--help", "-h", "--version"}
NO_NETWORK = (
    "NewConnectionError",
    "NameResolutionError",
    "ConnectTimeout",
    "Network is unreachable",
    "ProxyError",
    "Temporary failure in name resolution",
    "Max retries exceeded",
    "ConnectionError",
    "Read timed out",
)


class Stop(Exception):
    """Set-up cannot go on; the text is the one sentence the person reads."""


def environment() -> dict[str, str]:
    """This process's environment without what would lead the project's Python astray."""
    unwanted = {"PYTHONHOME", "PYTHONPATH", "PIP_TARGET", "PIP_PREFIX", "PIP_USER", "VIRTUAL_ENV"}
    return {name: value for name, value in os.environ.items() if name not in unwanted}


def venv_python() -> Path:
    """The Python inside `.venv`."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def supported(version: tuple[int, ...]) -> bool:
    """Whether this Python can run the program."""
    return OLDEST <= version[:2] <= NEWEST


def other_python() -> str | None:
    """A Python of the right version elsewhere on this machine, if any."""
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        commands = [["py", f"-3.{minor}"]] if os.name == "nt" else [[f"python3.{minor}"]]
        for command in commands:
            if shutil.which(command[0]):
                probe = [*command, "-c", "import sys; print(sys.executable)"]
                found = subprocess.run(probe, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
                if found.returncode == 0 and found.stdout.strip():
                    return found.stdout.strip()
    return None


def loads(library: str) -> bool:
    """Whether the system's loader finds the shared object."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def has_venv() -> bool:
    """Whether this Python can make environments (Debian packs that apart)."""
    try:
        import ensurepip
        import venv
    except ImportError:
        return False
    return bool(ensurepip and venv)


def missing_packages(window: bool) -> list[str]:
    """Debian packages this machine lacks; [] on other systems."""
    if not sys.platform.startswith("linux"):
        return []
    wanted = {**OFFSCREEN, **WINDOW} if window else OFFSCREEN
    packages = [package for library, package in wanted.items() if not loads(library)]
    if not has_venv() and not STAMP.exists():
        packages.insert(0, "python3-venv" if sys.base_prefix == "/usr" else f"python3.{sys.version_info[1]}-venv")
    return packages


def install_packages(packages: list[str]) -> None:
    """Install them with apt-get where this account may; otherwise say the exact line."""
    line = "apt-get install -y --no-install-recommends " + " ".join(packages)
    if not shutil.which("apt-get"):
        raise Stop("Install with this system's package manager what Debian calls: " + " ".join(packages))
    prefix: list[str] = []
    if os.geteuid() != 0:
        prefix = ["sudo", "-n"]
        if not shutil.which("sudo") or subprocess.call(["sudo", "-n", "true"], stderr=subprocess.DEVNULL):
            told = f"  sudo apt-get update && sudo {line}"
            raise Stop(f"System libraries are missing. Run this line, then the same command again:\n{told}")
    print(f"Installing system libraries: {' '.join(packages)}", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    silent = subprocess.DEVNULL
    for command in (["apt-get", "update", "-qq"], line.replace("install", "install -qq", 1).split()):
        if subprocess.call([*prefix, *command], env=quiet, stdin=silent, stdout=silent):
            raise Stop(f"apt-get could not install them (see above); run this line when it can: {line}")
    still = [package for package in packages if package in missing_packages(window=True)]
    if still and not any(name.endswith("-venv") for name in still):
        raise Stop(f"Installed, yet this system still does not offer: {' '.join(still)}")


def wanted_lock(with_tests: bool) -> str:
    """The part of the lock file this command needs."""
    text = LOCK.read_text(encoding="utf-8")
    return text if with_tests else text.partition(DIVIDER)[0]


def stamp(with_tests: bool) -> str:
    """What the environment is made for: this folder, this Python, this lock. Another answer means set-up is due."""
    parts = [str(ROOT), ".".join(map(str, sys.version_info[:2])), wanted_lock(with_tests)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def finished() -> list[str]:
    """The stamps `.venv` has earned; none when a set-up was interrupted."""
    try:
        return STAMP.read_text(encoding="ascii").split()
    except (OSError, ValueError):
        return []


def healthy() -> bool:
    """Whether the environment's Python still starts and finds the program."""
    probe = [str(venv_python()), "-c", "import pip, PySide6, ces_desktop"]
    try:
        return not subprocess.call(probe, cwd=str(VENV), env=environment(), stderr=subprocess.DEVNULL)
    except OSError:
        return False


def make_venv() -> None:
    """A fresh `.venv`; an old one is moved out of the way first (in one step: never half a folder)."""
    old = ROOT / ".venv-old"
    if VENV.exists():
        try:
            shutil.rmtree(str(old), ignore_errors=True)
            VENV.rename(old)
        except OSError:
            raise Stop(f"{VENV} is in use: close the application and run the same command again.") from None
        shutil.rmtree(str(old), ignore_errors=True)
    print(f"Making the environment {VENV}", flush=True)
    if subprocess.call([sys.executable, "-m", "venv", str(VENV)], env=environment()):
        raise Stop("Python could not make an environment; on Debian and Ubuntu: sudo apt-get install -y python3-venv")


def pip(*words: str) -> None:
    """Run pip in the environment; a failure is told in one sentence."""
    command = [str(venv_python()), "-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--retries=2"]
    if not sys.stdout.isatty():
        command.append("--quiet")
    with subprocess.Popen([*command, *words], cwd=str(ROOT), env=environment(), stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        said = process.stderr.read().decode(errors="replace")
    if process.returncode == 0:
        return
    if "No space left" in said or "not enough space" in said:
        raise Stop("The disk is full: free about 1.5 GB and run the same command again.")
    if any(sign in said for sign in NO_NETWORK):
        raise Stop("The packages cannot be downloaded: connect to the internet and run the same command again.")
    raise Stop("pip could not install the packages:\n" + "\n".join(said.strip().splitlines()[-12:]))


def set_up(with_tests: bool) -> None:
    """Bring `.venv` to what the lock says. Safe to interrupt: the stamp is written last, and without it all begins anew
    (pip keeps what was downloaded)."""
    done = finished()
    if stamp(with_tests=False) not in done or not healthy():
        make_venv()
    STAMP.unlink(missing_ok=True)
    print("Installing the pinned packages (about 250 MB to download, only this once)", flush=True)
    wanted = VENV / "wanted.txt"
    wanted.write_text(wanted_lock(with_tests), encoding="utf-8")
    pip("--require-hashes", "--only-binary", ":all:", "-r", str(wanted))
    pip("--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    part = STAMP.with_suffix(".part")
    part.write_text(f"{stamp(with_tests=False)}\n{stamp(with_tests)}\n", encoding="ascii")
    part.replace(STAMP)


def run(words: list[str]) -> int:
    """Do what the command line asks; the exit code is that of the tests or of the application."""
    testing = words[:1] == ["test"]
    window = not testing and HEADLESS.isdisjoint(words)
    packages = missing_packages(window)
    if packages:
        install_packages(packages)
        if not has_venv():  # installed this moment: this process does not see it, a new one does
            return subprocess.call([sys.executable, str(ROOT / "start.py"), *words])
    if stamp(testing) not in finished() or not healthy():
        set_up(testing)
    env = environment()
    if testing:
        env["QT_QPA_PLATFORM"] = "offscreen"
        return subprocess.call([str(venv_python()), "-m", "pytest", *words[1:]], cwd=str(ROOT), env=env)
    screens = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    if window and sys.platform.startswith("linux") and not any(env.get(name) for name in screens):
        raise Stop("Set-up is complete, but this session has no screen: run the same command on a desktop.")
    return subprocess.call([str(venv_python()), "-m", "ces_desktop", *words], env=env)


def main() -> int:
    """Entry point: every foreseeable problem is one sentence and exit code 1."""
    if not supported(sys.version_info[:2]):
        better = other_python()
        if better:
            return subprocess.call([better, str(ROOT / "start.py"), *sys.argv[1:]])
        here = ".".join(map(str, sys.version_info[:2]))
        print(f"Python 3.11, 3.12 or 3.13 is needed; this is {here}.", file=sys.stderr)
        return 1
    try:
        return run(sys.argv[1:])
    except Stop as reason:
        print(reason, file=sys.stderr)
        return 1
    except OSError as problem:
        print(f"This folder cannot be set up: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted; the same command takes it up again.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
