
(() => {
  "use strict";
  const viewer = document.querySelector("dialog");
  if (!viewer || !viewer.showModal) return;
  const room = viewer.querySelector(".room"), heading = viewer.querySelector("h2"), name = heading.textContent;
  let home = null, from = null;

  const isMark = (target) => target instanceof Element && target.closest("a.mark, a.opens");

  function show(mark) {
    const note = document.querySelector(mark.getAttribute("href") + " > .note");
    if (!note) return false;
    home = note.parentNode;
    from = mark;
    room.append(note);
    heading.textContent = mark.dataset.title || name + " " + mark.textContent.replace(/\D/g, "");
    const opened = room.querySelectorAll("details.exhibit");
    opened.forEach((exhibit) => { exhibit.open = true; });
    viewer.showModal();
    viewer.scrollTop = 0;
    room.querySelectorAll(".page").forEach((page) => {
      const box = page.querySelector(".box"), edges = page.getBoundingClientRect();
      if (box) page.scrollLeft += box.getBoundingClientRect().left - edges.left - 24;
    });
    return true;
  }

  function put() {
    if (!home) return;
    room.querySelectorAll("details").forEach((one) => { one.open = false; });
    home.append(...room.childNodes);
    home = null;
    from.focus();
  }

  document.addEventListener("click", (event) => {
    const mark = isMark(event.target);
    const isPlain = !event.defaultPrevented && !event.button && !event.metaKey && !event.ctrlKey && !event.shiftKey;
    if (mark && isPlain && show(mark)) event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    const mark = event.key === " " && isMark(event.target);
    if (mark && show(mark)) event.preventDefault();
  });
  viewer.addEventListener("click", (event) => {
    const link = event.target instanceof Element && event.target.closest("a");
    if (event.target === viewer || event.target.closest("button")) viewer.close();
    if (link && link.classList.contains("back")) { event.preventDefault(); viewer.close(); }
    else if (link) { put(); viewer.close(); }
  });
  viewer.addEventListener("close", put);
  window.addEventListener("beforeprint", () => viewer.close());
})();
