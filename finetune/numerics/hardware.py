"""What the numerics of a machine depend on, and the trouble that is known of some: facts, nothing is tried.

Source of the rule: an integer division by zero inside cuBLASLt's heuristics on the H20, reported as "Floating
point exception" (pytorch #133548, #152017; vllm #2798), gone with cuBLAS 12.4.5.8.
"""

from __future__ import annotations

import platform
import re
from importlib.metadata import PackageNotFoundError, version

H20_CURE = (
    "the known cause on an H20 is an integer division by zero inside cuBLASLt; "
    "nvidia-cublas-cu12 12.4.5.8 or newer, first on LD_LIBRARY_PATH, cures it, and so does a torch built on "
    "CUDA 12.4 update 1 or newer"
)
_CURED = (12, 4, 5, 8)
_CUBLAS = ("nvidia-cublas-cu12", "nvidia-cublas-cu13", "nvidia-cublas")


def hardware_facts() -> dict[str, str]:
    """Give what a probe depends on beside student and packages: processor, GPU, driver's CUDA, cuBLAS."""
    import torch

    facts = {"machine": platform.machine(), "processor": _processor(), "cublas": cublas_version()}
    if torch.cuda.is_available():
        facts["gpu"] = str(torch.cuda.get_device_name())
        facts["cuda"] = str(torch.version.cuda)
        facts["driver"] = _driver()
    return facts


def describe_hardware() -> str:
    """Say the facts in one line."""
    return ", ".join(f"{name} {value}" for name, value in hardware_facts().items() if value)


def known_trouble(gpu: str | None = None, cublas: str | None = None) -> str:
    """Name a fault that is known of this GPU with this cuBLAS, with its cure; empty when none is.

    >>> known_trouble("NVIDIA H20", "12.1.3.1")[:39]
    'NVIDIA H20 with cuBLAS 12.1.3.1: the kn'
    >>> known_trouble("NVIDIA H200", "12.1.3.1")
    ''
    """
    gpu = hardware_facts().get("gpu", "") if gpu is None else gpu
    cublas = cublas_version() if cublas is None else cublas
    numbers = tuple(int(part) for part in re.findall(r"\d+", cublas))
    if not re.search(r"\bH20\b", gpu) or numbers >= _CURED:
        return ""
    return f"{gpu} with cuBLAS {cublas or 'of unknown version'}: {H20_CURE}"


def cublas_version() -> str:
    """Give the version of the cuBLAS package that torch uses, empty when it came another way."""
    for name in _CUBLAS:
        try:
            return version(name)
        except PackageNotFoundError:
            continue
    return ""


def _processor() -> str:
    """Give the processor's name and whether it computes in bf16: a cache may travel with a home folder."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:  # noqa: PTH123
            text = file.read(20_000)
    except OSError:
        return platform.processor()
    name = re.search(r"model name\s*:\s*(.*)", text)
    has_bf16 = "avx512_bf16" in text or "amx_bf16" in text
    return (name.group(1) if name else platform.processor()) + (" with bf16" if has_bf16 else "")


def _driver() -> str:
    try:
        with open("/proc/driver/nvidia/version", encoding="utf-8") as file:  # noqa: PTH123
            found = re.search(r"Kernel Module\D*([\d.]+)", file.read(2_000))
    except OSError:
        return ""
    return found.group(1) if found else ""
