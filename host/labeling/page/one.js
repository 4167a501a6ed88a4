// SPDX-License-Identifier: Apache-2.0
// One picture, large.
import { give, model, nameOf, NONE, told, undo } from "./model.js";
import { photo } from "./photos.js";

const AHEAD = 5;
const $ = (id) => document.getElementById(id);
let at = 0;  // in model.order
let pressed = 0;  // when a key was, in ms

export const shown = () => model.order[at];
const number = (value) => value.toLocaleString("en");

export function say(words) { $("said").textContent = words; }

/// The first picture from `from` on that has no answer; wraps around once.
function openPlace(from) {
  const all = model.order.length;
  for (let i = 0; i < all; ++i) {
    const place = (from + i) % all;
    if (model.answers[model.order[place]] === NONE) return place;
  }
  return -1;
}

function preload() {
  for (let i = 1, place = at; i <= AHEAD; ++i) {
    place = openPlace(place + 1);
    if (place < 0) break;
    photo(model.order[place]);
  }
  if (at + 1 < model.order.length) photo(model.order[at + 1]);
}

export function caption() {
  const picture = shown();
  const answer = model.answers[picture];
  $("place").textContent = `${number(at + 1)} of ${number(model.order.length)}`;
  $("name").textContent = model.pictures[picture];
  $("answer").textContent = answer === NONE ? "" : nameOf(answer);
  // Only after an answer of one's own: who is told first no longer looks.
  const said = (model.predictions ? model.own > 0 : answer !== NONE) ? told(picture) : null;
  $("model").textContent = said
    ? `${model.predictions ? "model" : "the others say"}: ${said[0]}, ${Math.round(100 * said[1])} %` : "";
  $("back").disabled = at === 0;
  $("next").disabled = at + 1 === model.order.length;
  $("undo").disabled = !model.undo && !model.waiting;
}

function place(found, picture) {
  const stage = $("stage");
  $("broken").hidden = !found.why;
  if (found.why) $("broken").textContent = `${model.pictures[picture]} ${found.why}`;
  stage.querySelector("img")?.remove();
  if (!found.image) return;
  found.image.alt = `Picture ${at + 1} of ${model.order.length}: ${model.pictures[picture]}`;
  stage.append(found.image);
}

export async function show(where, words = "") {
  if (where < 0 || where >= model.order.length) { pressed = 0; return; }
  at = where;
  sessionStorage.setItem("at", String(at));
  const picture = shown();
  $("stage").classList.remove("own-size");
  caption();
  const found = await photo(picture);
  if (picture !== shown()) return;  // gone on meanwhile
  place(found, picture);
  painted();
  say(`${words}${words ? ". " : ""}Picture ${at + 1}, ${model.pictures[picture]}`);
  preload();
}

// From a key to the frame that has the next picture: what `performance.getEntriesByName("key to
// picture")` tells, and the tests measure.
// Of keys that come before a frame, the first one counts.
export const press = () => { pressed ||= performance.now(); };
function painted() {
  if (!pressed) return;
  const start = pressed;
  pressed = 0;
  requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();  // runs after the frame is painted
    port1.onmessage = () => performance.measure("key to picture", { start, end: performance.now() });
    port2.postMessage(0);
  });
}

export function goOn(words) {
  const next = openPlace(at + 1);
  if (next >= 0) return show(next, words);
  pressed = 0;
  say("All pictures have an answer");
  return at + 1 < model.order.length ? show(at + 1, words) : caption();
}

export function answer(what) {
  if (model.readOnly) return;
  press();
  const words = typeof what === "string" ? what : nameOf(what);
  give([shown()], what);
  goOn(words);
}

export const skip = () => { press(); return goOn("skipped"); };
export const move = (by) => { press(); return show(at + by); };
export const showPicture = (picture) => show(model.order.indexOf(picture));

export async function takeBack() {
  const changed = await undo();
  if (!changed) return say("nothing to undo");
  if (changed.length) await showPicture(changed[0]);
  say(`undone, ${changed.length === 1 ? model.pictures[changed[0]] : `${changed.length} pictures`}`);
}

export function zoom(event) {
  const stage = $("stage"), image = stage.querySelector("img");
  if (!image) return;
  const before = image.getBoundingClientRect();
  const x = event ? (event.clientX - before.left) / before.width : .5;
  const y = event ? (event.clientY - before.top) / before.height : .5;
  if (!stage.classList.toggle("own-size")) return;
  stage.scrollLeft = x * image.offsetWidth - stage.clientWidth / 2;
  stage.scrollTop = y * image.offsetHeight - stage.clientHeight / 2;
}

/// Where this tab was, or the first picture without an answer.
export function start() {
  const before = Number(sessionStorage.getItem("at") ?? -1);
  const open = openPlace(0);
  return show(before >= 0 && before < model.order.length ? before : Math.max(0, open));
}
