"use strict";

function draw(stage, layers) {
  const visit = (center, own) => {
    if (!own) location.href = encodeURIComponent(center.page);
  };
  const called = (center) => center.name || center.id;
  const [ink, opacity] = ["#14232c", Number(getComputedStyle(page).getPropertyValue("--ground-opacity"))];
  shown.grounds.forEach((rings, at) => {
    const center = shown.centers[at];
    const own = at === 0;
    const look = { color: "#fff", weight: 1, fillColor: shown.colours[center.class], fillOpacity: own ? opacity : opacity * 0.4 };
    const area = L.polygon(rings, look)
      .bindTooltip(() => element("bdi", "", called(center)), { sticky: true })
      .on("click", () => visit(center, own))
      .addTo(layers.ground);
    if (own) area.setStyle({ color: ink, weight: 2.5 });
  });
  if (layers.ground.getLayers().length) layers.ground.getLayers()[0].bringToFront();
  for (const line of shown.lines) {
    L.polyline(line.parts, { className: `border ${line.level}`, interactive: false }).addTo(layers.borders);
  }
  backdrops(stage, layers);
  shown.centers.forEach((center, at) => {
    const icon = L.divIcon({ className: `mark ${center.area} ${center.status}`, iconSize: null });
    const marker = L.marker([center.lonlat[1], center.lonlat[0]], { icon, alt: called(center), keyboard: at > 0 })
      .on("click", () => visit(center, at === 0))
      .addTo(layers.centers);
    reach(marker, called(center), () => visit(center, at === 0));
  });
  stage.getContainer().classList.add("close-up");
  printable(stage, () => {});
  listen(stage, () => {
    write(shown.labels, stage, layers.labels);
    write(shown.towns, stage, layers.towns);
  });
}
