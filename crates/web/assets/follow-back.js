// Arrow keys move between the days of the calendar: left and right a day, up and down a week.
(() => {
  "use strict";
  const boxes = [...document.querySelectorAll(".hf-fb__box")];
  const dayOf = (box) => box.name.slice(4);
  const byDay = new Map(boxes.map((box) => [dayOf(box), box]));
  const STEPS = { ArrowUp: -7, ArrowDown: 7, ArrowLeft: -1, ArrowRight: 1 };
  const atEdge = (box, key) =>
    box.selectionStart === box.selectionEnd &&
    (key === "ArrowLeft" ? box.selectionStart === 0 : box.selectionEnd === box.value.length);
  document.addEventListener("keydown", (event) => {
    const box = event.target;
    const step = STEPS[event.key];
    if (!step || !box.classList || !box.classList.contains("hf-fb__box")) return;
    const whole = box.selectionStart === 0 && box.selectionEnd === box.value.length;
    if (Math.abs(step) === 1 && !whole && !atEdge(box, event.key)) return;
    const day = new Date(dayOf(box) + "T12:00:00Z");
    day.setUTCDate(day.getUTCDate() + step);
    const next = byDay.get(day.toISOString().slice(0, 10));
    if (!next) return;
    event.preventDefault();
    next.focus();
    next.select();
  });
})();
