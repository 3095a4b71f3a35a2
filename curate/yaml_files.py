"""Read YAML as people write it, and name every fault of it at once: file, key path, what was meant.

In: a path, or what pydantic found wrong. Out: plain data, or sentences. It knows no section of the run file.
"""

from __future__ import annotations

import difflib
import re
from pathlib import Path
from typing import get_args

import yaml
from pydantic import BaseModel, ValidationError

from curate.errors import ConfigError


class _Loader(yaml.SafeLoader):
    """YAML as people write it: `3e-4` is a number, a key given twice is a fault."""


_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"^[-+]?(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9]+)[eE][-+]?[0-9]+$"),
    list("-+0123456789."),
)


def _mapping_without_twins(loader: _Loader, node: yaml.MappingNode) -> dict[object, object]:
    seen: dict[object, yaml.Node] = {}
    for key_node, _ in node.value:
        key = loader.construct_object(key_node, deep=True)
        if isinstance(key, list | dict):
            raise ConfigError(f"line {key_node.start_mark.line + 1}: a key must be a word")
        if key in seen:
            raise ConfigError(f"line {key_node.start_mark.line + 1}: the key {key!r} is given twice")
        seen[key] = key_node
    return loader.construct_mapping(node, deep=True)


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping_without_twins)


def read_yaml(path: Path) -> object:
    """Read a YAML file with numbers as people write them.

    Raises:
        ConfigError: when the file is missing, no UTF-8 text, or no YAML; the line is named.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConfigError(f"{path}: there is no such file", "`tracemill init` writes one") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}", "it must be a UTF-8 text file") from None
    try:
        return yaml.load(text, Loader=_Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        what = getattr(error, "problem", None) or str(error)
        raise ConfigError(f"{path}{where}: not valid YAML: {what}", "check the indentation") from None
    except ConfigError as error:
        raise ConfigError(f"{path}, {error.message}", "remove one of the two") from None


def describe_faults(path: Path, error: ValidationError, model: type[BaseModel]) -> str:
    """Put every fault of a validation on a line of its own: file, key path, what is wrong, what was meant."""
    faults = error.errors()
    lines = []
    for fault in faults:
        if _is_shadow(fault["loc"], fault["type"], [other["loc"] for other in faults]):
            continue
        where = ".".join(str(part) for part in fault["loc"]) or "(file)"
        if fault["type"] == "extra_forbidden":
            known = sorted(_fields_at(model, fault["loc"][:-1]))
            near = difflib.get_close_matches(str(fault["loc"][-1]), known, n=1, cutoff=0.5)
            meant = f"did you mean `{near[0]}`?" if near else f"known keys are {', '.join(known)}"
            lines.append(f"{path}: {where}: unknown key; {meant}")
        elif fault["type"] == "missing":
            lines.append(f"{path}: {where}: this key is required")
        elif fault["type"] == "value_error":
            text = fault["msg"].removeprefix("Value error, ")
            lines.append(f"{path}: {text}" if where == "(file)" else f"{path}: {where}: {text}")
        else:
            lines.append(f"{path}: {where}: {fault['msg']}, got {_shown(fault['input'])}")
    return "\n".join(lines)


def _is_shadow(loc: tuple[int | str, ...], kind: str, others: list[tuple[int | str, ...]]) -> bool:
    """Say whether "too short" only follows from faults inside the same list."""
    return kind == "too_short" and any(len(o) > len(loc) and o[: len(loc)] == loc for o in others)


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _fields_at(model: type[BaseModel], loc: tuple[int | str, ...]) -> set[str]:
    """Walk to the model that holds a key, through tuples and optional sections."""
    current: type[BaseModel] = model
    for part in loc:
        if isinstance(part, int):
            continue
        info = current.model_fields.get(part)
        inner = _inner_model(info.annotation) if info else None
        if inner is None:
            return set()
        current = inner
    return set(current.model_fields)


def _inner_model(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in get_args(annotation):
        found = _inner_model(argument)
        if found is not None:
            return found
    return None
