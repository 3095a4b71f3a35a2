"""The plain loops that the engine is measured against: one process each, one JSON line of figures.

    python -m benchmarks.generation.peers aiohttp|openai|curator URL N CONCURRENCY

`aiohttp` and `openai` are the loops people write in an afternoon: bounded, with retries, without a journal.
`curator` runs bespokelabs-curator as its documentation shows, but for the tokenizer's table, which it fetches
from the network and which is replaced; it must be started with a Python that has it.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable

FILLER = "Think about the farmer who has many apples and sells some of them at the market. " * 4


def question(number: int) -> str:
    return f"What is {number} plus {number}? {FILLER}"


def messages(number: int) -> list[dict[str, str]]:
    return [
        {"role": "system", "content": "You solve problems step by step."},
        {"role": "user", "content": question(number)},
    ]


def figures(n: int, n_done: int, started: float) -> dict[str, float]:
    used = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "n": n,
        "rows": n_done,
        "wall_s": time.monotonic() - started,
        "cpu_s": used.ru_utime + used.ru_stime + children.ru_utime + children.ru_stime,
        "rss_mb": used.ru_maxrss / 1024,
    }


async def bounded(n: int, concurrency: int, ask: Callable[[int], Awaitable[bool]]) -> int:
    """Ask n questions with so many workers; give the number of answers."""
    numbers = iter(range(n))
    done = 0

    async def work() -> None:
        nonlocal done
        for number in numbers:
            is_answered = await ask(number)
            done += is_answered

    await asyncio.gather(*(work() for _ in range(min(concurrency, n))))
    return done


async def run_aiohttp(url: str, n: int, concurrency: int) -> int:
    import aiohttp

    connector = aiohttp.TCPConnector(limit=concurrency)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def ask(number: int) -> bool:
            body = {"model": "mock", "messages": messages(number), "max_tokens": 1024}
            for attempt in range(8):
                try:
                    async with session.post(f"{url}/chat/completions", json=body) as response:
                        if response.status == 200:
                            answer = await response.json()
                            return bool(answer["choices"][0]["message"]["content"])
                        pause = float(response.headers.get("Retry-After", 0))
                except aiohttp.ClientError:
                    pause = 0.0
                await asyncio.sleep(max(pause, random.uniform(0, 0.5 * 2**attempt)))
            return False

        return await bounded(n, concurrency, ask)


async def run_openai(url: str, n: int, concurrency: int) -> int:
    from openai import AsyncOpenAI, OpenAIError

    async with AsyncOpenAI(base_url=url, api_key="none", max_retries=8) as client:

        async def ask(number: int) -> bool:
            try:
                answer = await client.chat.completions.create(
                    model="mock",
                    messages=messages(number),  # type: ignore[arg-type]
                    max_tokens=1024,
                )
            except OpenAIError:
                return False
            return bool(answer.choices[0].message.content)

        return await bounded(n, concurrency, ask)


def run_curator(url: str, n: int, concurrency: int) -> int:
    os.environ.update(
        CURATOR_CACHE_DIR=tempfile.mkdtemp(prefix="curator-"),
        CURATOR_DISABLE_RICH_DISPLAY="1",
        TELEMETRY_ENABLED="false",
        OPENAI_API_KEY="none",
        HF_HUB_OFFLINE="1",
        HF_DATASETS_CACHE=tempfile.mkdtemp(prefix="curator-hf-"),
    )
    stand_in_tokenizer()
    from bespokelabs import curator

    llm = curator.LLM(
        model_name="gpt-4o-mini",  # it needs a model whose longest answer it knows
        backend="openai",
        generation_params={"max_tokens": 1024},
        backend_params={
            "base_url": url,
            "max_concurrent_requests": concurrency,
            "max_requests_per_minute": 1_000_000,
            "max_tokens_per_minute": 1_000_000_000,
            "max_retries": 8,
            "in_mtok_cost": 0,
            "out_mtok_cost": 0,
        },
    )
    answers = llm([messages(number) for number in range(n)])
    rows = getattr(answers, "dataset", answers)
    return len(rows)


def stand_in_tokenizer() -> None:
    """Give tiktoken a table of single bytes: the one that curator wants lies in the network."""
    import tiktoken

    ranks = {bytes([byte]): byte for byte in range(256)}
    encoding = tiktoken.Encoding("bytes", pat_str=r"(?s).{1,32}", mergeable_ranks=ranks, special_tokens={})
    tiktoken.get_encoding = lambda name: encoding
    tiktoken.encoding_for_model = lambda name: encoding


def main() -> None:
    name, url, n, concurrency = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    started = time.monotonic()
    if name == "curator":
        out = os.dup(1)
        os.dup2(2, 1)  # its own words must not stand between the figures
        done = run_curator(url, n, concurrency)
        os.dup2(out, 1)
    else:
        done = asyncio.run({"aiohttp": run_aiohttp, "openai": run_openai}[name](url, n, concurrency))
    print(json.dumps(figures(n, done, started)), flush=True)
    sys.stdout.flush()
    if name == "curator":
        os._exit(0)  # its threads would keep the process alive


if __name__ == "__main__":
    main()
