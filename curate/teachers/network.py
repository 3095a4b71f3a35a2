"""Turn what aiohttp says of a connection into a fault, for both clients that stand on it.

Only a connection that was never made is surely not billed. Layers above aiohttp take any closed connection
for a connect timeout, so its own finding is looked for below them.
"""

from __future__ import annotations

import aiohttp

from curate.teachers.transport import TeacherFault
from curate.types import Teacher

_NOT_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.ClientProxyConnectionError)


def fault_of_network(error: BaseException, teacher: Teacher) -> TeacherFault:
    """Name the fault behind an error of a client."""
    found = _client_error(error)
    what = str(found) or type(found).__name__
    if isinstance(found, _NOT_SENT):
        return TeacherFault("connect", f"{teacher.base_url} cannot be reached: {what}")
    if isinstance(found, TimeoutError):
        limit = teacher.limits.request_timeout_s
        return TeacherFault("timeout", f"no whole answer within {limit:g} s", is_maybe_billed=True)
    return TeacherFault("dropped", f"the connection broke: {what}", is_maybe_billed=True)


def _client_error(error: BaseException) -> BaseException:
    """Walk down the causes to the first error of aiohttp, else give the error itself."""
    below: BaseException | None = error
    while below is not None:
        if isinstance(below, aiohttp.ClientError):
            return below
        below = below.__cause__
    return error
