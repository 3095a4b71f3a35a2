"""The embedded teacher: made-to-measure answers to problems it was given, in process or over HTTP.

It is not a language model. It knows true solutions of a few problems, writes them in every form, length and
style, and damages a chosen share of them on purpose, so that demos and tests meet what real teachers do. To
anything else it says that it does not know.
"""

from curate.teachers.embedded.http_faults import HttpFaults
from curate.teachers.embedded.problems import EmbeddedProblem, EmbeddedStep
from curate.teachers.embedded.server import EmbeddedServer, serve
from curate.teachers.embedded.server_config import BatchBehaviour, ServerConfig
from curate.teachers.embedded.teacher import EmbeddedTeacher

__all__ = [
    "BatchBehaviour",
    "EmbeddedProblem",
    "EmbeddedServer",
    "EmbeddedStep",
    "EmbeddedTeacher",
    "HttpFaults",
    "ServerConfig",
    "serve",
]
