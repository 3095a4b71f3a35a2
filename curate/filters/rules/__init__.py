"""All rules by name. To add one: a file of its own here, a line in `RULES`, a test, a place in a policy."""

from curate.filters.rule import Rule
from curate.filters.rules.agreement import Agreement
from curate.filters.rules.answer_leak import AnswerLeak
from curate.filters.rules.arithmetic_slip import ArithmeticSlip
from curate.filters.rules.boilerplate import Boilerplate
from curate.filters.rules.check_error import CheckError
from curate.filters.rules.check_timeout import CheckTimeout
from curate.filters.rules.contamination import Contamination
from curate.filters.rules.duplicate_problem import DuplicateProblem
from curate.filters.rules.exact_duplicate import ExactDuplicate
from curate.filters.rules.external_score import ExternalScore
from curate.filters.rules.failed_rewrite import FailedRewrite
from curate.filters.rules.flagged_steps import FlaggedSteps
from curate.filters.rules.format_compliance import FormatCompliance
from curate.filters.rules.gold_suspect import GoldSuspect
from curate.filters.rules.granularity_band import GranularityBand
from curate.filters.rules.human_mark import HumanMark
from curate.filters.rules.length import Length
from curate.filters.rules.near_duplicate import NearDuplicate
from curate.filters.rules.no_answer import NoAnswer
from curate.filters.rules.pass_rate import PassRate
from curate.filters.rules.program_failure import ProgramFailure
from curate.filters.rules.refusal import Refusal
from curate.filters.rules.repetition import Repetition
from curate.filters.rules.script import Script
from curate.filters.rules.student_difficulty import StudentDifficulty
from curate.filters.rules.truncated import Truncated
from curate.filters.rules.undecided import Undecided
from curate.filters.rules.unusable_problem import UnusableProblem
from curate.filters.rules.unverified import Unverified
from curate.filters.rules.with_gold import WithGold
from curate.filters.rules.wrong_answer import WrongAnswer

_ALL: tuple[type[Rule], ...] = (
    HumanMark,
    ExactDuplicate,
    Contamination,
    WithGold,
    FailedRewrite,
    Refusal,
    Truncated,
    ProgramFailure,
    NoAnswer,
    WrongAnswer,
    CheckError,
    CheckTimeout,
    Undecided,
    Unverified,
    FormatCompliance,
    Length,
    Repetition,
    Script,
    AnswerLeak,
    ArithmeticSlip,
    FlaggedSteps,
    UnusableProblem,
    PassRate,
    StudentDifficulty,
    Agreement,
    GranularityBand,
    ExternalScore,
    Boilerplate,
    DuplicateProblem,
    NearDuplicate,
    GoldSuspect,
)
RULES: dict[str, type[Rule]] = {rule.name: rule for rule in _ALL}

__all__ = ["RULES"]
