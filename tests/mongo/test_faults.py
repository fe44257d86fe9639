"""What the driver raises never leaves the room."""

from collections.abc import AsyncIterator

import pytest
from pymongo.errors import AutoReconnect, BulkWriteError, OperationFailure, PyMongoError, WriteConcernError

from mongo.faults import Duplicate, StoreFault, StoreUnavailable, duplicates_in, store, translate


@store
class Failing:
    """A repository whose driver fails."""

    async def one(self) -> int:
        raise AutoReconnect("gone")

    async def each(self) -> AsyncIterator[int]:
        yield 1
        raise AutoReconnect("gone")


class TestStore:
    async def test_a_methods_driver_error_is_ours(self) -> None:
        with pytest.raises(StoreUnavailable):
            await Failing().one()

    async def test_a_streams_driver_error_is_ours_after_what_it_gave(self) -> None:
        stream = Failing().each()
        assert await anext(stream) == 1
        with pytest.raises(StoreUnavailable):
            await anext(stream)


class TestTranslate:
    def test_what_may_pass_may_be_tried_again(self) -> None:
        assert isinstance(translate(AutoReconnect("gone")), StoreUnavailable)
        shutdown = OperationFailure("interrupted", 11600, {"errorLabels": ["RetryableWriteError"]})
        assert isinstance(translate(shutdown), StoreUnavailable)
        assert isinstance(translate(OperationFailure("no snapshot yet", 246)), StoreUnavailable)
        assert type(translate(OperationFailure("no such command", 59))) is StoreFault

    @pytest.mark.parametrize(
        "error",
        [
            OperationFailure("Read concern majority reads are currently not possible.", 134),
            WriteConcernError("waiting for replication was interrupted", 11602),
            WriteConcernError("no such mode", 79),
            BulkWriteError({"writeErrors": [], "writeConcernErrors": [{"code": 64}]}),
            BulkWriteError({"writeErrors": [{"code": 11000}, {"code": 10107}], "writeConcernErrors": []}),
        ],
    )
    def test_what_a_failover_leaves_unknown_may_be_tried_again_without_a_label(self, error: PyMongoError) -> None:
        fault = translate(error)
        assert isinstance(fault, StoreUnavailable)
        assert not fault.transient

    def test_only_the_label_of_a_transaction_says_that_it_surely_did_nothing(self) -> None:
        conflict = OperationFailure("conflict", 112, {"errorLabels": ["TransientTransactionError"]})
        unknown = OperationFailure("slow", 50, {"errorLabels": ["UnknownTransactionCommitResult"]})
        faults = [translate(conflict), translate(unknown)]
        assert [isinstance(fault, StoreUnavailable) and fault.transient for fault in faults] == [True, False]
        assert all(isinstance(fault, StoreUnavailable) for fault in faults)


class TestDuplicatesIn:
    def test_a_batch_of_duplicates_alone_is_known(self) -> None:
        error = BulkWriteError({"writeErrors": [{"index": 3, "code": 11000}], "writeConcernErrors": []})
        assert [failure["index"] for failure in duplicates_in(error)] == [3]
        assert isinstance(translate(error), Duplicate)

    @pytest.mark.parametrize(
        "details",
        [
            {"writeErrors": [], "writeConcernErrors": [{"code": 64}]},
            {"writeErrors": [{"index": 0, "code": 11000}], "writeConcernErrors": [{"code": 64}]},
            {"writeErrors": [{"index": 0, "code": 11000}, {"index": 1, "code": 112}]},
        ],
    )
    def test_anything_else_in_the_batch_is_an_unknown_outcome(self, details: dict[str, object]) -> None:
        with pytest.raises(StoreUnavailable):
            duplicates_in(BulkWriteError(details))
