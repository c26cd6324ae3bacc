"use strict";

function draw(stage, layers) {
  const renderer = L.canvas();
  for (const [lat, lon, step] of shown.points) {
    L.circleMarker([lat, lon], {
      renderer,
      radius: 3.5,
      weight: 0.8,
      color: "#14232c",
      fillColor: shown.colours[step],
      fillOpacity: 1,
      interactive: false,
    }).addTo(layers.centers);
  }
  listen(stage, () => {});
}
