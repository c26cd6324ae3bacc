"use strict";
// A Persian name that begins with a Latin word is Persian all the same.
for (const name of document.querySelectorAll("bdi")) {
  if (!name.children.length && /[\u0621-\u064a\u066e-\u06d3]/.test(name.textContent)) name.dir = "rtl";
}
document.getElementById("switch").addEventListener("click", () => {
  const page = document.documentElement;
  page.dataset.lang = page.lang = page.dataset.lang === "fa" ? "en" : "fa";
  page.dir = page.lang === "fa" ? "rtl" : "ltr";
});
