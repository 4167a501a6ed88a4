// SPDX-License-Identifier: Apache-2.0
// The list of classes: a button and a key for each, and how one is renamed, joined or removed.
import { expected } from "./advice.js";
import { classNames, counts, model, removeClass, renameClass } from "./model.js";

const $ = (id) => document.getElementById(id);
// g and z are the page's own.
const KEYS = [..."123456789abcdefhijklmnopqrstuvwxy"];

export const keyOf = (index) => KEYS[index] || "";
export function classOfKey(key) {
  const index = KEYS.indexOf(key.toLowerCase());
  return index < 0 ? undefined : classNames()[index];
}

function element(tag, text = "") {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}

function row(one, index, give) {
  const item = element("li"), button = element("button"), more = element("button", "⋯");
  const number = element("i");
  number.append("", element("small"));
  button.append(element("kbd", keyOf(index)), element("span", one.name), number);
  if (keyOf(index)) button.setAttribute("aria-keyshortcuts", keyOf(index));
  button.disabled = model.readOnly;
  button.addEventListener("click", () => give(one.name));
  more.className = "more";
  more.title = "Rename, join or remove";
  more.setAttribute("aria-label", `Change the class ${one.name}`);
  more.setAttribute("aria-haspopup", "dialog");
  more.addEventListener("click", () => openChange(one, counts().get(one.number) || 0));
  item.append(button, more);
  return item;
}

/// In place: a button that were made anew would miss the click whose first half the old one had.
function update(item, one, count, current) {
  const button = item.firstChild, [number, likely] = item.querySelector("i").childNodes;
  const all = expected(one.number);
  const about = all === undefined ? "" : ` of about ${Math.round(all).toLocaleString("en")}`;
  button.className = one.number === current ? "give is" : "give";
  button.setAttribute("aria-label", `${one.name}, ${count} pictures${about}`);
  number.data = count.toLocaleString("en");
  likely.textContent = about;
}

let rows = "";
/// `current`: the answer to mark; `give(name)`: what a button does.
export function renderClasses(current, give) {
  const of = counts(), list = classNames(), now = JSON.stringify(list);
  if (now !== rows) {
    rows = now;
    const focused = document.activeElement?.closest("#classes li");
    const place = focused ? [...focused.parentNode.children].indexOf(focused) : -1;
    $("classes").replaceChildren(...list.map((one, index) => row(one, index, give)));
    $("names").replaceChildren(...list.map((one) => new Option("", one.name)));
    if (place >= 0) $("classes").children[place]?.firstChild.focus();
  }
  list.forEach((one, index) => update($("classes").children[index], one, of.get(one.number) || 0, current));
}

/// A class that differs by letter case alone: a slip more often than not. Undefined where there is none.
function twin(name, besides) {
  const names = classNames().map((one) => one.name);
  return names.includes(name) ? undefined
    : names.find((one) => one !== besides && one.toLowerCase() === name.toLowerCase());
}

/// What to think of before there is a class of that name; empty: nothing.
export function doubt(name, besides) {
  const other = twin(name, besides);
  if (other) return `There is a class ${other} already. `;
  return /^\.|\//.test(name) ? "predict --move has no folder for a class with / or with . in front. " : "";
}

export const isMeant = (name) => !twin(name) || confirm(`${doubt(name)}Make another one, ${name}?`);

let changing = null;

function describe() {
  const to = $("change-name").value.trim();
  const joins = to !== changing.name && classNames().some((one) => one.name === to);
  $("change-do").textContent = joins ? `Join ${to}` : "Rename";
  $("change-do").disabled = !to || to === changing.name;
  $("change-words").textContent = joins
    ? `${changing.count === 1 ? "The one picture" : `All ${changing.count.toLocaleString("en")} pictures`} of ` +
      `${changing.name} become${changing.count === 1 ? "s" : ""} ${to}. Undo takes it back.` : doubt(to, changing.name);
}

function openChange(one, count) {
  changing = { ...one, count };
  $("change-title").textContent = `Class ${one.name}`;
  $("change-name").value = one.name;
  $("change-remove").disabled = count > 0;
  $("change-remove").title = count > 0 ? "Only a class without pictures" : "";
  describe();
  $("change").showModal();
  $("change-name").select();
}

function rename() {
  if ($("change-do").disabled) return;
  renameClass(changing.name, $("change-name").value.trim());
  $("change").close();
}

$("change-name").addEventListener("input", describe);
$("change-name").addEventListener("keydown", (event) => { if (event.key === "Enter") rename(); });
$("change-do").addEventListener("click", rename);
$("change-remove").addEventListener("click", () => { removeClass(changing.name); $("change").close(); });
$("change-close").addEventListener("click", () => $("change").close());
