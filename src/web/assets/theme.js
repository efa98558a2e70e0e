// Before anything is painted: the light, the size of the text, the sounds and calls that were chosen on this device, and whether
// the story comes in steps.
const root = document.documentElement;
try {
  const { "codex-theme": theme, "codex-size": size, "codex-sounds": sounds, "codex-calls": calls } = localStorage;
  if (theme) root.dataset.theme = theme;
  if (size) root.dataset.size = size;
  if (sounds) root.dataset.sounds = sounds;
  if (calls) root.dataset.calls = calls;
} catch {
  // storage may be forbidden; the device's own light holds then
}
if (root.dataset.page === "table" && "noModule" in HTMLScriptElement.prototype) {
  root.classList.add("steps");
  // Where the scripts do not come, all of the story stands on one page.
  setTimeout(() => root.classList.contains("live") || root.classList.remove("steps"), 6000);
}
