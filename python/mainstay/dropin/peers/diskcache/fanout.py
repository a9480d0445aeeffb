from mainstay.cache import fanout
from mainstay.dropin._mirror import mirror

from diskcache.core import Cache
from diskcache.persistent import Deque, Index

mirror(__name__, "mainstay.cache.fanout", ("DEFAULT_SETTINGS", "ENOVAL", "Disk", "Timeout"))


class FanoutCache(fanout.FanoutCache):
    _cache_type, _deque_type, _index_type = Cache, Deque, Index
