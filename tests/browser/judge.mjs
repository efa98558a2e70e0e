// What a machine can see on a page: what runs out of it, lies over something, is cut off or is hard to read.

import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe is asked: what the guidelines demand up to level AA, and what is best practice. */
const RULES = { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] };

/** What is wrong on a page of this width in CSS pixels, as sentences. */
export async function judged(page, width, { touches, asksAxe }) {
  const found = await page.evaluate(look, { width, touches });
  if (!asksAxe) return found;
  await page.evaluate(AXE);
  const { violations } = await page.evaluate((rules) => window.axe.run(document, rules), RULES);
  const broken = violations.map(({ id, nodes }) => `axe ${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`);
  return [...found, ...broken];
}

/** Runs in the page. */
function look({ width, touches }) {
  const TOUCH_PX = 44;
  const found = [];
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });

  const name = (element) => {
    const own = element.id ? `#${element.id}` : [...element.classList].map((one) => `.${one}`).join("");
    const words = (element.textContent ?? "").trim().replace(/\s+/g, " ").slice(0, 30);
    return `${element.localName}${own}${words && ` “${words}”`}`;
  };

  // ---- Colours

  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = "#000";
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = ([r, g, b, a], [br, bg, bb]) => [r * a + br * (1 - a), g * a + bg * (1 - a), b * a + bb * (1 - a), 1];
  const luminance = ([r, g, b]) => {
    const [lr, lg, lb] = [r, g, b].map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * lr + 0.7152 * lg + 0.0722 * lb;
  };
  const contrast = (one, other) => {
    const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  };
  /** The colours of a gradient's stops, as they are computed. */
  const stops = (image) => image.match(/(?:rgba?|color|oklab|oklch|lab|lch|hsla?)\([^()]*\)/g) ?? [];
  /** Every colour that may lie behind an element: each stop of each gradient counts. */
  const grounds = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) {
      const style = getComputedStyle(at);
      const colours = style.backgroundImage.includes("gradient") ? stops(style.backgroundImage) : [];
      const ground = rgba(style.backgroundColor);
      layers.push({ colours: colours.map(rgba), ground });
      if (ground[3] === 1) break;
    }
    let behind = [[255, 255, 255, 1]];
    for (const { colours, ground } of layers.reverse()) {
      behind = behind.map((one) => over(ground, one));
      if (colours.length > 0) behind = behind.flatMap((one) => [one, ...colours.map((colour) => over(colour, one))]);
      if (behind.length > 64) behind = behind.sort((a, b) => luminance(a) - luminance(b)).filter((_, at) => at < 8 || at >= behind.length - 8);
    }
    return behind;
  };

  // ---- What is seen

  const isSeen = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && !element.closest(".unseen, .skip, [inert]");
  const isCutByDesign = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const { clipPath, webkitLineClamp, textOverflow } = getComputedStyle(at);
      if (clipPath !== "none" || webkitLineClamp !== "none" || textOverflow === "ellipsis") return true;
    }
    return false;
  };
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (!node.data.trim() || !isSeen(node.parentElement)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const boxes = [...range.getClientRects()].filter((box) => box.width > 1 && box.height > 1);
    if (boxes.length > 0) texts.push({ node, element: node.parentElement, boxes });
  }

  // ---- Out of the page, cut off

  const scrolls = document.documentElement.scrollWidth;
  if (scrolls > width) found.push(`the page is ${scrolls} px wide, of ${width}`);
  for (const { element, boxes } of texts) {
    if (isCutByDesign(element)) continue;
    if (boxes.some(({ left, right }) => right > width + 1 || left < -1)) found.push(`runs out of the page: ${name(element)}`);
  }
  for (const element of document.body.querySelectorAll("*")) {
    const style = getComputedStyle(element);
    const hides = [style.overflowX, style.overflowY].map((way) => way === "hidden" || way === "clip");
    if (!hides.some(Boolean) || !element.textContent.trim() || !isSeen(element) || isCutByDesign(element)) continue;
    const [across, down] = [element.scrollWidth - element.clientWidth, element.scrollHeight - element.clientHeight];
    if ((hides[0] && across > 1) || (hides[1] && down > 1)) found.push(`is cut off by ${Math.max(across, down)} px: ${name(element)}`);
  }

  // ---- Over one another

  const isFixed = (element) => {
    for (let at = element; at; at = at.parentElement) {
      if (["fixed", "sticky"].includes(getComputedStyle(at).position)) return true;
    }
    return false;
  };
  const isPlain = ({ element }) => !isCutByDesign(element) && !element.closest("[aria-hidden='true']");
  const placed = texts.filter(isPlain).flatMap(({ element, boxes }) => boxes.map((box) => ({ element, box, fixed: isFixed(element) })));
  const pairs = new Set();
  for (const [at, one] of placed.entries()) {
    for (const other of placed.slice(at + 1)) {
      if (one.element === other.element || one.fixed !== other.fixed) continue;
      if (one.element.contains(other.element) || other.element.contains(one.element)) continue;
      const across = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
      const down = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
      // Lines of text reach into each other's leading.
      if (across > 2 && down > 0.35 * Math.min(one.box.height, other.box.height)) pairs.add(`lie over each other: ${name(one.element)}, ${name(other.element)}`);
    }
  }
  found.push(...pairs);

  // ---- Hard to read, hard to hit

  const forced = matchMedia("(forced-colors: active)").matches;
  for (const { element } of forced ? [] : texts) {
    if (element.closest(":disabled, [aria-disabled='true']")) continue;
    const { color, fontSize, fontWeight } = getComputedStyle(element);
    const size = parseFloat(fontSize);
    const asked = size >= 24 || (size >= 18.66 && Number(fontWeight) >= 700) ? 3 : 4.5;
    const least = Math.min(...grounds(element).map((ground) => contrast(over(rgba(color), ground), ground)));
    if (least < asked - 0.01) found.push(`contrast ${least.toFixed(1)} of ${asked}: ${name(element)}`);
    if (size < 12) found.push(`type of ${size} px: ${name(element)}`);
  }
  if (touches) {
    for (const element of document.querySelectorAll("a[href], button, summary, input:not([type=hidden]), select, textarea")) {
      if (!isSeen(element) || isCutByDesign(element)) continue;
      const boxes = [element, element.closest("label")].filter(Boolean).map((one) => one.getBoundingClientRect());
      const [across, down] = [Math.max(...boxes.map(({ width }) => width)), Math.max(...boxes.map(({ height }) => height))];
      const isInText = getComputedStyle(element).display === "inline" && element.parentElement.textContent.trim() !== element.textContent.trim();
      if (!isInText && (across < TOUCH_PX - 1 || down < TOUCH_PX - 1)) found.push(`${Math.round(across)} × ${Math.round(down)} px to hit: ${name(element)}`);
    }
  }
  return [...new Set(found)];
}
