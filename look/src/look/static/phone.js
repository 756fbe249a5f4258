// The phone desk by keyboard: every key has a modifier or is a function key (WCAG 2.1.4), and the page shows them all.
(() => {
  const form = document.getElementById("melding");
  const places = { 1: "postcode", 2: "naam", 3: "soort", 4: "navraag" };
  const withCtrl = form.dataset.modifier.startsWith("Ctrl");
  const begun = Date.now();
  const length = document.getElementById("duur");

  function place(event) {
    const digit = event.code.replace("Digit", "");
    if (digit in places) {
      const name = places[digit];
      return form.querySelector(`[name="${name}"]:checked`) || form.querySelector(`[name="${name}"]`);
    }
    return event.code === "KeyK" ? document.querySelector("#bekend input") : null;
  }

  function doThis(event) {
    if (event.altKey && event.ctrlKey === withCtrl) {
      const wanted = place(event);
      if (wanted) wanted.focus();
      return Boolean(wanted);
    }
    if (event.ctrlKey && !event.altKey && event.key === "Enter") {
      form.requestSubmit(document.getElementById("opslaan"));
      return true;
    }
    if (event.ctrlKey && !event.altKey && event.code === "KeyS") {
      form.requestSubmit(document.getElementById("bewaren"));
      return true;
    }
    if (event.key === "F1") {
      document.getElementById("toetsen").togglePopover();
      return true;
    }
    return false;
  }

  function tell() {
    const seconds = Math.floor((Date.now() - begun) / 1000);
    length.textContent = `${String(Math.floor(seconds / 60)).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}`;
  }

  document.addEventListener("keydown", event => {
    if (doThis(event)) event.preventDefault();
  });
  length.hidden = false;
  tell();
  setInterval(tell, 1000);
})();
