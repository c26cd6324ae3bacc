"""Joblib on a Dask cluster, told when work is lost."""

from __future__ import annotations

from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from joblib._dask import DaskDistributedBackend

if TYPE_CHECKING:
    from collections.abc import Callable


class Cluster(DaskDistributedBackend):  # type: ignore[misc]
    """Joblib's own backend, but for work that Dask gives up, which that waits for without end.

    Dask gives up a task that several workers died of; joblib keeps the error and tells nobody.
    """

    def submit(self, func: object, callback: Callable[[object], object]) -> Future[Any]:
        """Hand a batch to the cluster; the callback hears of its result and of its loss."""
        future: Future[Any] = super().submit(func, callback)

        def tell(ended: Future[Any]) -> None:
            if ended.exception() is not None:
                callback(ended)

        future.add_done_callback(tell)
        return future

    def effective_n_jobs(self, n_jobs: int) -> int:
        """Return the threads of all workers; two for one, as joblib does the work of one itself."""
        return max(2, int(super().effective_n_jobs(n_jobs)))

    def retrieve_result_callback(self, out: Any) -> Any:  # noqa: ANN401 - whatever the work returns
        """Return a result, or raise the error of lost work."""
        return out.result() if isinstance(out, Future) else super().retrieve_result_callback(out)
