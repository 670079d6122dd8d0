"""Options that several commands share, declared once. Typer reads signatures, so these are put together."""

from collections.abc import Callable
from functools import wraps
from inspect import Parameter, Signature, signature
from typing import Any, Concatenate, TypeVar, cast

Wish = TypeVar("Wish")


def with_options(
    carry_out: Callable[Concatenate[Wish, ...], None], wish: Callable[..., Wish]
) -> Callable[..., None]:
    """Return a command that takes the options of both and carries out what was wished.

    Args:
        carry_out: takes the wish first; its other parameters are the shared options.
        wish: returns what is wished of its own options, which follow the shared ones that must be given. Its
            name and docstring are the command's.
    """
    own = signature(wish).parameters
    shared = list(signature(carry_out).parameters.values())[1:]
    needed = [one for one in shared if one.default is Parameter.empty]
    together = [*needed, *own.values(), *(one for one in shared if one not in needed)]

    @wraps(wish)
    def command(**given: Any) -> None:
        wished = wish(**{name: given.pop(name) for name in own})
        carry_out(wished, **given)

    by_name = [one.replace(kind=Parameter.KEYWORD_ONLY) for one in together]
    cast("Any", command).__signature__ = Signature(by_name)
    command.__annotations__ = {one.name: one.annotation for one in by_name}
    return command
