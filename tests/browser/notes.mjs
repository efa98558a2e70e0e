// What pages ask their server for, and a party whose pages are noted from the start.

import { beQuestioned, gather, takeUpQuest } from "./quest.mjs";
import { DESKTOP, PHONE, Seat } from "./seat.mjs";

/** Three come from the first page to their first scene. Returns their seats, and what each has asked for on the way. */
export async function begun(browser, server) {
  const seats = [
    await Seat.enter(browser, server, "Anna", DESKTOP),
    await Seat.enter(browser, server, "Ben", PHONE),
    await Seat.enter(browser, server, "Chidi", PHONE),
  ];
  const notes = seats.map(noted);
  await gather(seats);
  await beQuestioned(seats);
  await takeUpQuest(seats);
  return { seats, notes };
}

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
