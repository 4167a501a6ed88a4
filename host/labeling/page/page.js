// SPDX-License-Identifier: Apache-2.0
// The page as a whole: which view is shown, keys, and the line on top.
import { renderAdvice } from "./advice.js";
import { renderTraining, unsureFirst } from "./training.js";
import { addClass, counts, enter, follow, listen, load, model, NONE, UNSURE } from "./model.js";
import { classOfKey, doubt, isMeant, renderClasses } from "./classes.js";
import * as grid from "./grid.js";
import * as one from "./one.js";

const $ = (id) => document.getElementById(id);
const number = (value) => value.toLocaleString("en");
let in_grid = false;

function answer(what) { return in_grid ? grid.answer(what) : one.answer(what); }

function renderHead() {
  const of = counts(), all = model.pictures.length;
  const unsure = of.get(UNSURE) || 0, open = of.get(NONE) || 0;
  $("bar").max = all;
  $("bar").value = all - open;
  $("counts").textContent = `${number(all - open - unsure)} of ${number(all)} labeled` +
    (unsure ? `, ${number(unsure)} unsure` : "");
  $("saved").textContent = model.readOnly ? "only to look" : model.waiting ? `saving ${model.waiting}…` : "saved";
  $("saved").dataset.step = model.waiting ? "" : model.step;
  const banner = model.lost || model.failed || (model.trouble
    ? `labels.csv could not be written (${model.trouble}). Your answers are safe in the journal.` : "");
  $("banner").hidden = !banner;
  if ($("banner").textContent !== banner) $("banner").textContent = banner;
}

function render(changed) {
  if (model.pictures.length === 0) return;
  renderHead();
  renderAdvice();
  renderTraining();
  renderClasses(in_grid ? NONE : model.answers[one.shown()], answer);
  if (!in_grid) one.caption();
  if (in_grid && (changed.classes || changed.advice)) grid.renderFilters();
  if (in_grid) grid.refresh(changed.pictures || []);
}

function view(is_grid) {
  in_grid = is_grid;
  $("one").hidden = in_grid;
  $("many").hidden = !in_grid;
  $("show-one").setAttribute("aria-pressed", String(!in_grid));
  $("show-grid").setAttribute("aria-pressed", String(in_grid));
  $("ask").textContent = in_grid ? "All selected are" : "Which class?";
  if (in_grid) { grid.renderFilters(); grid.render(); }
  render({});
}

function newClass(beginning) {
  $("new-name").value = beginning;
  $("new-name").focus();
}

function command(event) {
  if (in_grid && grid.key(event, () => view(false))) return true;
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const on_button = event.target.closest("button, select") && (event.key === " " || event.key === "Enter");
  if (on_button) return false;
  const found = event.key.length === 1 ? classOfKey(event.key) : undefined;
  if (event.key === "Backspace") in_grid ? one.takeBack().then(() => grid.render()) : one.takeBack();
  else if (event.key === "g") view(!in_grid);
  else if (event.key === "z" && !in_grid) one.zoom();
  else if (event.key === "?") answer(UNSURE);
  else if (event.key === "+") newClass("");
  else if (event.key === " ") one.skip();
  else if (event.key === "ArrowLeft") one.move(-1);
  else if (event.key === "ArrowRight") one.move(1);
  else if (found) answer(found.name);
  else if (/^\p{L}$/u.test(event.key)) newClass(event.key);
  else return false;
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.target.closest("input, dialog")) {
    if (event.key === "Escape" && event.target === $("new-name")) $("new-name").blur();
    return;
  }
  if (model.pictures.length && command(event)) event.preventDefault();
});

$("new-name").addEventListener("input", () => { $("new-words").textContent = doubt($("new-name").value.trim()); });

$("new").addEventListener("submit", (event) => {
  event.preventDefault();
  const name = $("new-name").value.trim();
  if (!name || !isMeant(name)) return;
  $("new-name").value = $("new-words").textContent = "";
  $("new-name").blur();
  if (in_grid && !document.querySelector("#grid [aria-selected=true]")) addClass(name); else answer(name);
});

// A finger's way to the side.
let touched = null;
$("stage").addEventListener("touchstart", (event) => {
  touched = event.touches.length === 1 ? event.touches[0].clientX : null;
}, { passive: true });
$("stage").addEventListener("touchend", (event) => {
  const by = touched === null ? 0 : event.changedTouches[0].clientX - touched;
  touched = null;
  if (Math.abs(by) > 60 && !$("stage").classList.contains("own-size")) one.move(by < 0 ? 1 : -1);
});
$("stage").addEventListener("click", (event) => one.zoom(event));

for (const [id, what] of Object.entries({
  "train-next": () => { view(false); unsureFirst(); },
  review: () => { view(true); grid.show("review"); },
  back: () => one.move(-1), next: () => one.move(1), skip: one.skip, undo: one.takeBack,
  unsure: () => answer(UNSURE), "show-one": () => view(false), "show-grid": () => view(true),
  "show-help": () => $("help").showModal(), "help-close": () => $("help").close(),
})) $(id).addEventListener("click", what);

async function begin() {
  try {
    await enter();
    await load();
  } catch (error) {
    $("banner").textContent = error.message;
    $("banner").hidden = false;
    return;
  }
  const name = model.folder.split("/").filter(Boolean).pop() || model.folder;
  document.title = `${name} – sslhost label`;
  $("folder").textContent = name;
  $("folder").title = `${model.folder}: ${model.said}`;
  document.body.classList.toggle("reads-only", model.readOnly);
  listen(render);
  render({ classes: true });
  await one.start();
  render({});
  document.body.dataset.ready = "yes";
  follow();
}
begin();
