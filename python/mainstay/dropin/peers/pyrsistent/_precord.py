from mainstay.dropin._mirror import mirror

mirror(__name__, "mainstay.persistent._precord", ("PRecord", "_PRecordEvolver", "_PRecordMeta"))
