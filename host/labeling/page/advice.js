// SPDX-License-Identifier: Apache-2.0
// What the answers say together: how well they agree, whether more would help, and which to look at again.
import { model, nameOf, told } from "./model.js";

const $ = (id) => document.getElementById(id);
const percent = (part) => (100 * part).toFixed(part >= .0005 && part < .0995 ? 1 : 0);
const number = (value) => value.toLocaleString("en");

/// Answers that are contradicted, and were not given twice: by what is said of the picture, the surest first,
/// then by the answer of its copy.
export function review() {
  const doubtful = (i) => model.answers[i] >= 0 && !model.confirmed.has(i);
  const is_known = model.predictions || model.advice?.agreement;  // fewer answers contradict each other at random
  const otherwise = model.order.filter((i) => is_known && doubtful(i) && told(i) && told(i)[0] !== nameOf(model.answers[i]))
    .sort((a, b) => told(b)[1] - told(a)[1]);
  const copies = (model.advice?.contradictions || [])
    .filter(([a, b]) => model.answers[a] >= 0 && model.answers[b] >= 0 && model.answers[a] !== model.answers[b]);
  return [...new Set([...otherwise, ...copies.flat().filter(doubtful)])];
}

/// Pictures of each class to expect, answers included; undefined: not known.
export const expected = (label) => model.advice?.expected[label];

function agreement({ judged, wrong, low, high, byHalf }) {
  const error = wrong / judged;
  const more = byHalf - error > .01 ? "More answers still help" : "More answers hardly help";
  $("agree").textContent = `Each predicted from the others, ${number(wrong)} of ${number(judged)} answers come out ` +
    `otherwise: ${percent(error)} % (${percent(low)} to ${percent(high)} %).`;
  $("more").textContent = `From half of the others: ${percent(byHalf)} %. ${more}.`;
}

export function renderAdvice() {
  const { advice } = model;
  $("advice").hidden = !advice && !model.predictions;
  if (advice?.agreement) agreement(advice.agreement);
  else {
    $("agree").textContent = !advice ? "" : advice.trouble ? `No advice: ${advice.trouble}.`
      : !advice.by ? "Looking at the pictures…" : "With ten answers, two of each class, it says how well they agree.";
    $("more").textContent = "";
  }
  $("by").textContent = advice?.by ? `By ${advice.by}. Pictures that you chose are no random sample.` : "";
  const again = review().length;
  $("review").hidden = again === 0;
  $("review").textContent = again === 1 ? "Look at 1 answer again" : `Look at ${number(again)} answers again`;
}
