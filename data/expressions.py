"""Names for Ibis expressions in signatures.

Ibis 12 resolves columns at run time (`table.mrr_cents` is a generic Column without its operators for a type checker),
so checking these modules strictly reports an error for nearly every correct line. The expressions are checked by
running them, on both engines; everything around them stays typed.
"""

from typing import Any, TypeAlias

Table: TypeAlias = Any
Value: TypeAlias = Any
