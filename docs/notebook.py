"""Execute the notebook of docs/examples as a reader would, in an empty folder.

python docs/notebook.py         executes docs/examples/first-store.ipynb and keeps the outputs in it
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).parent / "examples" / "first-store.ipynb"
CELL_TIMEOUT_S = 120


def execute_notebook(folder: Path) -> nbformat.NotebookNode:
    """Run all cells in a folder and give the notebook with its outputs.

    Raises:
        nbclient.exceptions.CellExecutionError: with the traceback of the cell that failed.
    """
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=CELL_TIMEOUT_S,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
    )
    return client.execute()


def outputs(notebook: nbformat.NotebookNode, kind: str = "text/plain") -> list[str]:
    """Give what the cells showed in one MIME type, in order."""
    return [
        output["data"][kind]
        for cell in notebook.cells
        for output in cell.get("outputs", ())
        if kind in output.get("data", {})
    ]


def main() -> None:
    """Execute and save."""
    with tempfile.TemporaryDirectory() as folder:
        notebook = execute_notebook(Path(folder))
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
    nbformat.write(notebook, NOTEBOOK)


if __name__ == "__main__":
    main()
