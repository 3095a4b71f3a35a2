"""The files and batches endpoints of the embedded server, as the openai client sees them."""

from __future__ import annotations

import orjson
import pytest

from curate.teachers.embedded import BatchBehaviour, EmbeddedServer, ServerConfig


@pytest.fixture
def client(answer):
    """Give a client of a server that behaves as asked."""
    import openai

    opened = []

    def make(**behaviour: object):
        config = ServerConfig(batches=BatchBehaviour(**behaviour))  # type: ignore[arg-type]
        server = EmbeddedServer(answer, config).__enter__()
        made = openai.OpenAI(api_key="x", base_url=server.base_url, max_retries=0)
        opened.append((server, made))
        return made

    yield make
    for server, made in opened:
        made.close()
        server.__exit__(None, None, None)


def submit(client, n: int = 3, **metadata: str):
    rows = [
        orjson.dumps(
            {
                "custom_id": f"row-{number}",
                "method": "POST",
                "url": "/v1/chat/completions",
                "body": {"model": "embedded", "messages": [{"role": "user", "content": str(number)}]},
            }
        )
        for number in range(n)
    ]
    file = client.files.create(file=("in.jsonl", b"\n".join(rows)), purpose="batch")
    return client.batches.create(
        input_file_id=file.id, endpoint="/v1/chat/completions", completion_window="24h", metadata=metadata
    )


def test_batch_runs_to_its_end_and_gives_its_rows(client) -> None:
    api = client(polls_until_done=2)
    batch = submit(api, label="mine")
    assert batch.status == "validating"
    assert api.batches.retrieve(batch.id).status == "in_progress"
    done = api.batches.retrieve(batch.id)
    assert (done.status, done.metadata) == ("completed", {"label": "mine"})
    content = api.files.content(done.output_file_id).content
    assert {orjson.loads(line)["custom_id"] for line in content.splitlines()} == {"row-0", "row-1", "row-2"}


def test_batches_are_listed_newest_first_over_pages(client) -> None:
    api = client()
    made = [submit(api, 1).id for _ in range(5)]
    assert [batch.id for batch in api.batches.list(limit=2)] == made[::-1]


def test_cancelling_keeps_what_was_done(client) -> None:
    api = client(polls_until_done=9, finished_share=0.5)
    batch = api.batches.cancel(submit(api, 30).id)
    assert batch.status == "cancelled"
    assert 0 < batch.request_counts.completed < 30


def test_full_queue_is_refused_in_both_of_the_ways_of_the_original(client) -> None:
    import openai

    api = client(token_limit_refusals=1)
    refused = submit(api)
    assert (refused.status, refused.errors.data[0].code) == ("failed", "token_limit_exceeded")
    assert submit(api).status == "validating"
    with pytest.raises(openai.RateLimitError, match="Enqueued token limit"):
        submit(client(token_limit_refusals=1, refuses_at="creation"))


def test_unknown_files_and_batches_are_404(client) -> None:
    import openai

    api = client()
    for call in (lambda: api.files.content("file-9"), lambda: api.batches.retrieve("batch_9")):
        with pytest.raises(openai.NotFoundError):
            call()


def test_files_are_listed_and_deleted(client) -> None:
    api = client()
    batch = submit(api)
    assert [file.id for file in api.files.list()] == [batch.input_file_id]
    assert api.files.delete(batch.input_file_id).deleted
    assert list(api.files.list()) == []
