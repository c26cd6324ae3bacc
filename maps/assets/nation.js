"use strict";
const STEPS_A_DEGREE = 10000;
const INK = "#14232c";

// Rings are packed as steps from corner to corner.
function unpacked(ring) {
  const corners = [];
  let [lon, lat] = [0, 0];
  for (let at = 0; at < ring.length; at += 2) {
    lon += ring[at];
    lat += ring[at + 1];
    corners.push([lat / STEPS_A_DEGREE, lon / STEPS_A_DEGREE]);
  }
  return corners;
}

function centersOf(province) {
  return province.centers.map((row, at) => {
    const [id, name, ground, lonlat, step, load, most, households, caseworkers, median, p90, area, status, county] = row;
    return {
      id, name, ground, lonlat, class: step, load, most, households, caseworkers, median, p90, area, status, province,
      county: province.counties[county],
      places: Object.values(province.names),
      rings: province.shapes[at].map((part) => part.map(unpacked)),
      page: province.pages[at],
    };
  });
}

function draw(stage, layers) {
  shown.centers = shown.provinces.flatMap(centersOf);
  // One canvas: a second over it would take the clicks.
  const renderer = L.canvas();
  const groundOpacity = Number(getComputedStyle(page).getPropertyValue("--ground-opacity"));
  const panel = document.getElementById("detail");
  const body = document.getElementById("detail-body");
  const close = document.getElementById("close");
  const areas = new Map();
  const dots = [];
  let chosen = null;
  let around = null;
  let cameFrom = null;

  const called = (row) => row.name || row.id;
  const folder = (province) => `../provinces/${encodeURIComponent(province.code)}/map/`;
  const small = () => getComputedStyle(panel).position === "fixed";

  function tip(row) {
    const made = element("span", "tip");
    made.dir = language() === "fa" ? "rtl" : "ltr";
    made.append(element("bdi", "", called(row)), ` · ${counted(row.load)} ${say("row_load").toLocaleLowerCase()}`);
    return made;
  }

  const rowsOf = (center) => [
    ["row_id", center.id],
    ["row_load", say("of_most").replace("{load}", number(center.load)).replace("{most}", number(center.most))],
    ["row_households", number(center.households)],
    ["row_caseworkers", number(center.caseworkers)],
    ["row_km_median", center.median === null ? "" : number(center.median, 1)],
    ["row_km_p90", center.p90 === null ? "" : number(center.p90, 1)],
    ["row_type", `${say(center.area)} · ${say(center.status)}`],
    ["row_county", center.county[language()]],
    ["province", center.province.names[language()]],
  ];

  const rowsOfVacancy = (vacancy) => [
    ["row_vacancy", vacancy.id],
    ["row_load", counted(vacancy.load)],
    ["row_households", counted(vacancy.households)],
    ["row_county", vacancy.county[language()]],
    ["province", vacancy.province.names[language()]],
  ];

  function link(words, href) {
    const made = element("a", "page");
    made.href = href;
    made.append(words);
    return made;
  }

  function tell() {
    body.replaceChildren();
    panel.classList.toggle("open", chosen !== null);
    close.hidden = chosen === null;
    close.setAttribute("aria-label", say("close"));
    if (chosen === null) return;
    const vacancy = chosen.status === undefined;
    const heading = element("h3");
    heading.tabIndex = -1;
    heading.append(element("bdi", "", vacancy ? say("vacancy") : called(chosen)));
    body.append(heading);
    if (!vacancy && chosen.ground) {
      const ground = element("p", "ground");
      ground.append(element("bdi", "", chosen.ground));
      body.append(ground);
    }
    const list = element("dl", "rows");
    for (const [key, value] of vacancy ? rowsOfVacancy(chosen) : rowsOf(chosen)) {
      if (value === "") continue;
      const cell = element("dd");
      cell.append(element("bdi", "", value));
      list.append(element("dt", "", say(key)), cell);
    }
    body.append(list);
    const links = element("p", "links");
    if (chosen.page) {
      links.append(link(say("see_centers"), `${folder(chosen.province)}centers/${encodeURIComponent(chosen.page)}`), " · ");
    }
    links.append(link(say("see_province"), `${folder(chosen.province)}index.html`));
    body.append(links);
  }

  function mark(row) {
    if (around) around.remove();
    around = null;
    if (!row || !row.rings) return;
    const look = { renderer, interactive: false, fill: false, color: INK, weight: 3 };
    const spot = { ...look, radius: 9 };
    around = row.rings.length ? L.polygon(row.rings, look) : L.circleMarker([row.lonlat[1], row.lonlat[0]], spot);
    around.addTo(stage);
  }

  function choose(row, { focus = false } = {}) {
    if (chosen === null) cameFrom = document.activeElement;
    chosen = row;
    mark(row);
    tell();
    if (small()) uncover(row);
    else panel.scrollIntoView({ block: "nearest" });
    if (focus) body.querySelector("h3").focus({ preventScroll: true });
  }

  // On a small screen the sheet lies over the map: what it tells of must stay in sight above it.
  function uncover(row) {
    const below = stage.getContainer().getBoundingClientRect().top;
    const at = stage.latLngToContainerPoint([row.lonlat[1], row.lonlat[0]]).y + below;
    const least = Math.max(below, 0) + 40;
    const most = Math.max(panel.getBoundingClientRect().top - 40, least);
    const down = at > most ? at - most : at < least ? at - least : 0;
    if (down !== 0) stage.panBy([0, down], { animate: false });
  }

  function visit(center) {
    if (center.rings.length) {
      stage.fitBounds(L.latLngBounds(center.rings.flat(2)), { maxZoom: 11, padding: [40, 40], animate: false });
    } else stage.setView([center.lonlat[1], center.lonlat[0]], 10, { animate: false });
    if (small()) stage.getContainer().scrollIntoView({ block: "start" });
    choose(center, { focus: true });
  }

  function leave() {
    if (chosen === null) return;
    chosen = null;
    mark(null);
    tell();
    if (cameFrom && cameFrom.isConnected) cameFrom.focus({ preventScroll: true });
  }

  // As the legend draws it, where there is room.
  const radius = () => (stage.getZoom() < 7 ? 1.5 : stage.getZoom() < 9 ? 2.5 : DOT);

  for (const center of shown.centers) {
    if (!center.rings.length) continue;
    const fillColor = shown.colours[center.class];
    const area = L.polygon(center.rings, { renderer, color: "#fff", weight: 0.5, fillColor, fillOpacity: groundOpacity })
      .bindTooltip(() => tip(center), { sticky: true })
      .on("click", () => choose(center))
      .addTo(layers.ground);
    areas.set(center, area);
  }
  for (const [step, ring] of shown.density) {
    const look = { renderer, interactive: false, stroke: false, fillColor: shown.density_colours[step], fillOpacity: 0.85 };
    L.polygon(unpacked(ring), look).addTo(layers.density);
  }
  for (const { outline } of shown.provinces) {
    const look = { renderer, interactive: false, fill: false, color: "#36454e", weight: 1.6 };
    L.polygon(outline.map((ring) => [unpacked(ring)]), look).addTo(layers.borders);
  }
  for (const center of shown.centers) {
    const look = { renderer, radius: radius(), weight: 0.5, color: "#fff", fillColor: INK, fillOpacity: 1 };
    dots.push(
      L.circleMarker([center.lonlat[1], center.lonlat[0]], look)
        .bindTooltip(() => tip(center), { direction: "top", offset: [0, -6] })
        .on("click", () => choose(center))
        .addTo(layers.centers),
    );
  }
  backdrops(stage, layers);
  for (const province of shown.provinces) {
    for (const told of province.vacancies) {
      const vacancy = { ...told, province };
      const icon = L.divIcon({ className: "mark vacancy", iconSize: null });
      const sign = L.marker([vacancy.lonlat[1], vacancy.lonlat[0]], { icon, alt: vacancy.id, riseOnHover: true })
        .bindTooltip(() => element("bdi", "", `${say("vacancy")} · ${counted(vacancy.load)}`), { direction: "top", offset: [0, -8] })
        .on("click", () => choose(vacancy))
        .addTo(layers.vacancies);
      reach(sign, vacancy.id, () => choose(vacancy, { focus: true }));
    }
  }

  stage.on("zoomend", () => {
    const size = radius();
    for (const dot of dots) if (dot.getRadius() !== size) dot.setRadius(size);
  });
  // A layer that is called up again lies over all others.
  stage.on("overlayadd", () => {
    for (const one of [layers.borders, layers.density, layers.ground]) if (stage.hasLayer(one)) one.bringToBack();
  });
  stage.on("overlayadd overlayremove", () => page.classList.toggle("dense", stage.hasLayer(layers.density)));
  close.addEventListener("click", leave);
  addEventListener("keydown", (event) => {
    if (event.key === "Escape") leave();
  });
  const list = searching(visit);
  printable(stage, () => {});
  listen(stage, () => {
    write(shown.labels, stage, layers.labels);
    write(shown.towns, stage, layers.towns);
    badges(layers.unassigned);
    tell();
    list();
  });
}
