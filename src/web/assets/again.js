// A page that could not be shown asks again by itself, and only while somebody looks at it.

const main = document.getElementById("main");
const waitMs = Number(main.dataset.againS) * 1000;
const isQuiet = "quietly" in main.dataset;

/** Takes over how far the opening has come, until there is a page to go to. */
async function look() {
  const answer = await fetch(location.href, { cache: "no-store" }).catch(() => null);
  if (answer && answer.status !== 503) return location.reload();
  const shown = new DOMParser().parseFromString((await answer?.text()) ?? "", "text/html");
  const [bar, newer] = [document, shown].map((page) => page.querySelector("progress"));
  if (bar && newer) bar.value = newer.value;
  return again();
}

function again() {
  setTimeout(() => {
    if (document.hidden) document.addEventListener("visibilitychange", again, { once: true });
    else if (isQuiet) look();
    else location.reload();
  }, waitMs);
}

again();
