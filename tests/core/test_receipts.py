"""Receipts: what proves that a ballot is counted."""

import re

from elka.core import receipts


def test_a_receipt_depends_on_secret_contest_and_person():
    codes = {
        receipts.receipt_code(secret, contest, person)
        for secret in (b"one", b"two")
        for contest in range(1, 12)
        for person in range(1, 40)
    }
    assert len(codes) == 2 * 11 * 39
    assert all(re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){2}[0-9A-HJKMNP-TV-Z]{4}", code) for code in codes)
    assert receipts.receipt_code(b"one", 1, 1) == receipts.receipt_code(b"one", 1, 1)


def test_a_receipt_typed_by_hand_is_understood():
    assert receipts.normal_receipt("7k3m qoZt—xlab") == "7K3M-Q0ZT-X1AB"
    assert receipts.normal_receipt("7K3M") == ""
    assert receipts.normal_receipt("7K3M-Q0ZT-XЖAB") == ""
