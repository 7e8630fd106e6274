// The floor board is drawn anew every ten seconds, so that its minutes are true; entries redraw it at once through
// holdfast.js. Without this file it is a plain page with the time at which it was drawn.
(() => {
  "use strict";
  setInterval(() => document.dispatchEvent(new Event("hf-refresh")), 10000);
})();
