from mainstay.dropin._mirror import mirror

mirror(
    __name__,
    "mainstay.aio.abc._sockets",
    live=(
        "ConnectedUDPSocket",
        "ConnectedUNIXDatagramSocket",
        "IPAddressType",
        "IPSockAddrType",
        "SockAddrType",
        "SocketAttribute",
        "SocketListener",
        "SocketStream",
        "UDPPacketType",
        "UDPSocket",
        "UNIXDatagramPacketType",
        "UNIXDatagramSocket",
        "UNIXSocketStream",
        "_SocketProvider",
        "_validate_socket",
    ),
)
