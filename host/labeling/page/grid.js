// SPDX-License-Identifier: Apache-2.0
// Many pictures, to select some and give all of them one class.
import { review } from "./advice.js";
import { classNames, give, model, nameOf, NONE, told, UNSURE } from "./model.js";
import { forgetThumbnails, thumbnail } from "./photos.js";
import { say, showPicture } from "./one.js";

const $ = (id) => document.getElementById(id);
const SIDE = 240;  // pixels of a thumbnail, for screens of two pixels a point
const MOST = 400;  // thumbnails in memory that are out of sight
const grid = $("grid"), filter = $("filter");
const cells = new Map();  // picture -> element
const selected = new Set();
let shown = [], focused = -1, anchor = -1;

const likelihood = (picture) => told(picture)?.[1] || 0;

/// Names of filters, and the pictures that each shows.
function filters() {
  const all = [["all", "all pictures"], ["none", "without an answer"], ["unsure", "unsure"]];
  for (const one of classNames()) all.push([`class ${one.number}`, one.name]);
  if (!model.predictions && !model.advice?.by) return all;
  const names = [...new Set(model.order.map((i) => told(i)?.[0]).filter(Boolean))].sort();
  const who = model.predictions ? "the model says" : "likely";
  for (const name of names) all.push([`model ${name}`, `open, ${who} ${name}`]);
  all.push(["review", "review: look again"]);
  return all;
}

function matching(key) {
  const answers = model.answers;
  const likely = (a, b) => likelihood(b) - likelihood(a);
  if (key === "none") return model.order.filter((i) => answers[i] === NONE);
  if (key === "unsure") return model.order.filter((i) => answers[i] === UNSURE);
  if (key.startsWith("class ")) return model.order.filter((i) => answers[i] === Number(key.slice(6)));
  if (key.startsWith("model "))
    return model.order.filter((i) => answers[i] === NONE && told(i)?.[0] === key.slice(6)).sort(likely);
  if (key === "review") return review();
  return model.order;
}

const watcher = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    entry.target.inSight = entry.isIntersecting;
    if (entry.isIntersecting) fill(entry.target);
  }
  forgetThumbnails((picture) => cells.get(picture)?.inSight);
  tidy();
}, { root: grid, rootMargin: "300px" });

async function fill(cell) {
  if (cell.filled) return;
  cell.filled = true;
  const { canvas, why } = await thumbnail(cell.picture, SIDE);
  if (canvas) cell.prepend(canvas);
  else if (why) cell.prepend(broken(cell.picture, why));
  else cell.filled = false;
}

function broken(picture, why) {
  const words = document.createElement("p");
  words.textContent = `${model.pictures[picture].split("/").pop()} ${why}`;
  return words;
}

function tidy() {
  const out = [...cells.values()].filter((cell) => cell.filled && !cell.inSight);
  for (const cell of out.slice(0, Math.max(0, out.length - MOST))) {
    cell.querySelector("canvas, p")?.remove();
    cell.filled = false;
  }
}

function label(cell) {
  const answer = model.answers[cell.picture];
  const said = filter.value.startsWith("model ") || filter.value === "review" ? told(cell.picture) : null;
  const words = answer === NONE ? "" : nameOf(answer);
  cell.lastChild.textContent = said ? `${words && `${words} / `}${said[0]} ${Math.round(100 * said[1])} %` : words;
  cell.setAttribute("aria-label", `${model.pictures[cell.picture]}${words && `, ${words}`}`);
}

function cellOf(picture) {
  const cell = document.createElement("div");
  cell.picture = picture;
  cell.setAttribute("role", "option");
  cell.tabIndex = -1;
  cell.title = model.pictures[picture];
  cell.append(document.createElement("span"));
  return cell;
}

function mark(picture, is_selected) {
  if (is_selected) selected.add(picture); else selected.delete(picture);
  cells.get(picture)?.setAttribute("aria-selected", String(is_selected));
}

function tellSelected() {
  $("selected").textContent = selected.size ? `${selected.size} selected: give them a class`
    : `${shown.length.toLocaleString("en")} pictures`;
  $("none").disabled = selected.size === 0;
}

export function renderFilters() {
  const before = filter.value || "none";
  filter.replaceChildren(...filters().map(([key, words]) => new Option(words, key)));
  filter.value = before;
  if (filter.selectedIndex < 0) filter.value = "all";
}

export function show(key) {
  renderFilters();
  filter.value = key;
  render();
}

export function render() {
  watcher.disconnect();
  cells.clear();
  selected.clear();
  shown = matching(filter.value);
  const list = shown.map((picture) => {
    const cell = cellOf(picture);
    cells.set(picture, cell);
    label(cell);
    cell.setAttribute("aria-selected", "false");
    return cell;
  });
  if (list.length === 0) {
    const words = document.createElement("p");
    words.textContent = "No picture is like that.";
    list.push(words);
  }
  grid.replaceChildren(...list);
  grid.scrollTop = 0;
  for (const cell of cells.values()) watcher.observe(cell);
  focused = anchor = -1;
  if (shown.length) cells.get(shown[0]).tabIndex = 0;
  tellSelected();
}

/// Answers that changed, here or in another window.
export function refresh(pictures) {
  for (const picture of pictures) if (cells.has(picture)) label(cells.get(picture));
}

function focus(index) {
  if (index < 0 || index >= shown.length) return;
  if (focused >= 0) cells.get(shown[focused]).tabIndex = -1;
  cells.get(shown[0]).tabIndex = -1;
  focused = index;
  const cell = cells.get(shown[index]);
  cell.tabIndex = 0;
  cell.focus();
}

function select(index, is_range) {
  const picture = shown[index];
  if (is_range && anchor >= 0) {
    const [from, to] = [Math.min(anchor, index), Math.max(anchor, index)];
    for (let i = from; i <= to; ++i) mark(shown[i], true);
  } else {
    mark(picture, !selected.has(picture));
    anchor = index;
  }
  tellSelected();
}

export function selectAll() { for (const picture of shown) mark(picture, true); tellSelected(); }
export function clear() { for (const picture of [...selected]) mark(picture, false); tellSelected(); }

/// To the selected ones, which leave the grid where it does not show such any more.
export async function answer(what) {
  const pictures = shown.filter((picture) => selected.has(picture));
  if (pictures.length === 0) return say("nothing is selected");
  const words = typeof what === "string" ? what : nameOf(what);
  const place = shown.indexOf(pictures[0]);
  give(pictures, what);
  clear();
  const stay = new Set(matching(filter.value));
  for (const picture of pictures) {
    if (stay.has(picture)) continue;
    watcher.unobserve(cells.get(picture));
    cells.get(picture).remove();
    cells.delete(picture);
  }
  shown = shown.filter((picture) => cells.has(picture));
  focused = anchor = -1;
  tellSelected();
  say(`${pictures.length} pictures: ${words}`);
  if (shown.length) focus(Math.min(Math.max(place, 0), shown.length - 1)); else render();
}

function columns() {
  if (shown.length === 0) return 1;
  const first = cells.get(shown[0]);
  const top = first.offsetTop;
  const below = shown.findIndex((picture) => cells.get(picture).offsetTop > top);
  return below < 0 ? shown.length : below;
}

/// Whether the key was one of the grid's.
export function key(event, leave) {
  const at = Math.max(0, focused);
  const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns(), ArrowDown: columns() };
  if (event.key in steps && shown.length) focus(at + (focused < 0 ? 0 : steps[event.key]));
  else if (event.key === " " && shown.length) { focus(at); select(at, event.shiftKey); }
  else if (event.key === "Enter" && focused >= 0) { showPicture(shown[focused]); leave(); }
  else if (event.key === "Escape") clear();
  else if (event.key === "a" && (event.ctrlKey || event.metaKey)) selectAll();
  else return false;
  return true;
}

grid.addEventListener("click", (event) => {
  const cell = event.target.closest("[role=option]");
  if (!cell) return;
  const index = shown.indexOf(cell.picture);
  focus(index);
  select(index, event.shiftKey);
});
filter.addEventListener("change", render);
$("all").addEventListener("click", selectAll);
$("none").addEventListener("click", clear);
