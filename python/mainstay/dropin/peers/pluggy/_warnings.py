"""What pluggy warns of."""

TEARDOWN_ADVICE = (
    "For more information see https://pluggy.readthedocs.io/en/stable/"
    "api_reference.html#pluggy.PluggyTeardownRaisedWarning"
)


class PluggyWarning(UserWarning):
    """Base of the warnings."""

    __module__ = "pluggy"


class PluggyTeardownRaisedWarning(PluggyWarning):
    """An old-style wrapper raised in what it does after its yield.

    Later parts of other wrappers may be left out because of it. Give an exception to the result by
    `result.force_exception()`, or write a new-style wrapper.
    """

    __module__ = "pluggy"
