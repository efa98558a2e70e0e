// A browser at the table that runs no script.

import { Seat } from "./seat.mjs";
import { until } from "./waiting.mjs";

/** A player without JavaScript: every step is a form or a link, and news are asked for. */
export class StillSeat extends Seat {
  // Where no script runs, a browser may draw no more frames once something was typed: nothing must move then.
  static settings = { javaScriptEnabled: false, reducedMotion: "reduce" };

  async recoveryPhrase() {
    await this.press(this.page.locator("#settings-details > summary"));
    await this.press(this.page.getByText("Show it"));
    await this.press(this.page.getByRole("link", { name: "On a page of its own" }));
    const phrase = await this.page.locator(".phrase").textContent();
    await this.press(this.page.getByRole("link", { name: "Back to the table" }));
    return phrase.trim();
  }

  async press(locator) {
    const folds = await locator.evaluate((element) => element.closest("summary") !== null);
    if (folds) return super.press(locator);
    await Promise.all([this.page.waitForEvent("load"), super.press(locator)]);
  }

  /** A form without a script is sent at once. */
  async sendsNow() {}

  async sees(locator) {
    await until(`${this.name} sees ${locator}`, async () => {
      if (await locator.first().isVisible()) return true;
      await this.press(this.page.getByRole("link", { name: "See what has changed" }));
      return false;
    });
  }
}
