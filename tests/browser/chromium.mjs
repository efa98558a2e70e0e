// The browser that all tests play in.

import { chromium } from "playwright-core";

/** Debian's browser. It plays on the loopback and has nobody else to call. */
const SETTINGS = {
  executablePath: "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
};

export function launch(...more) {
  return chromium.launch({ ...SETTINGS, args: [...SETTINGS.args, ...more] });
}

/** Starts a browser as its owner has set it up, and returns its one context. */
export function launchWith(profile) {
  return chromium.launchPersistentContext(profile, SETTINGS);
}
