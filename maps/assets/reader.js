"use strict";
const page = document.documentElement;
const shown = JSON.parse(document.getElementById("data").textContent);

function language() {
  return page.dataset.lang;
}

function say(key) {
  return shown.texts[language()][key] || key;
}

function digits(written) {
  if (language() !== "fa") return written;
  return written
    .replace(/,/g, "٬")
    .replace(/\./g, "٫")
    .replace(/[0-9]/g, (digit) => "۰۱۲۳۴۵۶۷۸۹"[Number(digit)]);
}

function number(value, decimals) {
  const fixed = value.toFixed(decimals === undefined ? 0 : decimals).split(".");
  fixed[0] = fixed[0].replace(/\B(?=(\d{3})+$)/g, ",");
  return digits(fixed.join("."));
}

const LETTERS = { ي: "ی", ى: "ی", ئ: "ی", ك: "ک", ة: "ه", ۀ: "ه", أ: "ا", إ: "ا", ٱ: "ا", آ: "ا", ؤ: "و", ـ: "" };

// One spelling of letters and digits, and no blanks, so that what is typed compares with what is written.
function fold(value) {
  return value
    .normalize("NFKC")
    .replace(/[يىئكةۀأإٱآؤـ]/g, (letter) => LETTERS[letter])
    .replace(/[۰-۹٠-٩]/g, (digit) => String(digit.charCodeAt(0) & 15))
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replace(/[\s_\-\u200c-\u200f\u202a-\u202e\u2066-\u2069\ufeff]+/g, "")
    .toLowerCase();
}

// A Persian name that begins with a Latin word is Persian all the same.
const PERSIAN = /[\u0621-\u064a\u066e-\u06d3]/;

function turned(made) {
  if (made.localName === "bdi" && PERSIAN.test(made.textContent)) made.dir = "rtl";
  return made;
}

function element(name, className, words) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (words !== undefined) made.textContent = words;
  return turned(made);
}

// What is missing is of too few to be told.
function counted(value) {
  return value === null ? say("under_few").replace("{few}", number(shown.few)) : number(value);
}

const Scale = L.Control.Scale.extend({
  options: { imperial: false, metric: true, position: "bottomleft", maxWidth: 120 },
  _updateMetric(maxMetres) {
    const metres = this._getRoundNum(maxMetres);
    const fa = language() === "fa";
    const label =
      metres < 1000
        ? `${number(metres)} ${fa ? "متر" : "m"}`
        : `${number(metres / 1000)} ${fa ? "کیلومتر" : "km"}`;
    this._updateScale(this._mScale, label, metres / maxMetres);
    this._mScale.dir = fa ? "rtl" : "ltr";
  },
});

const North = L.Control.extend({
  options: { position: "bottomleft" },
  onAdd() {
    this.box = element("div", "north");
    this.box.setAttribute("role", "img");
    return this.box;
  },
  speak() {
    this.box.setAttribute("aria-label", say("north"));
    this.box.title = say("north");
    this.box.dataset.letter = say("north").charAt(0);
  },
});

function keepInView(stage, corners) {
  let fitted;
  let fitting = false;
  const fit = () => {
    fitting = true;
    const { zoomSnap } = stage.options;
    stage.options.zoomSnap = 0;
    const list = document.querySelector(".leaflet-control-layers-expanded");
    const top = list ? list.offsetHeight + 20 : 56;
    stage.fitBounds(corners, { paddingTopLeft: [shown.margin, top], paddingBottomRight: [shown.margin, 28], animate: false });
    stage.options.zoomSnap = zoomSnap;
    fitted = stage.getZoom();
    fitting = false;
  };
  // Where the reader, or what they chose, moved the map, it stays also when the page is resized.
  stage.on("movestart", () => {
    if (!fitting) fitted = undefined;
  });
  stage.on("resize", () => {
    if (stage.getZoom() === fitted) fit();
  });
  if (stage.attributionControl) stage.attributionControl.setPrefix(false);
  stage.invalidateSize({ pan: false });
  fit();
}

function write(labels, stage, layer) {
  if (!stage.getPane("labels")) stage.createPane("labels");
  layer.clearLayers();
  for (const label of labels) {
    const name = element("bdi", "", label.names[language()]);
    const icon = L.divIcon({ className: `label ${label.kind || ""}`, html: name, iconSize: null });
    if (label.from) name.dataset.from = label.from;
    L.marker([label.lonlat[1], label.lonlat[0]], { icon, pane: "labels", interactive: false, keyboard: false }).addTo(
      layer,
    );
  }
  spread(stage);
}

// A mark says its name to who cannot see it, and does on Enter what it does on a click.
function reach(marker, name, act) {
  const equip = () => {
    const icon = marker.getElement();
    icon.setAttribute("aria-label", name);
    icon.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      event.stopPropagation();
      act();
    });
  };
  marker.on("add", equip);
  equip();
}

// How many of a county have no center.
function badges(layer) {
  layer.clearLayers();
  for (const row of shown.unassigned) {
    const lost = counted(row.households || null);
    const icon = L.divIcon({ className: "mark badge", html: element("bdi", "", lost), iconSize: null });
    const told = element("bdi", "", `${row.names[language()]} · ${say("unassigned_here").replace("{count}", lost)}`);
    L.marker([row.lonlat[1], row.lonlat[0]], { icon, keyboard: false })
      .bindTooltip(() => told, { direction: "top", offset: [0, -8] })
      .addTo(layer);
  }
}

function backdrops(stage, layers) {
  (shown.backdrops || []).forEach((one, at) => {
    const pane = "backdrop";
    if (!stage.getPane(pane)) stage.createPane(pane);
    const look = { pane, interactive: false, className: `backdrop backdrop-${at % 4}` };
    const layer = layers[`backdrop_${at}`];
    const filled = { ...look, className: `${look.className} area` };
    for (const rings of one.areas) L.polygon(rings, filled).addTo(layer);
    if (one.lines.length) L.polyline(one.lines, look).addTo(layer);
    for (const point of one.points) L.circleMarker(point, { ...look, radius: 2 }).addTo(layer);
  });
}

// Radius of a nation's centers, px.
const DOT = 3.5;
// Where a name may stand: over its place, else as near to it as leaves other names and marks free.
const BESIDE = [[0, 0]];
for (const far of [0.8, 1.2, 1.7]) {
  for (const [x, y] of [[0, 1], [0, -1], [1, 0], [-1, 0], [1, 1], [-1, 1], [1, -1], [-1, -1]]) BESIDE.push([x * far, y * far]);
}

// So near, px, a name is not written twice.
const AGAIN = 90;

const shared = (one, other) =>
  Math.max(0, Math.min(one.right, other.right) - Math.max(one.left, other.left)) *
  Math.max(0, Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top));

// So near, px, to the edge of the map a name may come.
const EDGE = 3;
const pushed = (start, least, most) => Math.max(least, Math.min(start, most)) - start;

// The names to place now. All are measured before one is moved: the page is laid out anew after a move.
function measured(stage, ground) {
  const names = [...document.querySelectorAll(".label bdi")];
  const spots = names.map((name) => name.parentNode.getBoundingClientRect());
  const now = names.map((name, at) => {
    const { left, top } = spots[at];
    const seen = left >= ground.left && left <= ground.right && top >= ground.top && top <= ground.bottom;
    return seen && Number(name.dataset.from || 0) <= stage.getZoom();
  });
  names.forEach((name, at) => name.parentNode.classList.toggle("away", !now[at]));
  const wanted = names.map((name, at) => ({ name, at: spots[at] })).filter((_, at) => now[at]);
  return wanted.map((one) => ({ ...one, wide: one.name.offsetWidth, high: one.name.offsetHeight }));
}

function spread(stage) {
  const ground = stage.getContainer().getBoundingClientRect();
  const icons = document.querySelectorAll("#stage .leaflet-marker-icon.mark");
  const marks = [...icons].map((icon) => icon.getBoundingClientRect());
  const bar = document.querySelectorAll("#stage .leaflet-control");
  const taken = [...bar].map((one) => one.getBoundingClientRect());
  const written = new Map();
  for (const { name, at, wide, high } of measured(stage, ground)) {
    const spot = name.parentNode.classList;
    const town = spot.contains("town");
    const whole = town || spot.contains("center");
    // What has a dot of its own is written beside it.
    const places = town ? BESIDE.slice(1, 9) : BESIDE;
    const near = written.get(name.textContent);
    // A county's name, next to the town of that name, is enough.
    const again = town && near !== undefined && Math.hypot(near.left - at.left, near.top - at.top) < AGAIN;
    const placed = places.map(([x, y]) => {
      let [right, down] = [x * (y ? wide / 2 : wide / 2 + high / 2), y * high];
      if (!whole) {
        right += pushed(at.left + right - wide / 2, ground.left + EDGE, ground.right - EDGE - wide);
        down += pushed(at.top + down - high / 2, ground.top + EDGE, ground.bottom - EDGE - high);
      }
      const box = { left: at.left + right - wide / 2, top: at.top + down - high / 2 };
      box.right = box.left + wide;
      box.bottom = box.top + high;
      const hidden = marks.reduce((sum, mark) => sum + shared(box, mark), 0);
      const outside = wide * high - shared(box, ground);
      const others = taken.reduce((sum, other) => sum + shared(box, other), 0);
      return { right, down, box, others, outside, cost: 4 * hidden + 2 * outside + high * Math.hypot(right / 2, down) * 0.3 };
    }).filter((place) => place.others === 0 && !(whole && place.outside > 0));
    name.hidden = again || placed.length === 0;
    spot.toggle("away", name.hidden && whole);
    if (name.hidden) continue;
    if (!town) written.set(name.textContent, at);
    const best = placed.reduce((one, other) => (other.cost < one.cost ? other : one));
    name.style.translate = `calc(-50% + ${best.right}px) calc(-50% + ${best.down}px)`;
    taken.push(best.box);
  }
}

function listen(stage, redraw) {
  const scale = new Scale().addTo(stage);
  const north = new North().addTo(stage);
  for (const name of document.querySelectorAll("bdi")) if (!name.children.length) turned(name);
  const speak = (lang) => {
    page.dataset.lang = page.lang = lang;
    page.dir = lang === "fa" ? "rtl" : "ltr";
    document.getElementById("switch").title = say("switch_help");
    document.getElementById("stage").setAttribute("aria-label", say("map"));
    const toggle = document.querySelector(".leaflet-control-layers-toggle");
    toggle.title = say("layers");
    toggle.setAttribute("aria-label", say("layers"));
    stage.invalidateSize({ pan: false });
    scale._update();
    north.speak();
    redraw();
  };
  stage.on("moveend resize overlayadd", () => spread(stage));
  document.fonts.ready.then(() => spread(stage));
  document.getElementById("switch").addEventListener("click", () => speak(language() === "fa" ? "en" : "fa"));
  speak(language());
}
