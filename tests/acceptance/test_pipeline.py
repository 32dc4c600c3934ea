"""The pipeline as a value: picklable, pure, the same for every layout (LEAD-8)."""

from __future__ import annotations

import pickle
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pyarrow as pa
import pytest

import trustleads as tl
from trustleads.enrichment.models import FIELDS

pytestmark = pytest.mark.clause("LEAD-8")

BATCH = pa.record_batch(
    {
        "E-Mail": ["Ann@Firm.example", "x@", None, "ann@firm.example"],
        "Telefon": ["030 901820", "n/a", None, "+4930901820"],
        "Vorname": ["ANN", "asdf", None, ""],
        "Nachname": ["von der lee", "asdf", None, ""],
    }
)


def over_the_wire(pipeline: tl.Pipeline, payload: bytes) -> bytes:
    with pa.ipc.open_stream(payload) as reader:
        [batch] = list(reader)
    return to_ipc(pipeline(batch))


def to_ipc(batch: pa.RecordBatch) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    return sink.getvalue().to_pybytes()


def test_schema_is_fixed() -> None:
    out = tl.Pipeline(country="DE")(BATCH)
    assert out.schema.names == [*BATCH.schema.names, *("tl_" + f.name for f in FIELDS)]
    assert {str(f.type) for f in out.schema} == {"string", "bool", "int64"}
    assert out.select(BATCH.schema.names).equals(BATCH)


def test_twice_is_byte_identical() -> None:
    pipeline = tl.Pipeline(country="DE")
    assert to_ipc(pipeline(BATCH)) == to_ipc(pipeline(BATCH))


def test_it_pickles_small_and_works_in_another_process() -> None:
    pipeline = tl.Pipeline(columns={"phone": "Telefon"}, country="Germany", fields=["phone", "email", "duplicate_of"])
    assert len(pickle.dumps(pipeline)) < 5_000
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        remote = pool.submit(over_the_wire, pipeline, to_ipc(BATCH)).result()
    assert remote == to_ipc(pipeline(BATCH))


def test_tables_work_too() -> None:
    table = pa.Table.from_batches([BATCH, BATCH])
    out = tl.Pipeline()(table)
    assert isinstance(out, pa.Table)
    assert out["tl_duplicate_of"].to_pylist() == [None, None, None, 0, 0, None, None, 0]


def test_names_that_fields_do_not_need_are_not_asked_for() -> None:
    assert tl.Pipeline(fields=["email"])(BATCH).schema.names[-1] == "tl_email"


def test_repr_names_options_only() -> None:
    assert repr(tl.Pipeline(columns={"email": "E"}, country="FR")) == (
        "Pipeline(columns={'email': 'E'}, country='FR', fields=None, prefix='tl_', mx=False)"
    )


def test_errors_pickle() -> None:
    for error in (
        tl.InvalidInput("wrong", reason="r", line=3, column=4),
        tl.MissingExtra("polars", "polars"),
        tl.Unavailable("down"),
    ):
        again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
        assert (type(again), str(again), again.__dict__) == (type(error), str(error), error.__dict__)
