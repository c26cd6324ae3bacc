"use strict";

// On paper the map has a size of its own; it is fitted to it before the browser lays the page out.
function printable(stage, prepare) {
  const lay = (printing) => {
    page.classList.toggle("printing", printing);
    stage.invalidateSize({ pan: false });
    spread(stage);
  };
  addEventListener("beforeprint", () => {
    prepare();
    lay(true);
  });
  addEventListener("afterprint", () => lay(false));
  for (const button of document.querySelectorAll("button[data-paper]")) {
    button.addEventListener("click", () => {
      page.dataset.paper = button.dataset.paper;
      print();
    });
  }
  document.querySelector(".paper").hidden = false;
}
