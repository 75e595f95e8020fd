"""How often each caller may ask: counted in the memory of one process."""

import time
from collections import OrderedDict
from collections.abc import Callable

from api.limit_settings import Rate

MOST_CALLERS = 65_536


class RateCounter:
    """Counts by the generic cell rate algorithm: one instant for each caller.

    It counts for its own process: with several, a caller gets as many times more. What
    must hold for all of them together is counted by :class:`api.limits.tally.Tally`.

    Memory is bounded: beyond ``most`` callers the one that has been quiet for longest is
    forgotten, which lets it begin anew, and refuses nobody.
    """

    def __init__(
        self, rate: Rate, *, most: int = MOST_CALLERS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate, self._most, self._clock = rate, most, clock
        self._free_at: OrderedDict[str, float] = OrderedDict()

    def __len__(self) -> int:
        return len(self._free_at)

    def hit(self, caller: str, cost: int = 1) -> float:
        """Count ``cost`` requests; 0 if they may go on, else the seconds to wait first."""
        now = self._clock()
        free_at = max(self._free_at.get(caller, now), now) + cost * self._rate.step_s
        wait = free_at - now - self._rate.seconds
        may_go_on = wait < 1e-6
        if may_go_on:
            self._free_at[caller] = free_at
        if caller in self._free_at:
            self._free_at.move_to_end(caller)
        if len(self._free_at) > self._most:
            self._free_at.popitem(last=False)
        return 0.0 if may_go_on else wait
