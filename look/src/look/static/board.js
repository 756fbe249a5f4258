// A live board: its connection in words, its pause, and one sentence for each alert.
// The words stand in the page, in the language of the page.
(() => {
  const words = document.getElementById("verbinding");
  const news = document.getElementById("nieuws");
  const button = document.getElementById("pauze");
  const board = document.getElementById("bord");
  const stream = document.getElementById("stroom");
  let connection = "none";
  let paused = false;

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

  // Who is signed out sees the page of who is signed out.
  function refused(status) {
    if (status === 401) location.reload();
    return status >= 400;
  }

  // htmx tries a stream again that broke, and not one that never began.
  function fail(element) {
    become("lost");
    if (element === stream) setTimeout(() => stream.dispatchEvent(new Event("opnieuw")), 5000);
  }

  document.addEventListener("htmx:before:response", event => {
    if (refused(event.detail.ctx.response.status)) {
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
    if (event.detail.data && !paused) news.textContent = event.detail.data;
  });
  button.addEventListener("click", () => {
    paused = !paused;
    button.textContent = paused ? button.dataset.resume : button.dataset.pause;
    show();
    if (!paused) board.dispatchEvent(new Event("verder"));
  });
  button.hidden = false;
})();
