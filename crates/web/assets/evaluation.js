// Says what a medicine means while its name is typed; the list says the same once it is saved, without this file.
(() => {
  "use strict";
  const WAIT_MS = 350;         // After the last key.
  const box = document.getElementById("medicine-name");
  if (!box) return;
  const said = document.createElement("div");
  said.setAttribute("role", "status");
  said.className = "hf-typed";
  box.after(said);
  let timer = 0;
  let asked = "";
  const look = async () => {
    const name = box.value.trim();
    if (name === asked) return;
    asked = name;
    if (name.length < 4) { said.replaceChildren(); return; }
    try {
      const answer = await fetch("/interactions?name=" + encodeURIComponent(name), { credentials: "same-origin" });
      if (!answer.ok || name !== box.value.trim()) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const sections = page.querySelectorAll("main .hf-section");
      const last = sections[sections.length - 1];
      said.replaceChildren(...(sections.length > 1 ? [...last.children].slice(1) : []));
    } catch {
      said.replaceChildren();
    }
  };
  box.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(look, WAIT_MS); });
})();
