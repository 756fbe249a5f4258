// A live board: its connection in words, its pause, one sentence for each alert, and a soft sound for who asks for it.
// The words stand in the page, in the language of the page. A board on the wall has a clock and no pause.
(() => {
  const words = document.getElementById("verbinding");
  const news = document.getElementById("nieuws");
  const button = document.getElementById("pauze");
  const board = document.getElementById("bord");
  const stream = document.getElementById("stroom");
  const soundButton = document.getElementById("geluid");
  const clock = document.getElementById("klok");
  let connection = "none";
  let paused = false;
  let sound = null;

  function show() {
    if (connection === "none") return;
    const kind = connection === "lost" ? "lost" : paused ? "paused" : "live";
    const at = document.getElementById("stand").dataset.at;
    words.textContent = kind === "lost" ? words.dataset.lost : `${words.dataset[kind]} ${at}`;
    words.classList.toggle("msw-live--on", kind === "live");
    words.classList.toggle("msw-live--lost", kind === "lost");
  }

  function become(now) {
    if (now === "lost" && connection !== "lost") news.textContent = words.dataset.lost;
    connection = now;
    show();
  }

  // Two tones, falling, and hardly louder than a room.
  function chime() {
    [660, 495].forEach((pitch, place) => {
      const tone = sound.createOscillator();
      const volume = sound.createGain();
      const from = sound.currentTime + place * 0.18;
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0.06, from);
      volume.gain.exponentialRampToValueAtTime(0.0001, from + 0.4);
      tone.connect(volume).connect(sound.destination);
      tone.start(from);
      tone.stop(from + 0.4);
    });
  }

  function tick() {
    const words = new Intl.DateTimeFormat("nl-NL", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/Amsterdam" });
    clock.textContent = words.format(new Date()).replace(":", ".");
  }

  // Who is signed out sees the page of who is signed out.
  function refused(status) {
    if (status === 401) location.reload();
    return status >= 400;
  }

  // An act that was refused comes with the board as it is now, and with the reason.
  function isAnswer(status) {
    return status === 400 || status === 409;
  }

  // htmx tries a stream again that broke, and not one that never began.
  function fail(element) {
    become("lost");
    if (element === stream) setTimeout(() => stream.dispatchEvent(new Event("opnieuw")), 5000);
  }

  document.addEventListener("htmx:before:response", event => {
    const status = event.detail.ctx.response.status;
    if (!isAnswer(status) && refused(status)) {
      event.preventDefault();
      fail(event.target);
    }
  });
  document.addEventListener("htmx:before:request", event => {
    if (event.target === board && paused) event.preventDefault();
  });
  document.addEventListener("htmx:error", event => fail(event.target));
  document.addEventListener("htmx:sse:error", event => {
    refused(event.detail.status);
    become("lost");
  });
  document.addEventListener("htmx:sse:after:connection", () => become("live"));
  document.addEventListener("htmx:after:swap", show);
  stream.addEventListener("bord", event => {
    if (!event.detail.data || paused) return;
    news.textContent = event.detail.data;
    if (sound) chime();
  });
  soundButton.addEventListener("click", () => {
    if (sound) sound.close();
    sound = sound ? null : new AudioContext();
    soundButton.textContent = sound ? soundButton.dataset.off : soundButton.dataset.on;
    if (sound) chime();
  });
  soundButton.hidden = false;
  if (clock) setInterval(tick, 1000);
  if (!button) return;
  button.addEventListener("click", () => {
    paused = !paused;
    button.textContent = paused ? button.dataset.resume : button.dataset.pause;
    show();
    if (!paused) board.dispatchEvent(new Event("verder"));
  });
  button.hidden = false;
})();
