"use strict";

function draw(stage, layers) {
  const renderer = L.canvas();
  stage.createPane("provinces").style.zIndex = 350;
  const look = { className: "province-ground", pane: "provinces", interactive: false };
  for (const lines of shown.outlines) L.polygon(lines, look).addTo(layers.borders);
  for (const [lat, lon, step] of shown.points) {
    L.circleMarker([lat, lon], {
      renderer,
      radius: DOT,
      weight: 0.8,
      color: "#14232c",
      fillColor: shown.colours[step],
      fillOpacity: 1,
      interactive: false,
    }).addTo(layers.centers);
  }
  listen(stage, () => write(shown.labels, stage, layers.labels));
}
