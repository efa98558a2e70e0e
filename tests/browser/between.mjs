// What may stand between a browser and its server: it passes everything on, until it is told otherwise.

import { once } from "node:events";
import { createServer, request } from "node:http";

export class Between {
  #server;
  /** Answers in the server's place, if it is set. */
  answers = null;
  #held = null;
  #drop = () => this.#server.closeAllConnections();

  static async before({ address }) {
    const between = new this();
    between.#server = createServer((asked, answer) => between.#pass(new URL(asked.url, address), asked, answer));
    between.#server.listen(0, "127.0.0.1");
    await once(between.#server, "listening");
    process.once("exit", between.#drop);
    return between;
  }

  get address() {
    return `http://127.0.0.1:${this.#server.address().port}`;
  }

  /** Holds every byte of the server's answers back, as a lift does that nobody notices. */
  hold() {
    this.#held = [];
  }

  /** Lets new answers through. What was held back is lost for good. */
  lose() {
    this.#held = null;
  }

  stop() {
    process.off("exit", this.#drop);
    this.#drop();
    this.#server.close();
  }

  #pass(to, asked, answer) {
    if (this.answers) return this.answers(asked, answer);
    const onward = request(to, { method: asked.method, headers: asked.headers }, (from) => {
      answer.writeHead(from.statusCode, from.headers);
      let isLost = false;
      from.on("data", (data) => {
        isLost ||= this.#held !== null;
        if (!isLost) answer.write(data);
      });
      from.on("end", () => isLost || answer.end());
    });
    onward.on("error", () => answer.destroy());
    answer.on("close", () => onward.destroy());
    asked.pipe(onward);
  }
}
