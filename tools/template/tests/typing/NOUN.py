"""What the type checkers must say about mainstay.NOUN."""

from mainstay import NOUN
from typing_extensions import assert_type

assert_type(NOUN.total([1, 2]), int)
