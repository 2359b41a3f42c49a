"""Check that documents are written as a library of XML does it, in order, without what is empty."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tidewaiter.stages.receive.xml.drafts import Dialect, Draft, finished, serialised, wrapped, writing

SPACE = "urn:example:ds"
DIALECT = Dialect(
    root="Root",
    root_namespace="urn:example:root",
    namespace="urn:example:root",
    others={"Other": SPACE},
    prefixes={None: "urn:example:root", "ds": SPACE},
)
TEXTS = st.none() | st.text(
    st.characters(categories=("L", "N", "P", "S", "Zs"), include_characters="\t\n\r&<>\"'"), max_size=8
)
TREES: st.SearchStrategy[Any] = st.recursive(
    st.tuples(st.sampled_from("AB"), TEXTS, TEXTS, st.just([])),
    lambda below: st.tuples(st.sampled_from(("A", "Other")), TEXTS, TEXTS, st.lists(below, max_size=3)),
    max_leaves=8,
)


def drawn(draft: Draft, element: etree._Element, trees: list[Any]) -> None:
    """Put the same into a draft and into an element of the library."""
    for name, text, value, below in trees:
        child = draft.add(name)
        there = etree.SubElement(element, f"{{{SPACE if name == 'Other' else DIALECT.namespace}}}{name}")
        if value is not None:
            child.make("@note").put(value)
            there.set("note", value)
        if text is not None:
            child.put(text)
            there.text = text
        drawn(child, there, below)


@given(st.lists(TREES, max_size=3))
def a_document_is_written_as_the_library_writes_it(trees: list[Any]) -> None:
    draft = writing(DIALECT)
    element = etree.Element("{urn:example:root}Root", nsmap=dict(DIALECT.prefixes))  # type: ignore[arg-type]  # a prefix may be None, whatever the stubs say
    drawn(draft, element, trees)
    written = etree.tostring(element, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    assert serialised(draft) == written


def what_is_empty_is_left_out_and_the_rest_is_put_in_order() -> None:
    dialect = Dialect(
        root="R", order={"R": {"Late": 1, "Early": 0}}, numbered={"Early": "Number"}, kept=frozenset(("Always",))
    )
    node = writing(dialect)
    node.make("Late").put("l")
    node.make("Empty/Inside").put("  ")
    for text in "ab":
        node.add("Early").make("Text").put(text)
    assert b"".join(serialised(finished(node)).splitlines()[1:]).replace(b"  ", b"") == (
        b"<R><Early><Text>a</Text><Number>1</Number></Early><Early><Text>b</Text><Number>2</Number></Early>"
        b"<Late>l</Late><Always/></R>"
    )


def the_documents_stand_in_a_wrapper_after_its_own_elements() -> None:
    outer = writing(Dialect(root="Outer", root_namespace="urn:o", namespace="urn:o", prefixes={"o": "urn:o"}))
    outer.add("Said").put("s")
    inner = writing(Dialect(root="Inner", root_namespace="urn:i", prefixes={None: "urn:i"}))
    inner.make("@id").put("1")
    assert wrapped(outer, [inner]).decode().splitlines()[1:] == [
        '<o:Outer xmlns:o="urn:o">',
        "  <o:Said>s</o:Said>",
        '  <Inner xmlns="urn:i" id="1"/>',
        "</o:Outer>",
    ]
