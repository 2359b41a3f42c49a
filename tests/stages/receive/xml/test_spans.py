"""Test that the bytes of elements and attributes are found by their XPath."""

from __future__ import annotations

import pytest

from tidewaiter.stages.receive.xml.spans import element_span, element_spans

DOCUMENT = """<?xml version="1.0" encoding="{encoding}"?>
<r:top xmlns:r="urn:r">
  <!-- <item>no</item> -->
  <item><name>
    one &amp; only  </name></item>
  <r:item code = "é>" r:kind='sort'><name><![CDATA[two < three]]></name><empty/><void></void></r:item>
</r:top>
"""


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1", "utf-16-le"])
@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/top/item/name", "one &amp; only"),
        ("/top/item[1]/name[1]", "one &amp; only"),
        ("/top/item[2]/@code", "é>"),
        ("/top/item[2]/@kind", "sort"),
        ("/top/item[2]/empty", "<empty/>"),
        ("/top/item[2]/void", "<void></void>"),
        ("/top/item[1]", "<item><name>\n    one &amp; only  </name></item>"),
    ],
)
def a_path_leads_to_its_bytes(encoding: str, path: str, found: str) -> None:
    text = DOCUMENT.format(encoding=encoding.removesuffix("-le"))
    raw = ("\ufeff" + text if encoding.startswith("utf-16") else text).encode(encoding)
    span = element_span(raw, path)
    assert span is not None
    assert raw[span.offset : span.offset + span.length].decode(encoding) == found
    assert span.line == text[: text.index(found if found in text else "two")].count("\n") + 1


def a_path_that_leads_nowhere_has_no_bytes() -> None:
    raw = DOCUMENT.format(encoding="utf-8").encode()
    assert element_span(raw, "/top/item[3]") is None
    assert element_span(raw, "/top/item[2]/@none") is None
    assert element_span(raw, "/other") is None


def what_stands_before_a_break_is_found() -> None:
    raw = DOCUMENT.format(encoding="utf-8").encode()
    cut = raw[: raw.index(b"<r:item")]
    assert element_spans(cut, ["/top/item/name", "/top/item[2]"]).keys() == {"/top/item/name"}
