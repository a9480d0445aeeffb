"""What depends on the event loop library: one backend for asyncio, one for trio."""
