"use strict";

function draw(stage, layers) {
  let chosen = null;
  const areas = new Map();
  const panel = document.getElementById("detail");
  const body = document.getElementById("detail-body");
  const close = document.getElementById("close");
  const find = document.getElementById("find");
  const found = document.getElementById("found");
  const groundOpacity = Number(getComputedStyle(page).getPropertyValue("--ground-opacity"));

  const resting = (center) => ({
    color: "#fff",
    weight: 1,
    fillColor: shown.colours[center.class],
    fillOpacity: groundOpacity,
  });

  function tip(row) {
    const made = element("span", "tip");
    made.dir = language() === "fa" ? "rtl" : "ltr";
    made.append(element("bdi", "", row.name || row.id), ` · ${number(row.load)} ${say("row_load").toLocaleLowerCase()}`);
    return made;
  }

  function rowsOf(center) {
    return [
      ["row_id", center.id],
      ["row_load", say("of_most").replace("{load}", number(center.load)).replace("{most}", number(center.most))],
      ["row_households", number(center.households)],
      ["row_caseworkers", number(center.caseworkers)],
      ["row_km_median", center.km_median === null ? "" : number(center.km_median, 2)],
      ["row_km_p90", center.km_p90 === null ? "" : number(center.km_p90, 2)],
      ["row_type", `${say(center.area)} · ${say(center.status)}`],
      ["row_kind", center.kind && (shown.texts[language()][`kind_${center.kind}`] || center.kind)],
      ["row_preference", center.preference === null ? "" : number(center.preference)],
      ["row_county", center.county[language()]],
      ["row_inside", center.inside === null ? "" : number(center.inside, 1)],
      ["row_underfull", center.underfull && say(`underfull_${center.underfull}`)],
    ];
  }

  function rowsOfVacancy(vacancy) {
    return [
      ["row_vacancy", vacancy.id],
      ["row_load", number(vacancy.load)],
      ["row_households", number(vacancy.households)],
      ["row_county", vacancy.county[language()]],
    ];
  }

  function tell() {
    body.replaceChildren();
    panel.classList.toggle("open", chosen !== null);
    close.hidden = chosen === null;
    close.setAttribute("aria-label", say("close"));
    if (chosen === null) return;
    const vacancy = chosen.status === undefined;
    const heading = element("h3");
    heading.append(element("bdi", "", vacancy ? say("vacancy") : chosen.name || chosen.id));
    const list = element("dl", "rows");
    for (const [key, value] of vacancy ? rowsOfVacancy(chosen) : rowsOf(chosen)) {
      if (value === "") continue;
      const cell = element("dd");
      cell.append(element("bdi", "", value));
      list.append(element("dt", "", say(key)), cell);
    }
    body.append(heading, list);
  }

  function choose(row) {
    areas.forEach((area, center) => area.setStyle(resting(center)));
    chosen = row;
    const area = areas.get(row);
    if (area) area.setStyle({ color: "#14232c", weight: 3, fillOpacity: 0.95 }).bringToFront();
    tell();
    uncover(row);
  }

  // On a small screen the sheet lies over the map: what it tells of must stay in sight above it.
  function uncover(row) {
    if (getComputedStyle(panel).position !== "fixed") {
      panel.scrollIntoView({ block: "nearest" });
      return;
    }
    const below = stage.getContainer().getBoundingClientRect().top;
    const at = stage.latLngToContainerPoint([row.lonlat[1], row.lonlat[0]]).y + below;
    const least = Math.max(below, 0) + 40;
    const most = Math.max(panel.getBoundingClientRect().top - 40, least);
    const down = at > most ? at - most : at < least ? at - least : 0;
    if (down !== 0) stage.panBy([0, down], { animate: false });
  }

  function mark(row, className, layer) {
    const icon = L.divIcon({ className: `mark ${className}`, iconSize: null });
    L.marker([row.lonlat[1], row.lonlat[0]], { icon, alt: row.name || row.id, riseOnHover: true })
      .bindTooltip(() => tip(row), { direction: "top", offset: [0, -8] })
      .on("click", () => choose(row))
      .addTo(layer);
  }

  function list() {
    const wanted = find.value.trim().toLocaleLowerCase();
    find.placeholder = say("find");
    find.setAttribute("aria-label", say("find"));
    const rows = shown.centers.filter((center) =>
      `${center.name} ${center.id} ${Object.values(center.county).join(" ")}`.toLocaleLowerCase().includes(wanted),
    );
    found.replaceChildren(
      ...rows.map((center) => {
        const button = element("button");
        button.type = "button";
        button.append(element("bdi", "", center.name || center.id), element("span", "count", number(center.load)));
        button.addEventListener("click", () => {
          const area = areas.get(center);
          if (area) stage.fitBounds(area.getBounds(), { maxZoom: 13, padding: [40, 40], animate: false });
          else stage.setView([center.lonlat[1], center.lonlat[0]], 12, { animate: false });
          choose(center);
        });
        const item = element("li");
        item.append(button);
        return item;
      }),
    );
  }

  for (const ground of shown.grounds) {
    const center = shown.centers[ground.center];
    const area = L.polygon(ground.rings, { ...resting(center), smoothFactor: 0.5 })
      .bindTooltip(() => tip(center), { sticky: true })
      .on("click", () => choose(center))
      .addTo(layers.ground);
    areas.set(center, area);
  }
  for (const line of shown.lines) {
    L.polyline(line.parts, { className: `border ${line.level}`, interactive: false }).addTo(layers.borders);
  }
  for (const center of shown.centers) mark(center, `${center.area} ${center.status}`, layers.centers);
  for (const vacancy of shown.vacancies) mark(vacancy, "vacancy", layers.vacancies);

  const sized = () => stage.getContainer().classList.toggle("close-up", stage.getZoom() >= 10.5);
  stage.on("zoomend", sized);
  sized();
  close.addEventListener("click", () => {
    areas.forEach((area, center) => area.setStyle(resting(center)));
    chosen = null;
    tell();
  });
  find.addEventListener("input", list);
  listen(stage, () => {
    write(shown.labels, stage, layers.labels);
    tell();
    list();
  });
}
