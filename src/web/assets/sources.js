// What brings a page its news: an event stream, or a socket that a gateway holds open. Each hands on its events, and says
// once that it is lost.

import { ask, read } from "./link.js";
import { place } from "./page.js";

const SOCKET_BEAT_MS = 20000; // how often a socket is heard of; the server counts by it who is there
const EVENTS = ["page", "patch", "beat", "bye"];

/** Opens an event stream after the event that `since` returns. */
export function openStream(since, hear, lost) {
  const stream = new EventSource(`${place}/live?since=${since()}`);
  for (const event of EVENTS) stream.addEventListener(event, ({ lastEventId: id, data }) => hear({ event, id, data }));
  stream.addEventListener("error", () => lost());
  return { isOpen: () => stream.readyState === EventSource.OPEN, close: () => stream.close() };
}

/** Opens a socket with a fresh ticket, and says by `since` what this page has: when it is open, and again and again. */
export function openSocket(since, hear, lost) {
  let socket = null;
  let beat = 0;
  let isClosed = false;
  const isOpen = () => socket?.readyState === WebSocket.OPEN;
  const send = (action) => {
    if (isOpen()) socket.send(JSON.stringify({ action, since: since() }));
    return isOpen();
  };
  const close = () => {
    isClosed = true;
    clearInterval(beat);
    socket?.close();
  };
  const fail = () => {
    if (isClosed) return;
    close();
    lost();
  };
  ask(`${place}/ticket`, { method: "POST" }).then((answer) => {
    if (isClosed) return;
    const { url } = read(answer?.text);
    if (answer?.status !== 200 || !/^wss?:/.test(url)) return fail();
    try {
      socket = new WebSocket(url);
    } catch {
      return fail(); // in clear from a page over TLS
    }
    socket.addEventListener("open", () => {
      send("hello");
      beat = setInterval(send, SOCKET_BEAT_MS, "beat");
    });
    socket.addEventListener("message", ({ data }) => isClosed || hear(read(data)));
    socket.addEventListener("close", fail);
  });
  return { isOpen, close, hello: () => send("hello") };
}
