"""Push a data set folder to the Hugging Face hub: only when asked, private unless asked otherwise.

In: a folder of the format `hf`, checked against its manifest first, and a repository's name. Out: its page.
The token is the hub client's own business (HF_TOKEN, or `hf auth login`); it is never read here.
"""

from __future__ import annotations

import re
from pathlib import Path

from curate.errors import GateError, IncompleteError, MissingError, UsageError
from curate.export.manifest import read_export, verify_export

_REPO = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")


def check_repo(repo: str) -> None:
    """Refuse a name that the hub would refuse, before any work is done.

    Raises:
        UsageError: when it is not of the form owner/name.
    """
    if not _REPO.fullmatch(repo) or ".." in repo or "--" in repo:
        raise UsageError(f"{repo!r} names no data set of the hub", "write --push owner/name")


def push_folder(folder: Path, repo: str, *, is_public: bool = False) -> str:
    """Upload a folder in one commit and give the address of the data set.

    Raises:
        UsageError: when the folder is no export of the format `hf`.
        GateError: when a file of it changed since it was written.
        MissingError: when the hub knows no token, or refuses the one it was given.
        IncompleteError: when the hub cannot be reached or fails; the folder stands, and can be pushed again.
    """
    check_repo(repo)
    found = read_export(folder)
    if found is None or found.format != "hf":
        raise UsageError(
            f"{folder} is no data set folder; only the format hf is pushed", "export with --format hf --push"
        )
    check = verify_export(folder)
    if not check.is_whole:
        raise GateError(
            f"{folder} is not what its manifest says: {'; '.join(check.faults[:3])}", "export it again"
        )
    return _upload(folder, repo, f"Export {found.export_id}: {found.n_rows} rows", is_public=is_public)


def _upload(folder: Path, repo: str, message: str, *, is_public: bool) -> str:
    from huggingface_hub import HfApi, get_token
    from huggingface_hub.errors import HfHubHTTPError

    if not get_token():
        raise MissingError(
            "the hub takes no data without a token", "set HF_TOKEN to one that may write, then run it again"
        )
    api = HfApi()
    try:
        made = api.create_repo(repo, repo_type="dataset", private=not is_public, exist_ok=True)
        api.upload_folder(repo_id=repo, repo_type="dataset", folder_path=folder, commit_message=message)
    except HfHubHTTPError as error:
        if error.response is not None and error.response.status_code in (401, 403):
            raise MissingError(
                f"the hub refuses to let this token write {repo}",
                "set HF_TOKEN to one that may, run it again",
            ) from error
        raise _failed(repo, folder, error) from error
    except (OSError, ValueError) as error:
        raise _failed(repo, folder, error) from error
    except Exception as error:
        if type(error).__module__.partition(".")[0] in ("httpx", "httpcore", "hf_xet"):
            raise _failed(repo, folder, error) from error
        raise
    return str(made)


def _failed(repo: str, folder: Path, error: Exception) -> IncompleteError:
    said = str(error).strip().splitlines()
    return IncompleteError(
        f"the hub did not take {repo}: {said[0] if said else type(error).__name__}",
        f"{folder} stands complete; run the same command again to push it",
    )
