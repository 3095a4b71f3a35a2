"""Write a solution in words: granularity 1 (shortest) to 6 (longest), in the styles that prompts ask for.

What a level adds stays in the levels above it, so that the number of words rises with the level.
"""

from __future__ import annotations

from curate.teachers.embedded.draws import Draws
from curate.teachers.embedded.problems import EmbeddedProblem, EmbeddedStep
from curate.teachers.embedded.solutions import Solution
from curate.types import Style

DEFAULT_LEVEL = 3
_SO = ("So", "Thus", "Hence", "This means")
_THEN = ("Next", "Then", "After that", "Now")


def write_cot(problem: EmbeddedProblem, solution: Solution, level: int, style: Style, draws: Draws) -> str:
    """Write steps and the last line `The answer is X`."""
    last = f"The answer is {solution.answer}."
    if style is Style.ANSWER_ONLY:
        return last
    lines = [*_opening(problem, level, style), *_steps(solution, level, style, draws)]
    if solution.remark:
        lines.append(solution.remark)
    if level >= 5:
        lines.append(f"Putting these results together gives the value that was asked for: {solution.answer}.")
    separator = "; " if level == 1 and style is Style.PLAIN else "\n"
    return separator.join(line.rstrip(".") if separator == "; " else line for line in lines) + "\n" + last


def write_thoughts(solution: Solution, draws: Draws) -> str:
    """Write the same solution as somebody who thinks aloud."""
    lines = ["Okay, let me work out what is asked and go through it."]
    lines += _steps(solution, 4, Style.PLAIN, draws)
    lines.append(draws.pick("wait", ("Wait, let me check that again.", "Let me double-check the numbers.")))
    lines += [f"{step.expression} is {step.value}." for step in solution.steps if step.expression]
    lines.append(f"Alright, the result is {solution.answer}.")
    return "\n".join(lines)


def _opening(problem: EmbeddedProblem, level: int, style: Style) -> list[str]:
    lines = []
    if style is Style.REPHRASE:
        lines.append(f"In other words, the question says: {problem.question}")
    if style is Style.SYMBOLIC:
        lines.append("Let each quantity have a name of its own.")
    if level >= 4:
        lines.append("Let us go through the problem one step at a time.")
    if level == 6 and style is not Style.REPHRASE:
        lines.append(f"First, here is what is known and what is asked. {problem.question}")
    return lines


def _steps(solution: Solution, level: int, style: Style, draws: Draws) -> list[str]:
    if style is Style.SYMBOLIC:
        return [_symbolic(step, n, level) for n, step in enumerate(solution.steps)]
    if style is Style.SUB_QUESTIONS:
        return [_sub_question(step, n, level, draws) for n, step in enumerate(solution.steps)]
    return [_plain(step, n, level, draws) for n, step in enumerate(solution.steps)]


def _plain(step: EmbeddedStep, n: int, level: int, draws: Draws) -> str:
    calculation = _calculation(step)
    if level == 1:
        return calculation or step.text
    if level == 2:
        return f"{_capital(step.name)}: {calculation}." if calculation and step.name else _sentence(step)
    said = [_sentence(step)]
    if level >= 4:
        opener = "To begin with" if n == 0 else draws.pick(f"then {n}", _THEN)
        said = [f"{opener}, we look at {step.name or 'what follows'}.", *said]
    if calculation:
        said.append(f"{draws.pick(f'so {n}', _SO)} {calculation}.")
    if level >= 5:
        said.append(_reminder(step))
    if level == 6 and calculation:
        said.append(f"Checking once more, {step.expression} does come to {step.value}.")
    return " ".join(said)


def _sub_question(step: EmbeddedStep, n: int, level: int, draws: Draws) -> str:
    asked = step.question or (f"What is {step.name}?" if step.name else "What follows?")
    return f"Question {n + 1}: {asked}\nAnswer {n + 1}: {_plain(step, n, level, draws)}"


def _symbolic(step: EmbeddedStep, n: int, level: int) -> str:
    symbol = "abcdefghijklmnpqrstuvwxyz"[n % 25]
    if level == 1 and step.expression:
        return f"{symbol} = {_calculation(step)}"
    words = [f"Let {symbol} be {step.name}." if step.name else f"Let {symbol} be the next quantity."]
    if level >= 3:
        words.append(_sentence(step))
    words.append(f"{symbol} = {_calculation(step)}." if step.expression else f"{symbol}: {_sentence(step)}")
    if level >= 5:
        words.append(_reminder(step))
    return " ".join(words)


def _calculation(step: EmbeddedStep) -> str:
    return f"{step.expression} = {step.value}" if step.expression else ""


def _sentence(step: EmbeddedStep) -> str:
    text = step.text.strip() or f"We find {step.name}"
    return text if text.endswith((".", "!", "?")) else text + "."


def _reminder(step: EmbeddedStep) -> str:
    if not step.value:
        return "We keep this in mind for the steps that follow."
    return f"We keep in mind that {step.name or 'this result'} is {step.value} for the steps that follow."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
