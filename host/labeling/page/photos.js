// SPDX-License-Identifier: Apache-2.0
// Pictures as they are shown: fetched with the token (an <img> would have none), decoded before
// they are needed.
import { get } from "./model.js";

const MOST = 24;  // large ones in memory
const kept = new Map();  // picture -> promise of { image, small } or { why }, oldest first

async function fetched(picture) {
  const response = await get(`picture/${picture}`);
  if (response.ok) return response.blob();
  const words = await response.text();
  let why = words;
  try { why = JSON.parse(words).error; } catch { /* plain words */ }
  throw new Error(why);
}

const isUndecodable = (error) => error.name === "EncodingError" || error.name === "InvalidStateError";
const whyNot = (error) => isUndecodable(error) ? "the browser cannot show it" : error.message;

async function opened(picture) {
  try {
    const image = new Image();
    image.src = URL.createObjectURL(await fetched(picture));
    await image.decode();
    image.draggable = false;
    // Digits of 28 pixels are to be seen, not looked for.
    const side = Math.max(image.naturalWidth, image.naturalHeight);
    image.className = side <= 64 ? "small pixels" : side < 544 ? "small" : "";
    return { image };
  } catch (error) {
    return { why: whyNot(error) };
  }
}

export function photo(picture) {
  const known = kept.get(picture) || opened(picture);
  kept.delete(picture);
  kept.set(picture, known);
  for (const [old, promise] of kept) {
    if (kept.size <= MOST) break;
    kept.delete(old);
    promise.then(({ image }) => image && !image.isConnected && URL.revokeObjectURL(image.src));
  }
  return known.then((found) => {
    // No connection at that moment: another time it may be there.
    if (found.why) kept.delete(picture);
    return found;
  });
}

// Small ones for the grid: scaled by the browser beside the page's own thread, four at a time.
const queue = [];
let busy = 0;

async function work() {
  if (busy >= 4) return;
  busy += 1;
  while (queue.length) {
    const { picture, side, done } = queue.shift();
    try {
      const blob = await fetched(picture);
      const whole = await createImageBitmap(blob);
      const scale = Math.min(1, side / Math.max(whole.width, whole.height));
      const canvas = document.createElement("canvas");
      canvas.width = Math.max(1, Math.round(whole.width * scale));
      canvas.height = Math.max(1, Math.round(whole.height * scale));
      const context = canvas.getContext("2d");
      context.imageSmoothingQuality = "high";
      context.drawImage(whole, 0, 0, canvas.width, canvas.height);
      whole.close();
      done({ canvas });
    } catch (error) { done(error.name === "TypeError" ? {} : { why: whyNot(error) }); }
  }
  busy -= 1;
}

/// { canvas }, or { why } it has none; neither where there was no connection, or nobody waits for it any more.
export const thumbnail = (picture, side) =>
  new Promise((done) => { queue.push({ picture, side, done }); work(); });

/// Those that nobody waits for any more.
export function forgetThumbnails(is_wanted) {
  for (let i = queue.length - 1; i >= 0; --i)
    if (!is_wanted(queue[i].picture)) queue.splice(i, 1)[0].done({});
}
