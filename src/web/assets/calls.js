// Calls whoever looks elsewhere when it is their turn: where they wished for it in the settings, and their device lets us.

const { dataset } = document.documentElement;
const tag = location.pathname; // all tabs of a table call with one voice

/** Whether this device can call anybody at all. */
export const canCall = "Notification" in window && window.isSecureContext;

export const isBarred = () => canCall && Notification.permission === "denied";

/** Asks the device for leave to call. Returns whether it gives it. */
export async function mayCall() {
  return canCall && (await Notification.requestPermission()) === "granted";
}

const worker = async () => (await navigator.serviceWorker?.getRegistration()) ?? null;

/** Calls once. Whoever sees the screen may read it, so it says nothing that is secret. */
export async function call(words, title) {
  if (dataset.calls !== "on" || !document.hidden || !canCall || Notification.permission !== "granted") return;
  const more = { body: title, tag, icon: "/icon-192.png", data: tag };
  try {
    const shown = await worker();
    if (shown) await shown.showNotification(words, more);
    else new Notification(words, more).addEventListener("click", () => window.focus());
  } catch {
    // a device that does not want to
  }
}

/** Whoever is here need not be called any more. */
export async function stopCalling() {
  if (document.hidden || dataset.calls !== "on") return;
  for (const shown of (await (await worker())?.getNotifications({ tag })) ?? []) shown.close();
}
