// The council sits: the eight speak one by one, each seat lights as it votes, and the verdict is struck.

import { sound } from "./sound.js";

const SPEECH_MS = { least: 1800, most: 2800, letter: 26 };
const STRIKE_MS = 320;
const READ_MS = 1600; // the verdict is read before the dice fall

/** Lets the council of a page sit. What was said and decided stands in the page already. */
export async function holdCouncil(council, run) {
  const thrones = [...council.querySelectorAll(".throne")];
  const speeches = [...council.querySelectorAll(".gods > li")];
  const [who, says] = [".council-who", ".council-says"].map((part) => council.querySelector(part));
  council.dataset.sitting = "";
  for (const [at, speech] of speeches.entries()) {
    if (run.isOver) break;
    const words = speech.querySelector(".speech").textContent;
    who.textContent = speech.querySelector(".god-name").textContent;
    says.textContent = words;
    who.parentElement.dataset.god = speech.dataset.god;
    for (const throne of thrones) throne.toggleAttribute("data-speaks", throne === thrones[at]);
    if (thrones[at]) thrones[at].dataset.cast = "";
    run.animate(who.parentElement, [{ opacity: 0, transform: "translateY(0.5rem)" }, { opacity: 1, transform: "none" }], { duration: 260, easing: "ease-out" });
    await run.wait(Math.min(SPEECH_MS.most, Math.max(SPEECH_MS.least, words.length * SPEECH_MS.letter)));
  }
  adjourn(council);
  if (!run.isOver) sound("gavel");
  const [mark, result] = [".council-mark", ".council-result"].map((part) => council.querySelector(part));
  const isRising = run.animate(result, [{ opacity: 0 }, { opacity: 1 }], { duration: 500, delay: STRIKE_MS });
  await run.animate(mark, [{ opacity: 0, transform: "scale(2) rotate(-6deg)" }, { opacity: 1, transform: "none" }], { duration: STRIKE_MS, easing: "cubic-bezier(0.3, 1.6, 0.6, 1)" });
  await isRising;
  await run.wait(READ_MS);
}

/** Ends the sitting, however far it has come. */
function adjourn(council) {
  delete council.dataset.sitting;
  for (const throne of council.querySelectorAll(".throne")) {
    throne.removeAttribute("data-speaks");
    throne.removeAttribute("data-cast");
  }
}
