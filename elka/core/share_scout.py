"""How runs of Add1 end: which of its steps decides is found by sketches (``core.share_sketch``), not by full runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from elka.core.share_sketch import Beginning, Contest, Sketch

if TYPE_CHECKING:
    from fractions import Fraction


class Scout:
    """Sketches runs with shares that rise by steps."""

    def __init__(self, contest: Contest, share: Fraction, step: Fraction) -> None:
        self.contest, self.share, self.step = contest, share, step
        self.beginning = Beginning(np.zeros(len(contest.supports.weights)))
        self.last: Sketch | None = None

    def at(self, steps: int) -> Sketch:
        """Return how the run ends after so many steps, no fewer than were asked for before."""
        share = self.share + steps * self.step
        self.beginning.lengthen(self.contest, float(share))
        sketch = Sketch(self.contest, share, self.beginning, self.last)
        sketch.play()
        self.last = sketch
        return sketch
