"""Network addresses: what counts as one of them, whoever counts."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address


def networks(address: str) -> tuple[str, str]:
    """Return what counts as one address and as its network; "" for none.

    Of IPv4 the address and its /24; of IPv6 the /64 that a home gets and the /48 of a site.
    """
    try:
        found = ip_address(address)
    except ValueError:
        return "", ""
    if isinstance(found, IPv6Address):
        if (mapped := found.ipv4_mapped) is not None:
            return networks(str(mapped))
        whole = found.exploded
        return f"6:{whole[:19]}", f"6n:{whole[:14]}"
    return f"4:{found}", f"4n:{str(found).rpartition('.')[0]}"
