"use strict";

const NARROWEST = 3;
const WIDEST = 16;

function draw(stage, layers) {
  const INK = "#14232c";
  const panel = document.getElementById("detail");
  const body = document.getElementById("detail-body");
  const close = document.getElementById("close");
  const opacity = Number(getComputedStyle(page).getPropertyValue("--ground-opacity"));
  const renderer = shown.dots ? L.canvas() : null;
  let view = "changes";
  let chosen = null;
  let cameFrom = null;
  let areas = [];
  let arrows = [];
  let signs = [];

  // What is chosen is lifted, yet never over who comes and goes.
  stage.createPane("flows").style.zIndex = 450;

  const called = (center) => center.called;
  const end = () => (view === "before" ? 0 : 1);
  const counted = (value) => (value === null ? say("few_households").replace("{few}", number(shown.few)) : number(value));
  const households = (value) => say("households_n").replace("{count}", counted(value));
  const signed = (value) => (value > 0 ? `+${number(value)}` : value < 0 ? `−${number(-value)}` : number(0));
  const loadOf = (value) => (value === null ? say("not_there") : number(value));

  function kindOf(center) {
    if (center.there === "only_b") return "opens";
    if (center.there === "only_a") return "closes";
    return center.moved ? "moves" : "";
  }

  function colour(center) {
    if (view === "changes") return shown.change_colours[center.step];
    return shown.colours[center.classes[end()]];
  }

  const standsHere = (center) => view === "changes" || center.there !== (view === "before" ? "only_b" : "only_a");
  const spot = (center) => {
    const [lon, lat] = view === "before" && center.was ? center.was : center.lonlat;
    return [lat, lon];
  };

  function tip(center) {
    const made = element("span", "tip");
    made.dir = language() === "fa" ? "rtl" : "ltr";
    const arrow = language() === "fa" ? "←" : "→";
    const load = view === "changes" ? `${loadOf(center.loads[0])} ${arrow} ${loadOf(center.loads[1])}` : loadOf(center.loads[end()]);
    made.append(element("bdi", "", called(center)), ` · ${load} ${say("row_load").toLocaleLowerCase()}`);
    return made;
  }

  function grounds() {
    layers.ground.clearLayers();
    areas = [];
    const [before, after] = shown.grounds;
    for (const [at, shape] of view === "before" ? before : after) {
      const center = shown.centers[at];
      const area = L.polygon(shown.shapes[shape], { color: "#fff", weight: 1, fillColor: colour(center), fillOpacity: opacity, smoothFactor: 0.5 })
        .bindTooltip(() => tip(center), { sticky: true })
        .on("click", () => choose(center))
        .addTo(layers.ground);
      areas.push([center, area]);
    }
    layers.borders.bringToFront();
    if (view !== "changes") return;
    const stays = new Set(after.map(([, shape]) => shape));
    const passed = new Set([...shown.flows, ...shown.rest].flatMap((flow) => [flow.from, flow.to]));
    for (const [at, shape] of before) {
      if (stays.has(shape) || !passed.has(at)) continue;
      L.polygon(shown.shapes[shape], { className: "old", interactive: false, smoothFactor: 0.5 }).addTo(layers.ground);
    }
  }

  // A bent shaft that ends in a head, as one outline in pixels of the zoom.
  function outline(from, to, width) {
    const [a, b] = [stage.latLngToLayerPoint(from), stage.latLngToLayerPoint(to)];
    const far = a.distanceTo(b);
    if (far < 12) return null;
    const across = L.point((b.y - a.y) / far, (a.x - b.x) / far);
    const bend = a.add(b).divideBy(2).add(across.multiplyBy(far * 0.18));
    const at = (t) => a.multiplyBy((1 - t) ** 2).add(bend.multiplyBy(2 * t * (1 - t))).add(b.multiplyBy(t ** 2));
    const head = Math.min(far * 0.45, 6 + width * 1.1);
    const last = 1 - 6 / far;
    const neck = Math.max(0.1, last - head / far);
    const side = (t, wide) => {
      const ahead = at(Math.min(1, t + 0.01)).subtract(at(Math.max(0, t - 0.01)));
      const size = Math.hypot(ahead.x, ahead.y) || 1;
      return L.point(-ahead.y / size, ahead.x / size).multiplyBy(wide);
    };
    const steps = [...Array(15).keys()].map((step) => 4 / far + (step / 14) * (neck - 4 / far));
    const left = steps.map((t) => at(t).add(side(t, (width / 2) * (0.35 + (0.65 * t) / neck))));
    const right = steps.map((t) => at(t).subtract(side(t, (width / 2) * (0.35 + (0.65 * t) / neck))));
    const wings = width / 2 + 4;
    const points = [...left, at(neck).add(side(neck, wings)), at(last), at(neck).subtract(side(neck, wings)), ...right.reverse()];
    return points.map((point) => stage.layerPointToLatLng(point));
  }

  function flows() {
    layers.flows.clearLayers();
    arrows = [];
    if (view !== "changes") return;
    const most = Math.max(1, ...shown.flows.map((flow) => flow.households));
    for (const flow of shown.flows) {
      const [from, to] = [shown.centers[flow.from], shown.centers[flow.to]];
      const [lon, lat] = from.was || from.lonlat;
      const width = NARROWEST + ((WIDEST - NARROWEST) * flow.households) / most;
      const points = outline([lat, lon], [to.lonlat[1], to.lonlat[0]], width);
      if (!points) continue;
      const arrow = L.polygon(points, { className: "flow", pane: "flows", smoothFactor: 0 })
        .bindTooltip(() => {
          const words = say("from_to").replace("{source}", `\u2068${called(from)}\u2069`).replace("{target}", `\u2068${called(to)}\u2069`);
          const made = element("span", "tip", `${words} · ${households(flow.households)}`);
          made.dir = language() === "fa" ? "rtl" : "ltr";
          return made;
        }, { sticky: true })
        .on("click", () => choose(to))
        .addTo(layers.flows);
      arrows.push([flow, arrow]);
    }
    dim();
  }

  function dim() {
    for (const [flow, arrow] of arrows) {
      const away = chosen !== null && shown.centers[flow.from] !== chosen && shown.centers[flow.to] !== chosen;
      const path = arrow.getElement();
      if (path) path.classList.toggle("dim", away);
    }
    for (const [center, area] of areas) {
      const own = center === chosen;
      area.setStyle({ color: own ? INK : "#fff", weight: own ? 3 : 1 });
      if (own) area.bringToFront();
    }
  }

  function marks() {
    layers.centers.clearLayers();
    signs = [];
    for (const center of shown.centers.filter(standsHere)) {
      const kind = kindOf(center);
      if (renderer && !kind) {
        L.circleMarker(spot(center), { renderer, radius: view === "changes" && center.change ? 2 * DOT : DOT, weight: 0.8, color: INK, fillColor: colour(center), fillOpacity: 1 })
          .bindTooltip(() => tip(center))
          .on("click", () => choose(center))
          .addTo(layers.centers);
        continue;
      }
      const icon = L.divIcon({ className: `mark ${center.area} ${center.status} ${kind}`, iconSize: null });
      const marker = L.marker(spot(center), { icon, alt: called(center), riseOnHover: true })
        .bindTooltip(() => tip(center), { direction: "top", offset: [0, -8] })
        .on("click", () => choose(center))
        .addTo(layers.centers);
      reach(marker, called(center), () => choose(center, { focus: true }));
      if (kind) signs.push([kind, spot(center), marker]);
    }
    part();
  }

  // A center that closes where another opens stays in sight beside it.
  function part() {
    const opened = signs.filter(([kind]) => kind === "opens").map(([, at]) => stage.latLngToLayerPoint(at));
    for (const [kind, at, marker] of signs) {
      if (kind !== "closes") continue;
      const here = stage.latLngToLayerPoint(at);
      const icon = marker.getElement();
      if (icon) icon.classList.toggle("aside", opened.some((other) => here.distanceTo(other) < 14));
    }
  }

  function passing(center, incoming) {
    const [own, other, none] = incoming
      ? ["to", "from", ["gained", "joined"]]
      : ["from", "to", ["lost", "left"]];
    const at = shown.centers.indexOf(center);
    const list = element("ul", "passing");
    for (const flow of [...shown.flows, ...shown.rest].filter((one) => one[own] === at)) {
      const item = element("li");
      const beyond = flow[other] === null ? null : shown.centers[flow[other]];
      const line = element(beyond ? "button" : "span");
      const words = beyond ? called(beyond) : say(`none_${none.includes(flow.kind) ? flow.kind : none[0]}`);
      line.append(element("bdi", "", words), element("span", "count", number(flow.households)));
      if (beyond) {
        line.type = "button";
        line.addEventListener("click", () => choose(beyond, { focus: true, see: true }));
      }
      item.append(line);
      list.append(item);
    }
    return list.children.length ? [element("h4", "", say(incoming ? "came_from" : "left_to")), list] : [];
  }

  function tell() {
    body.replaceChildren();
    panel.classList.toggle("open", chosen !== null);
    close.hidden = chosen === null;
    close.setAttribute("aria-label", say("close"));
    if (chosen === null) return;
    const heading = element("h3");
    heading.tabIndex = -1;
    heading.append(element("bdi", "", called(chosen)));
    body.append(heading);
    const kind = kindOf(chosen);
    if (kind) body.append(element("p", `badge-kind ${kind}`, say(kind)));
    const list = element("dl", "rows");
    const rows = [
      [say("row_id"), chosen.id],
      [`${say("row_load")} · ${say("before")}`, loadOf(chosen.loads[0])],
      [`${say("row_load")} · ${say("after")}`, loadOf(chosen.loads[1])],
      [say("change"), signed(chosen.change)],
      [say("in_all_came"), counted(chosen.came)],
      [say("in_all_left"), counted(chosen.left)],
      [say("row_county"), chosen.county[language()]],
    ];
    for (const [name, value] of rows) {
      if (!value) continue;
      const cell = element("dd");
      cell.append(element("bdi", "", value));
      list.append(element("dt", "", name), cell);
    }
    body.append(list, ...passing(chosen, true), ...passing(chosen, false));
  }

  function choose(center, { focus = false, see = false } = {}) {
    if (chosen === null) cameFrom = document.activeElement;
    chosen = center;
    if (see) {
      if (getComputedStyle(panel).position === "fixed") stage.getContainer().scrollIntoView({ block: "start" });
      if (!stage.getBounds().pad(-0.1).contains(spot(center))) stage.panTo(spot(center), { animate: false });
    }
    tell();
    dim();
    uncover(center);
    if (focus) body.querySelector("h3").focus({ preventScroll: true });
  }

  // On a small screen the sheet lies over the map: what it tells of must stay in sight above it.
  function uncover(center) {
    if (getComputedStyle(panel).position !== "fixed") {
      panel.scrollIntoView({ block: "nearest" });
      return;
    }
    const top = stage.getContainer().getBoundingClientRect().top;
    const at = stage.latLngToContainerPoint(spot(center)).y + top;
    const least = Math.max(top, 0) + 40;
    const most = Math.max(panel.getBoundingClientRect().top - 40, least);
    const down = at > most ? at - most : at < least ? at - least : 0;
    if (down !== 0) stage.panBy([0, down], { animate: false });
  }

  function leave() {
    if (chosen === null) return;
    chosen = null;
    tell();
    dim();
    if (cameFrom && cameFrom.isConnected) cameFrom.focus({ preventScroll: true });
  }

  function redraw() {
    page.dataset.view = view;
    grounds();
    flows();
    marks();
    dim();
  }

  if (shown.outlines.length) {
    stage.createPane("provinces").style.zIndex = 350;
    const look = { className: "province-ground", pane: "provinces", interactive: false };
    for (const lines of shown.outlines) L.polygon(lines, look).addTo(layers.borders);
  }
  for (const line of shown.lines) {
    L.polyline(line.parts, { className: `border ${line.level}`, interactive: false }).addTo(layers.borders);
  }
  for (const choice of document.querySelectorAll("input[name=view]")) {
    choice.addEventListener("change", () => {
      view = choice.value;
      redraw();
      spread(stage);
    });
  }
  const byId = new Map(shown.centers.map((center) => [center.id, center]));
  for (const button of document.querySelectorAll("button[data-center]")) {
    button.addEventListener("click", () => choose(byId.get(button.dataset.center), { focus: true, see: true }));
  }
  close.addEventListener("click", leave);
  addEventListener("keydown", (event) => {
    if (event.key === "Escape") leave();
  });
  stage.on("zoomend", () => {
    flows();
    part();
  });
  stage.on("overlayadd", part);
  const sized = () => stage.getContainer().classList.toggle("close-up", stage.getZoom() >= 10.5);
  stage.on("zoomend", sized);
  sized();
  redraw();
  printable(stage, () => {});
  listen(stage, () => {
    write(shown.labels, stage, layers.labels);
    write(shown.towns, stage, layers.towns);
    tell();
  });
}
