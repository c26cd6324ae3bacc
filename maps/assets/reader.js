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

function element(name, className, words) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (words !== undefined) made.textContent = words;
  return made;
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

function keepInView(stage, corners) {
  let fitted;
  const fit = () => {
    const { zoomSnap } = stage.options;
    stage.options.zoomSnap = 0;
    stage.fitBounds(corners, { paddingTopLeft: [shown.margin, 56], paddingBottomRight: [shown.margin, 28], animate: false });
    stage.options.zoomSnap = zoomSnap;
    fitted = stage.getZoom();
  };
  stage.on("dragstart", () => (fitted = undefined));
  stage.on("resize", () => {
    if (stage.getZoom() === fitted) fit();
  });
  stage.invalidateSize({ pan: false });
  fit();
}

function write(labels, stage, layer) {
  if (!stage.getPane("labels")) stage.createPane("labels");
  layer.clearLayers();
  for (const label of labels) {
    const icon = L.divIcon({ className: "label", html: element("bdi", "", label.names[language()]), iconSize: null });
    L.marker([label.lonlat[1], label.lonlat[0]], { icon, pane: "labels", interactive: false, keyboard: false }).addTo(
      layer,
    );
  }
}

function listen(stage, redraw) {
  const scale = new Scale().addTo(stage);
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
    redraw();
  };
  document.getElementById("switch").addEventListener("click", () => speak(language() === "fa" ? "en" : "fa"));
  speak(language());
}
