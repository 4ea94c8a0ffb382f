"""Addresses that a crawl must not be led to."""

import pytest
from scrapy import Request
from scrapy.resolver import CachingThreadedResolver
from twisted.internet import defer
from twisted.internet.error import DNSLookupError

from crawler.guards import AddressGuard, GuardedResolver, RefusedAddressError, is_refused

PRIVATE = (
    "10.0.0.1", "10.255.1.2", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "0.0.0.0", "224.0.0.1", "240.0.0.1", "::", "fe80::1", "fc00::1", "fd12::3", "::ffff:10.0.0.1",
)  # fmt: skip
LOOPBACK = ("127.0.0.1", "127.8.9.1", "localhost", "::1")
PUBLIC = ("203.162.4.190", "8.8.8.8", "2001:ee0::1", "binhphuoc.example")


@pytest.fixture(autouse=True)
def settings(monkeypatch):
    monkeypatch.setattr(GuardedResolver, "allow_loopback", False)
    monkeypatch.setattr(GuardedResolver, "refused", {})


@pytest.mark.parametrize("host", PRIVATE)
def test_private_and_reserved_addresses_are_refused_always(host):
    assert is_refused(host, allow_loopback=False)
    assert is_refused(host, allow_loopback=True)


@pytest.mark.parametrize("host", LOOPBACK)
def test_this_machine_is_refused_unless_the_site_is_on_it(host):
    assert is_refused(host, allow_loopback=False)
    assert not is_refused(host, allow_loopback=True)


@pytest.mark.parametrize("host", PUBLIC)
def test_public_addresses_and_names_are_not(host):
    assert not is_refused(host, allow_loopback=False)


@pytest.mark.parametrize(
    "url",
    [
        "http://10.20.30.40/a", "http://192.168.1.1/", "http://[fe80::1]/", "http://127.0.0.1:80/",
        "http://localhost/", "http://LOCALHOST./", "http://0x7f000001/", "http://2130706433/",
        "http://127.1/", "http://0177.0.0.1/", "http://[::ffff:127.0.0.1]/", "http://0/",
    ],
)  # fmt: skip
def test_such_urls_are_refused_before_anything_is_sent(url):
    """As it stands or, in the spellings that only resolvers read, by where the name leads."""
    guard = AddressGuard()
    try:
        guard.process_request(Request(url))
    except RefusedAddressError:
        return
    with pytest.raises(DNSLookupError):
        resolved(url.split("/")[2].split(":")[0], "127.0.0.1")


def resolved(name, address):
    """What the resolver says of *name* if a lookup gives *address*."""
    found = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CachingThreadedResolver, "getHostByName", lambda *_: defer.succeed(address))
        resolver = GuardedResolver.__new__(GuardedResolver)
        resolver.getHostByName(name).addBoth(found.append)
    (answer,) = found
    if isinstance(answer, str):
        return answer
    answer.raiseException()
    return None


@pytest.mark.parametrize("address", [*PRIVATE[:8], "127.0.0.1", "::1"])
def test_a_name_that_leads_there_is_refused_and_remembered(address):
    with pytest.raises(DNSLookupError, match="leads to"):
        resolved("noi-bo.example", address)
    assert GuardedResolver.refused == {"noi-bo.example": address}


def test_a_name_that_leads_to_a_public_address_is_resolved():
    assert resolved("www.example.vn", "203.162.4.190") == "203.162.4.190"
    assert not GuardedResolver.refused
