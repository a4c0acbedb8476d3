"""The agent protocol (docs/agents.md): frames of numbers over a Unix socket, received into the arrays that are handed out."""

from __future__ import annotations

import json
import socket
import struct
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from orrery_gym.process import socket_path

PROTOCOL = 1
_HEADER = struct.Struct("<II")
_HELLO, _RESET, _STEP, _WELCOME, _OUTPUTS, _REDIRECT, _ERROR = 1, 2, 3, 16, 17, 18, 19
_SECONDS = 60.0
_LEAVE, _NEXT, _SEED = 0, 1, 2


class OrreryError(Exception):
    """What the server said was wrong; ``code`` is one of its closed list."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


class Outputs(NamedTuple):
    """A row for each environment. The arrays are the receiver's own and are not written again."""

    observations: NDArray[np.float32]
    rewards: NDArray[np.float32]
    measures: NDArray[np.float32]
    terminated: NDArray[np.bool_]
    truncated: NDArray[np.bool_]
    masks: NDArray[np.int8]


class Wire:
    """A conversation about ``count`` environments of one kind."""

    def __init__(
        self,
        environment: str,
        count: int,
        autoreset: str,
        scenario: str | None = None,
        overrides: dict[str, Any] | None = None,
        path: str | None = None,
    ) -> None:
        hello: dict[str, Any] = {
            "protocol": PROTOCOL,
            "environment": environment,
            "count": count,
            "autoreset": autoreset,
        }
        if scenario is not None:
            hello["scenario"] = scenario
        if overrides is not None:
            hello["overrides"] = overrides
        # JSON has no NaN; better told here than refused there.
        words = json.dumps(hello, allow_nan=False).encode()
        where = path or socket_path()
        self._socket = _connected(where)
        try:
            kind, body = self._ask(_HELLO, words)
            if kind == _REDIRECT:
                self._socket.close()
                self._socket = _connected(json.loads(body)["socket"])
                kind, body = self._ask(_HELLO, words)
            if kind != _WELCOME:
                raise OrreryError("internal", f"a frame of kind {kind} is no welcome")
            self._welcomed(json.loads(body))
        except BaseException:
            self._socket.close()
            raise

    def _welcomed(self, welcome: dict[str, Any]) -> None:
        self.welcome = welcome
        self.description: dict[str, Any] = welcome["spaces"]
        self.count: int = welcome["count"]
        self.action_count: int = self.description["action"]["count"]
        self.measure_names: list[str] = [each["name"] for each in self.description["measures"]]
        count = self.count
        self._length: int = self.description["observation"]["length"]
        self._stride: int = welcome["maskStride"]
        flags = -(-count // 4) * 4
        self._rewards_at = 4 * count * self._length
        self._measures_at = self._rewards_at + 4 * count
        self._terminated_at = self._measures_at + 4 * count * len(self.measure_names)
        self._truncated_at = self._terminated_at + flags
        self._masks_at = self._truncated_at + flags
        self._bytes = _HEADER.size + self._masks_at + count * self._stride
        if self._bytes != _HEADER.size + welcome["outputsBytes"]:
            raise OrreryError("internal", "the server lays its outputs out in another way")
        self._step_frame = bytearray(_HEADER.size + 4 * count)
        _HEADER.pack_into(self._step_frame, 0, 4 * count, _STEP)
        self._actions = np.frombuffer(self._step_frame, "<i4", count, _HEADER.size)

    def reset(self, seeds: list[int | None], chosen: NDArray[np.bool_] | None = None) -> Outputs:
        """A new episode for each of the chosen; ``None`` is the next one of an environment's own."""
        words = np.zeros((self.count, 3), dtype="<u4")
        for row, seed in enumerate(seeds):
            if chosen is not None and not chosen[row]:
                continue
            if seed is None:
                words[row, 0] = _NEXT
            elif 0 <= seed < 2**53:
                words[row] = (_SEED, seed & 0xFFFFFFFF, seed >> 32)
            else:
                raise ValueError(f"a seed is from 0 to 2^53 - 1, not {seed}")
        return self._asked(_HEADER.pack(words.nbytes, _RESET) + words.tobytes())

    def step(self, actions: ArrayLike) -> Outputs:
        """One action for each environment. Raises before anything is sent when one of them is none."""
        given = np.asarray(actions)
        if given.shape != (self.count,):
            raise ValueError(f"a step takes {self.count} actions, not the shape {given.shape}")
        if given.dtype.kind not in "iu":
            raise ValueError(f"actions are whole numbers, not {given.dtype}")
        if given.min() < 0 or given.max() >= self.action_count:
            raise ValueError(f"actions are 0 to {self.action_count - 1}, not {given.min()} to {given.max()}")
        self._actions[:] = given
        return self._asked(self._step_frame)

    def close(self) -> None:
        self._socket.close()

    def _asked(self, frame: bytes | bytearray) -> Outputs:
        try:
            self._socket.sendall(frame)
            return self._outputs()
        except OrreryError:
            raise
        except BaseException:
            # Half an answer may be left, after Ctrl-C too: the next one would be taken for it.
            self._socket.close()
            raise

    def _outputs(self) -> Outputs:
        # A fresh array each time costs less than a copy of what was received into a lasting one.
        frame = np.empty(self._bytes, dtype=np.uint8)
        view = frame.data
        got = self._socket.recv_into(view)
        while got < _HEADER.size:
            got += self._more(view[got:])
        length, kind = _HEADER.unpack_from(view)
        if kind != _OUTPUTS:
            raise self._refusal(kind, length, bytes(view[_HEADER.size : got]))
        while got < self._bytes:
            got += self._more(view[got:])
        body = frame[_HEADER.size :]
        count = self.count
        return Outputs(
            body[: self._rewards_at].view(np.float32).reshape(count, self._length),
            body[self._rewards_at : self._measures_at].view(np.float32),
            body[self._measures_at : self._terminated_at].view(np.float32).reshape(count, -1),
            body[self._terminated_at : self._terminated_at + count].view(np.bool_),
            body[self._truncated_at : self._truncated_at + count].view(np.bool_),
            body[self._masks_at :].view(np.int8).reshape(count, self._stride)[:, : self.action_count],
        )

    def _more(self, view: memoryview) -> int:
        got = self._socket.recv_into(view)
        if got == 0:
            raise ConnectionError("the server of environments hung up")
        return got

    def _refusal(self, kind: int, length: int, begun: bytes) -> Exception:
        body = begun[:length] + self._read(length - min(length, len(begun)))
        if kind != _ERROR:
            return OrreryError("internal", f"a frame of kind {kind} in place of outputs")
        wrong = json.loads(body)
        return OrreryError(wrong["code"], wrong["message"])

    def _ask(self, kind: int, body: bytes) -> tuple[int, bytes]:
        self._socket.sendall(_HEADER.pack(len(body), kind) + body)
        length, answer = _HEADER.unpack(self._read(_HEADER.size))
        words = self._read(length)
        if answer == _ERROR:
            raise self._refusal(answer, length, words)
        return answer, words

    def _read(self, length: int) -> bytes:
        words = bytearray(length)
        view = memoryview(words)
        got = 0
        while got < length:
            got += self._more(view[got:])
        return bytes(words)


def _connected(path: str) -> socket.socket:
    opened = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        opened.settimeout(_SECONDS)
        opened.connect(path)
    except OSError as wrong:
        opened.close()
        raise ConnectionError(f"nobody serves environments at {path}: {wrong}") from wrong
    return opened
