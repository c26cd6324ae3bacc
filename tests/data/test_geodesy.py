from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from data import geodesy
from data.geodesy import all_pairs_km, all_pairs_published_km, geodesic_km, to_degrees, to_plane

LON, LAT = st.floats(44, 63.5), st.floats(25, 40)


@given(LON, LAT, st.floats(-1.2, 1.2), st.floats(-1.2, 1.2))
def test_the_fast_distance_is_within_a_millimetre_of_the_geodesic(
    lon: float, lat: float, east: float, north: float
) -> None:
    exact = Geod(ellps="WGS84").inv(lon, lat, lon + east, lat + north)[2] / 1000
    fast = all_pairs_km([lon], [lat], [lon + east], [lat + north])[0, 0]
    assert exact < 200
    assert fast == pytest.approx(exact, abs=1e-6)


@given(LON, LAT)
def test_a_point_survives_the_plane_to_a_decimetre(lon: float, lat: float) -> None:
    back = to_degrees(to_plane([lon], [lat]))
    assert (back[0][0], back[1][0]) == pytest.approx((lon, lat), abs=1e-6)


def test_published_kilometres_have_three_decimals() -> None:
    km = geodesic_km([51.4, 48.3], [35.7, 33.5], [51.5, 48.3], [35.7, 33.5])
    assert km.tolist() == np.round(km, 3).tolist()
    assert km[1] == 0


@given(st.integers(0, 2**32 - 1))
def test_kilometres_of_all_pairs_are_those_that_are_published(seed: int) -> None:
    rng = np.random.default_rng(seed)
    lon, lat = rng.uniform(50, 53, 30), rng.uniform(34, 36, 30)
    pairs = np.repeat(np.arange(30), 30), np.tile(np.arange(30), 30)
    each = geodesic_km(lon[pairs[0]], lat[pairs[0]], lon[pairs[1]], lat[pairs[1]])
    assert all_pairs_published_km(lon, lat, lon, lat).ravel().tolist() == each.tolist()


def test_kilometres_of_few_pairs_are_those_of_many_to_the_last_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    lon, lat = rng.uniform(44, 63.5, 200), rng.uniform(25, 40, 200)
    lon[:150], lat[:150] = 48 + rng.uniform(-0.3, 0.3, 150), 33 + rng.uniform(-0.3, 0.3, 150)
    ends = lon, lat, np.r_[lon[:80], lon[-40:]], np.r_[lat[:80], lat[-40:]]
    by_machine = geodesy._arcs_km.dispatcher
    monkeypatch.delitem(geodesy._arcs_km.__dict__, "dispatcher")
    few = all_pairs_km(*ends)
    assert not geodesy._arcs_km.is_loaded
    monkeypatch.setitem(geodesy._arcs_km.__dict__, "dispatcher", by_machine)
    many = all_pairs_km(*ends)
    assert (few == many).all()
    assert few.max() > 1000
    assert (few == 0).any()
