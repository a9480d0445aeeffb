from mainstay.cache import djangocache
from mainstay.dropin._mirror import mirror

from diskcache.fanout import FanoutCache

mirror(__name__, "mainstay.cache.djangocache", ("DEFAULT_TIMEOUT", "BaseCache", "ENOVAL"))


class DjangoCache(djangocache.DjangoCache):
    _fanout_type = FanoutCache
