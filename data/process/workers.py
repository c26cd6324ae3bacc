"""Where work is done: processes or threads of this machine, or the workers of an existing cluster."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Literal

from data.errors import Exit, SitingError
from data.text import phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

Backend = Literal["processes", "threads", "dask", "ray"]
CLUSTERS = ("dask", "ray")
_NEEDS = {"dask": "distributed", "ray": "ray"}
_CONNECT_SECONDS = 15


@dataclass(frozen=True)
class Workers:
    """How work is spread.

    Attributes
    ----------
    number : int
        Workers of this machine; a cluster has its own number.
    backend : {"processes", "threads", "dask", "ray"}
        What they are.
    address : str
        Of the cluster.
    """

    number: int = 1
    backend: Backend = "processes"
    address: str = ""

    def check(self) -> None:
        """Refuse what cannot be meant, before any work.

        Raises
        ------
        SitingError
            Exit code 2: an address without a cluster, Dask without an address, a library that is not there.
        """
        if self.address and self.backend not in CLUSTERS:
            raise _usage("address_without_cluster", backend=self.backend)
        if self.backend == "dask" and not self.address:
            raise _usage("cluster_without_address")
        if self.backend in CLUSTERS and find_spec(_NEEDS[self.backend]) is None:
            raise _usage("no_cluster_library", library=_NEEDS[self.backend])

    @property
    def share_disk(self) -> bool:
        """Whether they see the files of this process."""
        return self.backend not in CLUSTERS

    @property
    def stream(self) -> bool:
        """Whether joblib hands over each of their results when it is there; with Ray it cannot."""
        return self.backend != "ray"

    @contextmanager
    def ready(self) -> Iterator[int]:
        """Let joblib use them while the block runs; give their number.

        Raises
        ------
        SitingError
            Exit code 8 when the cluster cannot be reached.
        """
        from joblib import effective_n_jobs, parallel_config  # noqa: PLC0415 - heavy

        from data.process.interrupts import leave_signals_to_parent  # noqa: PLC0415 - with joblib alone

        if self.backend == "dask":
            with self._dask() as number:
                yield number
        elif self.backend == "ray":
            with self._ray(), parallel_config(backend="ray"):
                yield max(1, int(effective_n_jobs(-1)))
        elif self.backend == "threads":
            with parallel_config(backend="threading"):
                yield self.number
        else:
            with parallel_config(backend="loky", initializer=leave_signals_to_parent):
                yield self.number

    @contextmanager
    def _dask(self) -> Iterator[int]:
        from joblib import parallel_config  # noqa: PLC0415 - heavy

        from data.process.dask_backend import Cluster  # noqa: PLC0415 - optional

        try:
            client = import_module("distributed").Client(
                self.address, timeout=_CONNECT_SECONDS, set_as_default=False
            )
        except (OSError, ValueError, TimeoutError) as error:
            raise self._unreachable() from error
        with client:
            number = sum(client.ncores().values())
            if not number:
                raise self._unreachable("cluster_without_workers")
            with parallel_config(backend=Cluster(client=client)):
                yield number

    @contextmanager
    def _ray(self) -> Iterator[None]:
        ray = import_module("ray")
        try:
            ray.init(address=self.address or None, log_to_driver=False)
        except (OSError, ValueError, RuntimeError) as error:
            raise self._unreachable() from error
        import_module("ray.util.joblib").register_ray()
        try:
            yield
        finally:
            ray.shutdown()

    def _unreachable(self, code: str = "cluster_unreachable") -> SitingError:
        words = phrase(f"cli.{code}", address=self.address)
        return SitingError(words, code=code, exit_code=Exit.MACHINE)


def _usage(code: str, **values: object) -> SitingError:
    return SitingError(phrase(f"cli.{code}", **values), code=code, exit_code=Exit.USAGE)
