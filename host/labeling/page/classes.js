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

function row(one, index, count, current, give) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.className = one.number === current ? "give is" : "give";
  const key = document.createElement("kbd");
  key.textContent = keyOf(index);
  const name = document.createElement("span");
  name.textContent = one.name;
  const number = document.createElement("i");
  const all = expected(one.number);
  const about = all === undefined ? "" : ` of about ${Math.round(all).toLocaleString("en")}`;
  number.textContent = count.toLocaleString("en");
  const likely = document.createElement("small");
  likely.textContent = about;
  number.append(likely);
  button.append(key, name, number);
  if (keyOf(index)) button.setAttribute("aria-keyshortcuts", keyOf(index));
  button.setAttribute("aria-label", `${one.name}, ${count} pictures${about}`);
  button.disabled = model.readOnly;
  button.addEventListener("click", () => give(one.name));
  const more = document.createElement("button");
  more.className = "more";
  more.textContent = "⋯";
  more.title = "Rename, join or remove";
  more.setAttribute("aria-label", `Change the class ${one.name}`);
  more.setAttribute("aria-haspopup", "dialog");
  more.addEventListener("click", () => openChange(one, count));
  item.append(button, more);
  return item;
}

let looks = "";
/// `current`: the answer to mark; `give(name)`: what a button does.
export function renderClasses(current, give) {
  const of = counts(), list = classNames();
  const now = JSON.stringify([list, list.map((one) => [of.get(one.number) || 0, expected(one.number)]), current]);
  if (now === looks) return;
  looks = now;
  const focused = document.activeElement?.closest("#classes li");
  const place = focused ? [...focused.parentNode.children].indexOf(focused) : -1;
  $("classes").replaceChildren(
    ...list.map((one, index) => row(one, index, of.get(one.number) || 0, current, give)));
  $("names").replaceChildren(...list.map((one) => new Option("", one.name)));
  if (place >= 0) $("classes").children[place]?.querySelector(".give").focus();
}

let changing = null;

function describe() {
  const to = $("change-name").value.trim();
  const joins = to !== changing.name && classNames().some((one) => one.name === to);
  $("change-do").textContent = joins ? `Join ${to}` : "Rename";
  $("change-do").disabled = !to || to === changing.name;
  $("change-words").textContent = joins
    ? `${changing.count === 1 ? "The one picture" : `All ${changing.count.toLocaleString("en")} pictures`} of ` +
      `${changing.name} become${changing.count === 1 ? "s" : ""} ${to}. Undo takes it back.` : "";
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
