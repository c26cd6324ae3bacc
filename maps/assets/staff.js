"use strict";
document.getElementById("switch").addEventListener("click", () => {
  const page = document.documentElement;
  page.dataset.lang = page.lang = page.dataset.lang === "fa" ? "en" : "fa";
  page.dir = page.lang === "fa" ? "rtl" : "ltr";
});
