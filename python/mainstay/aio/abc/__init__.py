"""Interfaces: what streams, sockets, processes, task groups and event loop backends promise.

The classes are abstract; functions of `mainstay.aio` return objects of them, and a program may
write its own. Each name is imported when it is first read.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ._eventloop import AsyncBackend as AsyncBackend
    from ._resources import AsyncResource as AsyncResource
    from ._sockets import ConnectedUDPSocket as ConnectedUDPSocket
    from ._sockets import ConnectedUNIXDatagramSocket as ConnectedUNIXDatagramSocket
    from ._sockets import IPAddressType as IPAddressType
    from ._sockets import IPSockAddrType as IPSockAddrType
    from ._sockets import SocketAttribute as SocketAttribute
    from ._sockets import SocketListener as SocketListener
    from ._sockets import SocketStream as SocketStream
    from ._sockets import UDPPacketType as UDPPacketType
    from ._sockets import UDPSocket as UDPSocket
    from ._sockets import UNIXDatagramPacketType as UNIXDatagramPacketType
    from ._sockets import UNIXDatagramSocket as UNIXDatagramSocket
    from ._sockets import UNIXSocketStream as UNIXSocketStream
    from ._streams import AnyByteReceiveStream as AnyByteReceiveStream
    from ._streams import AnyByteSendStream as AnyByteSendStream
    from ._streams import AnyByteStream as AnyByteStream
    from ._streams import AnyByteStreamConnectable as AnyByteStreamConnectable
    from ._streams import AnyUnreliableByteReceiveStream as AnyUnreliableByteReceiveStream
    from ._streams import AnyUnreliableByteSendStream as AnyUnreliableByteSendStream
    from ._streams import AnyUnreliableByteStream as AnyUnreliableByteStream
    from ._streams import ByteReceiveStream as ByteReceiveStream
    from ._streams import ByteSendStream as ByteSendStream
    from ._streams import ByteStream as ByteStream
    from ._streams import ByteStreamConnectable as ByteStreamConnectable
    from ._streams import Listener as Listener
    from ._streams import ObjectReceiveStream as ObjectReceiveStream
    from ._streams import ObjectSendStream as ObjectSendStream
    from ._streams import ObjectStream as ObjectStream
    from ._streams import ObjectStreamConnectable as ObjectStreamConnectable
    from ._streams import UnreliableObjectReceiveStream as UnreliableObjectReceiveStream
    from ._streams import UnreliableObjectSendStream as UnreliableObjectSendStream
    from ._streams import UnreliableObjectStream as UnreliableObjectStream
    from ._subprocesses import Process as Process
    from ._tasks import TaskGroup as TaskGroup
    from ._tasks import TaskStatus as TaskStatus
    from ._testing import TestRunner as TestRunner
else:
    from .._lazyimport import install_lazy_importer

    _here = __name__.rpartition(".")[0]
    _moved = ["CapacityLimiter", "Condition", "Event", "Lock", "Semaphore", "CancelScope"]

    install_lazy_importer(
        __name__,
        {
            "._eventloop": "AsyncBackend",
            "._resources": "AsyncResource",
            "._sockets": "ConnectedUDPSocket ConnectedUNIXDatagramSocket IPAddressType"
            " IPSockAddrType SocketAttribute SocketListener SocketStream UDPPacketType UDPSocket"
            " UNIXDatagramPacketType UNIXDatagramSocket UNIXSocketStream",
            "._streams": "AnyByteReceiveStream AnyByteSendStream AnyByteStream"
            " AnyByteStreamConnectable AnyUnreliableByteReceiveStream AnyUnreliableByteSendStream"
            " AnyUnreliableByteStream ByteReceiveStream ByteSendStream ByteStream"
            " ByteStreamConnectable Listener ObjectReceiveStream ObjectSendStream ObjectStream"
            " ObjectStreamConnectable UnreliableObjectReceiveStream UnreliableObjectSendStream"
            " UnreliableObjectStream",
            "._subprocesses": "Process",
            "._tasks": "TaskGroup TaskStatus",
            "._testing": "TestRunner",
        },
        deprecated={
            **{name: f"{_here}.{name}" for name in _moved},
            "BlockingPortal": f"{_here}.from_thread.BlockingPortal",
        },
    )
    del _here, _moved, install_lazy_importer
