"""Everything that a stretch can be worth."""

from typing import TypeAlias

from knowledge.understanding.values.counts import Count
from knowledge.understanding.values.money import Money
from knowledge.understanding.values.shares import Rate, Share
from knowledge.understanding.values.spans import Duration
from knowledge.understanding.values.times import Period

Value: TypeAlias = Count | Duration | Money | Period | Rate | Share
