// What pages ask their server for.

/** Notes what a page asks its server for, and what its sockets bring. */
export function noted(seat) {
  const notes = { asked: [], sockets: 0, frames: [] };
  seat.page.on("request", (asked) => notes.asked.push(`${asked.method()} ${new URL(asked.url()).pathname.split("/").at(-1)}`));
  seat.page.on("websocket", (socket) => {
    notes.sockets += 1;
    socket.on("framereceived", ({ payload }) => notes.frames.push(JSON.parse(payload).event));
  });
  return notes;
}

/** How often something was asked for. */
export const countOf = (notes, what) => notes.asked.filter((asked) => asked === what).length;
