// Before anything is painted: the light, the size of the text and the sounds that were chosen on this device, and whether the story
// comes in steps.
const root = document.documentElement;
try {
  const { "codex-theme": theme, "codex-size": size, "codex-sounds": sounds } = localStorage;
  if (theme) root.dataset.theme = theme;
  if (size) root.dataset.size = size;
  if (sounds) root.dataset.sounds = sounds;
} catch {
  // storage may be forbidden; the device's own light holds then
}
if (root.dataset.page === "table" && "noModule" in HTMLScriptElement.prototype) {
  root.classList.add("steps");
  // Where the scripts do not come, all of the story stands on one page.
  setTimeout(() => root.classList.contains("live") || root.classList.remove("steps"), 6000);
}
