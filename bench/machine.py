"""What a figure depends on besides the code, told before it."""

import os
import platform
import resource
from importlib.metadata import version
from pathlib import Path


def tell_machine(*packages: str) -> None:
    """Prints the machine, how busy it is, and the versions of what is measured."""
    print(f"machine: {platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    print(f"versions: Python {platform.python_version()}, " + ", ".join(f"{n} {version(n)}" for n in packages))


def resident_mb(pid: int | str = "self") -> float:
    """The memory that a process holds now, in MB."""
    return _status(pid, "VmRSS")


def peak_mb(pid: int | str = "self") -> float:
    """The most that it has held at any time, in MB."""
    return _status(pid, "VmHWM")


def forget_peak() -> None:
    """From now on the peak of this process counts from what it holds now."""
    Path("/proc/self/clear_refs").write_text("5")


def processor_seconds(pid: int) -> float:
    """What a process has used of the processor so far, itself and the system for it."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def allow_files(wanted: int) -> None:
    """Lets this process and its children have so many open files; SystemExit says what to do where it cannot."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most != resource.RLIM_INFINITY and most < wanted:
        raise SystemExit(
            f"This needs {wanted:,} open files a process, and the system allows {most:,}: raise the limit "
            f"(`ulimit -Hn {wanted}` as root, or LimitNOFILE of the service), or take fewer."
        )
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(wanted, resource.getrlimit(resource.RLIMIT_NOFILE)[0]), most))


def _status(pid: int | str, name: str) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        key, _, value = line.partition(":")
        if key == name:
            return int(value.split()[0]) / 1_024
    raise RuntimeError(f"the system does not tell {name}")
