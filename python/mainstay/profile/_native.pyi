from typing_extensions import disjoint_base

@disjoint_base
class Total:
    def add(self, number: int, /) -> None: ...
    @property
    def value(self) -> int: ...
