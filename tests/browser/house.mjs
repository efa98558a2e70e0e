// A server and a browser for all tests of a file: started before the first, and ended after the last.

import { after, before } from "node:test";

import { launch } from "./chromium.mjs";
import { Server } from "./server.mjs";

export let browser;
export let server;

before(async () => {
  server = await Server.start();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});
