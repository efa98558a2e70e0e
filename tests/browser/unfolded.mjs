// A page whose story does not come in steps.

/** All beats and panels stand under each other, as without a script: what is tried here is what they do, not which is up. */
export function showEverything() {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    .steps [data-beat], .steps .stage, .steps .panel { display: block !important; }
    .act, .topbar { position: static !important; }
    .beat-decide .waiting, .beat-decide .locked { position: static !important; clip-path: none !important; width: auto !important; height: auto !important; }
  `);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}

/** Fills a field that stands in a fold, and opens that first where it is shut. */
export async function fillFolded(page, fold, field, text) {
  const summary = page.locator(`${fold}:not([open]) > summary`);
  if ((await summary.count()) > 0) await summary.click();
  await page.locator(field).fill(text);
}
