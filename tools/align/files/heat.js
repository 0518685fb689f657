(() => {
  "use strict";
  const form = document.querySelector("form.filters");
  if (!form) return;
  const told = form.querySelector("output"), boxes = [...form.querySelectorAll("input")];
  const chosen = (name) => new Set(boxes.filter((box) => box.name === name && box.checked).map((box) => box.value));
  const rows = [...document.querySelectorAll("tr[data-row]")];
  const columns = boxes.filter((box) => box.name === "roadmap").length;

  function apply() {
    const readings = chosen("reading"), roadmaps = chosen("roadmap");
    const shown = new Set(rows.filter((row) => readings.has(row.dataset.reading)).map((row) => row.dataset.row));
    document.querySelectorAll("[data-row]").forEach((one) => { one.hidden = !shown.has(one.dataset.row); });
    document.querySelectorAll("[data-roadmap]").forEach((one) => { one.hidden = !roadmaps.has(one.dataset.roadmap); });
    told.textContent = shown.size + " of " + rows.length + " topics, " + roadmaps.size + " of " + columns + " roadmaps";
  }

  form.hidden = false;
  form.addEventListener("change", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.querySelectorAll("button").forEach((button) => button.addEventListener("click", () => {
    boxes.forEach((box) => { box.checked = button.value === "all" || box.name !== "roadmap"; });
    apply();
  }));
})();
