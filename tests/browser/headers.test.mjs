// What the headers of every answer forbid, tried in a real browser; and what would happen without the header.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash, createPublicKey } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import http from "node:http";
import https from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, test } from "node:test";

import { launch } from "./chromium.mjs";
import { browser, server } from "./house.mjs";
import { BINARY, withServer } from "./server.mjs";
import { TIMEOUT_MS, until } from "./waiting.mjs";

const POLICY = "content-security-policy";
const NAME = "codex.example";

let elsewhere;
let context;
let page;

before(async () => {
  elsewhere = await otherSite();
});
afterEach(leave);
after(() => elsewhere?.site.close());

/** Another web site. It notes what it is asked, and by which page. */
async function otherSite() {
  const asked = [];
  const pages = new Map([["/empty", "<title>Elsewhere</title>"]]);
  const site = http.createServer((request, response) => {
    asked.push({ url: request.url, referer: request.headers.referer ?? null });
    response.setHeader("content-type", "text/html");
    response.end(pages.get(request.url) ?? "");
  });
  site.listen(0, "127.0.0.1");
  await once(site, "listening");
  return { site, asked, pages, address: `http://127.0.0.1:${site.address().port}` };
}

/** Opens the front door in a browser of its own, with headers left out of the answers if a test wants to see what they do. */
async function frontDoor(...leftOut) {
  await leave();
  // What a worker of the page asks for is not passed through the route below.
  context = await browser.newContext({ serviceWorkers: "block" });
  page = await context.newPage();
  if (leftOut.length > 0) await leaveOut(leftOut);
  const answer = await page.goto(server.address);
  await page.evaluate(() => {
    globalThis.refused = [];
    addEventListener("securitypolicyviolation", (event) => refused.push(event.effectiveDirective));
  });
  return answer.headers();
}

/** Ends the browser of a test, with what it is still asking for. */
async function leave() {
  await page?.unrouteAll({ behavior: "ignoreErrors" });
  await context?.close();
  [page, context] = [undefined, undefined];
}

async function leaveOut(names) {
  await page.route(`${server.address}/**`, async (route) => {
    const response = await route.fetch();
    const headers = response.headers();
    for (const name of names) delete headers[name];
    await route.fulfill({ response, headers });
  });
}

const refused = (directive) => until(`${directive} is refused`, () => page.evaluate((one) => refused.includes(one), directive));

const asks = (path) => elsewhere.asked.filter(({ url }) => url === path);

test("no script and no style inside a page is run", { timeout: TIMEOUT_MS }, async () => {
  const write = () =>
    page.evaluate(() => {
      const script = document.createElement("script");
      script.textContent = "globalThis.ran = true";
      const style = document.createElement("style");
      style.textContent = "body { color: rgb(1, 2, 3) }";
      document.body.append(script, style);
      return [globalThis.ran === true, getComputedStyle(document.body).color === "rgb(1, 2, 3)"];
    });
  await frontDoor(POLICY);
  assert.deepEqual(await write(), [true, true], "without the policy they are");
  const headers = await frontDoor();
  assert.doesNotMatch(headers[POLICY], /unsafe/);
  assert.deepEqual(await write(), [false, false]);
  for (const directive of ["script-src-elem", "style-src-elem"]) await refused(directive);
});

test("nothing is loaded from another site, asked of it, or sent there by a form", { timeout: TIMEOUT_MS }, async () => {
  await frontDoor();
  await page.evaluate((other) => {
    const add = (name, settings) => document.body.append(Object.assign(document.createElement(name), settings));
    add("img", { src: `${other}/image` });
    add("script", { src: `${other}/script` });
    add("iframe", { src: `${other}/frame` });
    add("object", { data: `${other}/object` });
    add("base", { href: `${other}/` });
    fetch(`${other}/fetch`).catch(() => {});
    const form = Object.assign(document.createElement("form"), { action: `${other}/form`, method: "post" });
    document.body.append(form);
    form.submit();
  }, elsewhere.address);
  const directives = ["img-src", "script-src-elem", "frame-src", "object-src", "base-uri", "connect-src", "form-action"];
  for (const directive of directives) await refused(directive);
  assert.deepEqual(elsewhere.asked, []);
  assert.ok(page.url().startsWith(server.address));
});

test("no other site shows a page in a frame, by either of two headers", { timeout: TIMEOUT_MS }, async () => {
  const framed = async (...leftOut) => {
    const headers = await frontDoor(...leftOut);
    elsewhere.pages.set("/framing", `<iframe src="${server.address}/"></iframe>`);
    await page.goto(`${elsewhere.address}/framing`);
    const frame = page.frames()[1];
    const address = await until("the frame shows something", () => frame.url() !== "about:blank" && frame.url());
    return { shown: address === `${server.address}/`, headers };
  };
  assert.equal((await framed(POLICY, "x-frame-options")).shown, true, "without both it is shown");
  assert.equal((await framed("x-frame-options")).shown, false);
  assert.equal((await framed(POLICY)).shown, false);
  const { shown, headers } = await framed();
  assert.equal(shown, false);
  assert.match(headers[POLICY], /frame-ancestors 'none'/);
  assert.equal(headers["x-frame-options"], "DENY");
});

test("a file that is no script is not run as one", { timeout: TIMEOUT_MS }, async () => {
  const run = () =>
    page.evaluate(
      () =>
        new Promise((resolve) => {
          const script = Object.assign(document.createElement("script"), { src: "/robots.txt" });
          script.onload = () => resolve("run");
          script.onerror = () => resolve("refused");
          document.body.append(script);
        }),
    );
  await frontDoor("x-content-type-options");
  assert.equal(await run(), "run", "without the header it is");
  const headers = await frontDoor();
  assert.equal(headers["x-content-type-options"], "nosniff");
  assert.equal(await run(), "refused");
});

test("another site is not told at which table a player sits", { timeout: TIMEOUT_MS }, async () => {
  const headers = await frontDoor();
  assert.equal(headers["referrer-policy"], "same-origin");
  const follow = async (path) => {
    await page.goto(`${server.address}/return?code=ABCDEF`);
    await page.evaluate((url) => {
      const link = Object.assign(document.createElement("a"), { href: url, textContent: "away" });
      document.body.append(link);
      link.click();
    }, `${elsewhere.address}${path}`);
    await until("the other site is asked", () => asks(path).length > 0);
    return asks(path)[0].referer;
  };
  assert.equal(await follow("/from-the-codex"), null);
  await frontDoor("referrer-policy");
  assert.equal(await follow("/from-a-page-without"), `${server.address}/`, "without the header it hears the server's name");
});

test("a page is kept by no browser, and a file whose address changes with it is", { timeout: TIMEOUT_MS }, async () => {
  const headers = await frontDoor();
  assert.equal(headers["cache-control"], "no-store");
  const kept = (url) =>
    page.evaluate(async (asked) => {
      const answer = await fetch(asked, { cache: "only-if-cached", mode: "same-origin" }).catch(() => null);
      return answer?.ok ?? false;
    }, url);
  const style = await page.locator('link[rel="stylesheet"]').first().getAttribute("href");
  assert.equal(await kept(style), true);
  await page.evaluate(() => fetch("/return").then((answer) => answer.text()));
  assert.equal(await kept("/return"), false);
});

test("who has come by TLS once comes by nothing else", { timeout: TIMEOUT_MS }, () =>
  withServer(["/usr/bin/env", "TRUSTED_PROXY_HOPS=1", BINARY], async (codex) => {
    const proxy = await tlsBefore(codex);
    const browser = await launch(
      `--host-resolver-rules=MAP ${NAME} 127.0.0.1`,
      `--ignore-certificate-errors-spki-list=${proxy.fingerprint}`,
    );
    try {
      const inClear = `http://${NAME}:${proxy.port}/`;
      const stranger = await browser.newPage();
      await assert.rejects(stranger.goto(inClear), "at this port only TLS is spoken");
      await stranger.close();
      const page = await browser.newPage();
      const answer = await page.goto(`https://${NAME}:${proxy.port}/`);
      assert.match(answer.headers()["strict-transport-security"], /^max-age=15552000$/);
      await page.goto(inClear);
      assert.equal(page.url(), `https://${NAME}:${proxy.port}/`);
    } finally {
      await browser.close();
      proxy.close();
    }
    const { headers } = await fetch(codex.address);
    assert.equal(headers.get("strict-transport-security"), null, "in clear nobody may say so");
  }));

/** What a proxy with a certificate does, and no more. */
async function tlsBefore(codex) {
  const folder = await mkdtemp(join(tmpdir(), "arcane-codex-"));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const made = ["req", "-x509", ...curve, "-keyout", key, "-out", cert, "-days", "2", "-subj", `/CN=${NAME}`];
  execFileSync("openssl", made, { stdio: "pipe" });
  const secrets = { key: await readFile(key), cert: await readFile(cert) };
  await rm(folder, { recursive: true });
  const proxy = https.createServer(secrets, (request, response) => {
    const headers = { ...request.headers, "x-forwarded-for": "127.0.0.1", "x-forwarded-proto": "https" };
    const passed = http.request(`${codex.address}${request.url}`, { method: request.method, headers }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    passed.on("error", () => response.destroy());
    request.pipe(passed);
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  const publicKey = createPublicKey(secrets.cert).export({ type: "spki", format: "der" });
  return {
    port: proxy.address().port,
    fingerprint: createHash("sha256").update(publicKey).digest("base64"),
    close: () => (proxy.closeAllConnections(), proxy.close()),
  };
}
