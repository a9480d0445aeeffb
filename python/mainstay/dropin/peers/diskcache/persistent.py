from mainstay.cache import persistent
from mainstay.dropin._mirror import mirror

from diskcache.core import Cache

mirror(__name__, "mainstay.cache.persistent", ("ENOVAL",))


class Deque(persistent.Deque):
    _cache_type = Cache


class Index(persistent.Index):
    _cache_type = Cache
