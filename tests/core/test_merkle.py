"""The hash root: the vectors of RFC 6962's reference implementation, and what changes it."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from elka.core.merkle import Tree, root

# The leaves and roots that certificate-transparency's own tests use (merkle_tree_test.cc).
LEAVES = [bytes.fromhex(text) for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")]  # fmt: skip
ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    4: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    6: "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}
leaves = st.lists(st.binary(max_size=8), max_size=20)


def by_definition(data: list[bytes]) -> bytes:
    """Compute the root as RFC 6962 defines it, by halves."""
    if not data:
        return sha256().digest()
    if len(data) == 1:
        return sha256(b"\x00" + data[0]).digest()
    half = 1
    while half * 2 < len(data):
        half *= 2
    return sha256(b"\x01" + by_definition(data[:half]) + by_definition(data[half:])).digest()


@pytest.mark.parametrize("size", ROOTS)
def test_known_roots(size: int) -> None:
    assert root(LEAVES[:size]).hex() == ROOTS[size]


@settings(deadline=None)
@given(leaves)
def test_the_root_is_that_of_the_definition_however_the_leaves_come(data: list[bytes]) -> None:
    assert root(data) == by_definition(data)
    tree = Tree()
    for leaf in data:
        tree.add([leaf])
    assert (tree.root(), tree.size) == (root(data), len(data))


@settings(deadline=None)
@given(leaves, leaves)
def test_other_leaves_have_another_root(one: list[bytes], other: list[bytes]) -> None:
    assume(one != other)
    assert root(one) != root(other)
