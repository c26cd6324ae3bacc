"use strict";

function draw(stage, layers) {
  let chosen = null;
  let cameFrom = null;
  const areas = new Map();
  const panel = document.getElementById("detail");
  const body = document.getElementById("detail-body");
  const close = document.getElementById("close");
  const groundOpacity = Number(getComputedStyle(page).getPropertyValue("--ground-opacity"));

  function colour(center) {
    if (page.dataset.colour !== "km") return shown.colours[center.class];
    return center.km_class === null ? shown.no_data : shown.km_colours[center.km_class];
  }

  const resting = (center) => ({ color: "#fff", weight: 1, fillColor: colour(center), fillOpacity: groundOpacity });
  const free = (center) => Math.max(center.most - center.load, 0);
  const called = (row) => row.name || row.id;

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
    ["row_km_median", center.km_median === null ? "" : number(center.km_median, 1)],
    ["row_km_p90", center.km_p90 === null ? "" : number(center.km_p90, 1)],
    ["row_type", `${say(center.area)} · ${say(center.status)}`],
    ["row_kind", center.kind && (shown.texts[language()][`kind_${center.kind}`] || center.kind)],
    ["row_preference", center.preference === null ? "" : number(center.preference)],
    ["row_county", center.county[language()]],
    ["row_inside", center.inside === null ? "" : number(center.inside, 1)],
    ["row_underfull", center.underfull && say(`underfull_${center.underfull}`)],
  ];

  const rowsOfVacancy = (vacancy) => [
    ["row_vacancy", vacancy.id],
    ["row_load", counted(vacancy.load)],
    ["row_households", counted(vacancy.households)],
    ["row_county", vacancy.county[language()]],
  ];

  function listOf(rows) {
    const list = element("dl", "rows");
    for (const [key, value] of rows) {
      if (value === "") continue;
      const cell = element("dd");
      cell.append(element("bdi", "", value));
      list.append(element("dt", "", say(key)), cell);
    }
    return list;
  }

  function neighbours(center) {
    const list = element("ul", "near");
    for (const one of center.near.map((at) => shown.centers[at]).filter(free)) {
      const button = element("button");
      button.type = "button";
      button.append(
        element("bdi", "words", called(one)),
        element("span", "count", say("free_of").replace("{count}", number(free(one)))),
      );
      button.addEventListener("click", () => visit(one));
      const item = element("li");
      item.append(button);
      list.append(item);
    }
    return list.children.length ? [element("h4", "", say("near_free")), list] : [element("p", "hint", say("near_none"))];
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
    body.append(listOf(vacancy ? rowsOfVacancy(chosen) : rowsOf(chosen)));
    if (vacancy) return;
    body.append(...neighbours(chosen));
    if (!shown.pages.length) return;
    const link = element("a", "page", say("see_centers"));
    link.href = `centers/${encodeURIComponent(shown.pages[shown.centers.indexOf(chosen)])}`;
    body.append(link);
  }

  function choose(row, { focus = false } = {}) {
    areas.forEach((area, center) => area.setStyle(resting(center)));
    if (chosen === null) cameFrom = document.activeElement;
    chosen = row;
    const area = areas.get(row);
    if (area) area.setStyle({ color: "#14232c", weight: 3, fillOpacity: 0.95 }).bringToFront();
    tell();
    uncover(row);
    if (focus) body.querySelector("h3").focus({ preventScroll: true });
  }

  // From a list the map comes to what was chosen, and the keyboard to what is told of it.
  function visit(center) {
    const area = areas.get(center);
    if (area) stage.fitBounds(area.getBounds(), { maxZoom: 13, padding: [40, 40], animate: false });
    else stage.setView([center.lonlat[1], center.lonlat[0]], 12, { animate: false });
    choose(center, { focus: true });
  }

  function leave() {
    if (chosen === null) return;
    areas.forEach((area, center) => area.setStyle(resting(center)));
    chosen = null;
    tell();
    if (cameFrom && cameFrom.isConnected) cameFrom.focus({ preventScroll: true });
  }

  // On a small screen the sheet lies over the map: what it tells of must stay in sight above it.
  function uncover(row) {
    if (getComputedStyle(panel).position !== "fixed") {
      panel.scrollIntoView({ block: "nearest" });
      return;
    }
    const ground = stage.getContainer();
    const sheet = panel.getBoundingClientRect().top;
    const seen = ground.getBoundingClientRect();
    if (Math.min(sheet, seen.bottom) - Math.max(seen.top, 0) < 120) ground.scrollIntoView({ block: "start" });
    const below = ground.getBoundingClientRect().top;
    const at = stage.latLngToContainerPoint([row.lonlat[1], row.lonlat[0]]).y + below;
    const least = Math.max(below, 0) + 40;
    const most = Math.max(sheet - 40, least);
    const down = at > most ? at - most : at < least ? at - least : 0;
    if (down !== 0) stage.panBy([0, down], { animate: false });
  }

  function mark(row, className, layer) {
    const icon = L.divIcon({ className: `mark ${className}`, iconSize: null });
    const marker = L.marker([row.lonlat[1], row.lonlat[0]], { icon, alt: called(row), riseOnHover: true })
      .bindTooltip(() => tip(row), { direction: "top", offset: [0, -8] })
      .on("click", () => choose(row))
      .addTo(layer);
    reach(marker, called(row), () => choose(row, { focus: true }));
  }

  function table() {
    const heads = ["center", "row_id", "row_county", "row_type", "row_load", "free_places", "row_households"];
    heads.push("row_caseworkers", "row_km_median", "row_km_p90", "row_kind", "row_preference");
    const made = element("table", "provinces");
    const line = (cells, name) => {
      const row = element("tr");
      for (const words of cells) {
        const cell = element(name);
        cell.append(element("bdi", "", words));
        row.append(cell);
      }
      return row;
    };
    const head = element("thead");
    head.append(line(heads.map((key) => say(key)), "th"));
    const rows = element("tbody");
    for (const center of shown.centers) {
      const told = Object.fromEntries(rowsOf(center));
      const own = { ...told, center: called(center), free_places: number(free(center)) };
      rows.append(line(heads.map((key) => own[key] || "–"), "td"));
    }
    made.append(head, rows);
    document.getElementById("table").replaceChildren(element("h2", "", say("table_centers")), made);
  }

  for (const ground of shown.grounds) {
    const center = shown.centers[ground.center];
    const area = L.polygon(ground.rings, { ...resting(center), smoothFactor: 0.5 })
      .bindTooltip(() => tip(center), { sticky: true })
      .on("click", () => choose(center))
      .addTo(layers.ground);
    areas.set(center, area);
  }
  for (const cell of shown.density) {
    L.polygon(cell.ring, { className: `density density-${cell.class}`, interactive: false }).addTo(layers.density);
  }
  for (const line of shown.lines) {
    L.polyline(line.parts, { className: `border ${line.level}`, interactive: false }).addTo(layers.borders);
  }
  backdrops(stage, layers);
  for (const center of shown.centers) mark(center, `${center.area} ${center.status}`, layers.centers);
  for (const vacancy of shown.vacancies) mark(vacancy, "vacancy", layers.vacancies);

  const sized = () => stage.getContainer().classList.toggle("close-up", stage.getZoom() >= 10.5);
  stage.on("zoomend", sized);
  sized();
  for (const choice of document.querySelectorAll("input[name=colour]")) {
    choice.addEventListener("change", () => {
      page.dataset.colour = choice.value;
      areas.forEach((area, center) => area.setStyle({ fillColor: colour(center) }));
    });
  }
  stage.on("overlayadd overlayremove", () => page.classList.toggle("dense", stage.hasLayer(layers.density)));
  close.addEventListener("click", leave);
  addEventListener("keydown", (event) => {
    if (event.key === "Escape") leave();
  });
  const list = searching(visit);
  printable(stage, table);
  listen(stage, () => {
    write(shown.labels, stage, layers.labels);
    write(shown.towns, stage, layers.towns);
    badges(layers.unassigned);
    tell();
    list();
  });
}
