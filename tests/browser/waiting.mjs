// Waiting for what must come, and never for time to pass.

/** What anything is waited for at most that must come. */
export const PATIENCE_MS = 30_000;
/** What a whole evening may take at most. */
export const TIMEOUT_MS = 170_000;
const PAUSE_MS = 20;

/** Asks again and again until `holds` returns something true, and returns it. `what` names it in the failure. */
export async function until(what, holds) {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = await holds();
    if (found) return found;
    if (Date.now() > end) throw new Error(`${PATIENCE_MS / 1000} s have passed, and it is not so that ${what}`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

const began = Date.now();

/** Says what has happened, so that a failure is read from its surroundings. */
export function say(what) {
  console.log(`${((Date.now() - began) / 1000).toFixed(1).padStart(6)} s  ${what}`);
}
