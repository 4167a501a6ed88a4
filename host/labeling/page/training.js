// SPDX-License-Identifier: Apache-2.0
// A model from the answers: to begin and to stop it, and to go on with the pictures that it is unsure of.
import { classNames, counts, model, train } from "./model.js";
import { show } from "./one.js";

const $ = (id) => document.getElementById(id);

export function renderTraining() {
  const { training } = model;
  $("training").hidden = !training;
  if (!training) return;
  const is_at_work = training.stage === "training" || training.stage === "predicting";
  const of = counts();
  const enough = classNames().filter((one) => (of.get(one.number) || 0) > 1).length > 1;
  $("train").hidden = is_at_work;
  $("train").disabled = !enough;
  $("train").title = enough ? "" : "Two classes with two answers each, at least";
  $("train-stop").hidden = !is_at_work;
  const done = training.stage === "done";
  $("train-report").hidden = !done || !training.canOpen;
  $("train-next").hidden = !done;
  const begin = { training: "Training", predicting: "Looking at all pictures", done: "Trained",
    failed: "Not trained" }[training.stage] || "";
  $("train-words").textContent = begin + (begin && training.words ? `: ${training.words}` : "");
  $("train-run").textContent = done ? `Report: ${training.run}/report.html` : "";
}

/// Those first that the trained model is least sure of.
export async function unsureFirst() {
  model.order = model.training.order;
  const open = model.order.findIndex((picture) => model.answers[picture] === -1);
  await show(Math.max(0, open), "the unsure ones first");
}

$("train").addEventListener("click", () => train("start"));
$("train-stop").addEventListener("click", () => train("stop"));
$("train-report").addEventListener("click", () => train("report"));
