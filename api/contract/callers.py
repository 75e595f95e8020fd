"""Who asks, as a channel tells the API: enough to count tries by, too little to know who it is."""

import hashlib
import hmac
import ipaddress

CALLER_HEADER = "X-Chuangdai-Caller"
"""Read only where the service token came with it: from others it would be a claim."""
LOCAL = "local"
"""The kind of whoever sits at the machine itself."""

_LONGEST = 64


class CallerHash:
    """Turns origins (``kind:value``) into what :data:`CALLER_HEADER` holds.

    Args:
        key: the same in every process, so that tries are counted together.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def of(self, origin: str) -> str:
        """The kind, and a keyed hash of the whole: ``address:3f…``."""
        digest = hmac.new(self._key, origin.encode(), hashlib.sha256).hexdigest()
        return f"{origin.partition(':')[0]}:{digest[:32]}"


def origin_of_address(address: str) -> str:
    """Where a request comes from.

    Of IPv6 a whole /64 is one origin, for that is what one line has; an IPv4 address written
    as IPv6 is the IPv4 address. Whoever sits at the machine itself is ``local:``.
    """
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return f"address:?{address[:_LONGEST]}"
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    if ip.is_loopback:
        return f"{LOCAL}:"
    network = ipaddress.ip_network((ip, 64 if ip.version == 6 else 32), strict=False)
    return f"address:{network}"
