"use strict";
const MOST_FOUND = 40;

// A center is found by what it is called, then by what lies in its neighbourhood, then by its county.
function keysOf() {
  const named = (names, rank) => [...new Set(names)].filter(Boolean).map((name) => ({ name, rank }));
  const keys = shown.centers.map((center) => [
    ...named([center.name, center.id, center.ground], 0),
    ...named(center.places || [], 2),
    ...named(Object.values(center.county), 4),
  ]);
  for (const town of shown.towns) {
    if (town.center === undefined) continue;
    keys[town.center].push(...named(Object.values(town.names), 2));
  }
  for (const own of keys) for (const key of own) key.folded = fold(key.name);
  return keys;
}

// Towns and counties are known by two names, the quarters called after them by one.
function otherNames(wanted) {
  if (wanted.length < 3) return [];
  const named = [...shown.towns, ...shown.labels].map((one) => [fold(one.names.en), fold(one.names.fa)]);
  return named.filter(([en, fa]) => en.startsWith(wanted) && en !== fa).map(([, fa]) => fa);
}

function matches(keys, wanted) {
  const all = [wanted, ...new Set(otherNames(wanted))];
  const found = [];
  keys.forEach((own, at) => {
    let best = null;
    for (const key of own) {
      const where = Math.min(...all.map((one) => key.folded.indexOf(one)).map((place) => (place < 0 ? Infinity : place)));
      if (where === Infinity) continue;
      const rank = key.rank + (where === 0 ? 0 : 1);
      if (!best || rank < best.rank) best = { at, rank, why: key.rank ? key.name : "" };
    }
    if (best) found.push(best);
  });
  return found.sort((one, other) => one.rank - other.rank || one.at - other.at);
}

function searching(choose) {
  const find = document.getElementById("find");
  const found = document.getElementById("found");
  const told = document.getElementById("find-said");
  const keys = keysOf();

  function item(center, why) {
    const button = element("button");
    button.type = "button";
    const name = element("bdi", "", center.name || center.id);
    const words = element("span", "words");
    words.append(name);
    if (why) words.append(element("bdi", "why", why));
    button.append(words, element("span", "count", number(center.load)));
    button.addEventListener("click", () => {
      found.replaceChildren();
      choose(center);
    });
    const made = element("li");
    made.append(button);
    return made;
  }

  function list() {
    const wanted = fold(find.value);
    const all = wanted ? matches(keys, wanted) : [];
    found.replaceChildren(...all.slice(0, MOST_FOUND).map(({ at, why }) => item(shown.centers[at], why)));
    told.textContent = !wanted
      ? say("search_hint")
      : all.length
        ? say("found_count").replace("{count}", number(all.length))
        : say("found_none");
  }

  const buttons = () => [...found.querySelectorAll("button")];
  find.addEventListener("input", list);
  find.addEventListener("keydown", (event) => {
    const [first] = buttons();
    if (event.key === "Enter" && first) first.click();
    else if (event.key === "ArrowDown" && first) first.focus();
    else return;
    event.preventDefault();
  });
  found.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    const here = buttons();
    (here[here.indexOf(document.activeElement) + step] || find).focus();
    event.preventDefault();
  });
  find.parentNode.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    find.value = "";
    list();
    find.focus();
    event.stopPropagation();
  });
  return () => {
    list();
    const all = document.getElementById("all");
    if (all) all.replaceChildren(...shown.centers.map((center) => item(center, "")));
  };
}
