// The server's binary, started in a folder of its own.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { access, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { say, until } from "./waiting.mjs";

const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));

const BUILT = resolve(REPOSITORY, process.env.CARGO_TARGET_DIR ?? "target", "debug");

/** The binary that cargo has built. */
export const BINARY = process.env.ARCANE_CODEX_BIN ?? join(BUILT, "arcane-codex");
/** A server whose news come by socket or by asking, and what is built for it. */
export const GATEWAY = process.env.GATEWAY_BIN ?? join(BUILT, "examples", "gateway");
/** The game as a function on an emulated AWS Lambda. */
export const FUNCTION = process.env.FUNCTION_BIN ?? join(BUILT, "examples", "function");

/** A server on the loopback. It can be killed and started again, on the same port and journal. */
export class Server {
  #folder;
  #child = null;
  #log = [];
  #port = 0;
  #command = [BINARY];

  static async start(...command) {
    const server = new Server();
    if (command.length > 0) server.#command = command;
    const [binary] = server.#command;
    await access(binary).catch(() => {
      throw new Error(`${binary} is not there; please run: make test-browser`);
    });
    server.#folder = await mkdtemp(join(tmpdir(), "arcane-codex-"));
    process.once("exit", () => server.#child?.kill("SIGKILL"));
    await server.startAgain();
    return server;
  }

  /** Where the server is reached. */
  get address() {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** The folder everything lies in. It goes with the server. */
  get folder() {
    return this.#folder;
  }

  /** Starts the process and waits until it takes commands. */
  async startAgain() {
    const [binary, ...args] = this.#command;
    const child = spawn(binary, args, {
      cwd: this.#folder,
      env: {
        PATH: process.env.PATH,
        // Where `tests/install.sh` keeps the servers that another program starts.
        HOME: process.env.HOME,
        HOST: "127.0.0.1",
        PORT: String(this.#port),
        DB_PATH: join(this.#folder, "codex.db"),
        LOG_FORMAT: "json",
        // Browsers that play by themselves ask more often than people do.
        MAX_REQUESTS_PER_MINUTE: "6000",
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    this.#gather(child.stderr);
    this.#gather(child.stdout, (line) => {
      const { addr } = JSON.parse(line);
      if (addr) this.#port = Number(new URL(addr).port);
    });
    await until("the server is ready", () => {
      if (child.exitCode !== null) throw new Error(`the server ended:\n${this.log()}`);
      return this.#port !== 0 && this.#isReady();
    });
  }

  /** Ends the process as a power cut would. */
  async kill() {
    await this.#end("SIGKILL");
  }

  /** Ends the process in good order and removes its folder. */
  async stop() {
    await this.#end("SIGTERM");
    await rm(this.#folder, { recursive: true });
  }

  /** All it has said. */
  log() {
    return this.#log.join("\n");
  }

  /** Runs the binary with arguments. Returns how it ended and what it said. */
  async run(...args) {
    const child = spawn(BINARY, args, { cwd: this.#folder, stdio: ["ignore", "pipe", "pipe"] });
    const said = [];
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => said.push(data));
    const [status] = await once(child, "close");
    return { status, said: Buffer.concat(said).toString() };
  }

  async #end(signal) {
    const child = this.#child;
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, "exit");
      child.kill(signal);
      await exited;
    }
  }

  #gather(stream, heed = () => {}) {
    createInterface({ input: stream }).on("line", (line) => {
      this.#log.push(line);
      heed(line);
    });
  }

  async #isReady() {
    return fetch(`${this.address}/health/ready`).then(({ ok }) => ok, () => false);
  }
}

/** Starts a server by a command, for as long as a test plays on it. */
export async function withServer(command, play) {
  const server = await Server.start(...command);
  try {
    await play(server);
  } catch (error) {
    say(`the server said:\n${server.log()}`);
    throw error;
  } finally {
    await server.stop();
  }
}
