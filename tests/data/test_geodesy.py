from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from data.geodesy import all_pairs_km, geodesic_km, to_degrees, to_plane

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
