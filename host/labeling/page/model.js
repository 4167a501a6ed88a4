// SPDX-License-Identifier: Apache-2.0
// What the page knows, and its way to the server. Answers show at once, go to the server one after
// the other, and count as saved when it has confirmed them.

export const NONE = -1, UNSURE = -2;

export const model = {
  folder: "", readOnly: false, pictures: [], order: [], answers: [], classes: [], predictions: null,
  step: 0, undo: 0, waiting: 0, trouble: "", own: 0, failed: "", advice: null, confirmed: new Set(),
  training: null,
};

const listeners = [];
export const listen = (what) => listeners.push(what);
const tell = (changed) => listeners.forEach((what) => what(changed));

let token = "";

/// From the address: the token, or a word that is exchanged for it once.
export async function enter() {
  const given = new URLSearchParams(location.hash.slice(1));
  token = given.get("token") || "";
  if (!given.has("once")) return;
  const response = await fetch("enter", {
    method: "POST", headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ once: given.get("once") }),
  });
  const reply = await response.json().catch(() => ({ error: "the server refused" }));
  if (!response.ok) throw new Error(`${reply.error}: use the address that sslhost label printed`);
  token = reply.token;
  history.replaceState(null, "", `#token=${token}`);
}

export const get = (path, more = {}) =>
  fetch(path, { headers: { "X-Sslhost-Token": token }, ...more });

export async function load() {
  const response = await get("state");
  if (!response.ok) throw new Error(response.status === 403
    ? "This address is of another start of sslhost label. Open the one that it printed last."
    : `The server says: ${await response.text()}`);
  const state = await response.json();
  Object.assign(model, state, { confirmed: new Set(state.confirmed) });
  tell({ all: true });
}

export const classNames = () =>
  model.classes.map((one, number) => ({ ...one, number })).filter((one) => one.there);

export const nameOf = (answer) =>
  answer === NONE ? "" : answer === UNSURE ? "unsure" : model.classes[answer].name;

export function counts() {
  const of = new Map();
  for (const answer of model.answers) of.set(answer, (of.get(answer) || 0) + 1);
  return of;
}

/// What is said of a picture, [class, probability] or null: by a model's table where there is one,
/// else by the other answers.
export function told(picture) {
  const [label, probability] = model.predictions ? model.predictions[picture]
    : model.advice?.of[picture] || [-1, 0];
  if (model.predictions) return label ? [label, probability] : null;
  return label >= 0 ? [model.classes[label].name, probability] : null;
}

// Changes that the server has not confirmed: by picture, how many.
const pending = new Map();
const queue = [];
let pumping = false;

function apply(changes, force = false) {
  const is_new = changes.step > model.step || force;
  model.undo = changes.undo;
  const had = model.trouble;
  model.trouble = changes.trouble || "";
  if (!is_new) { if (had !== model.trouble) tell({}); return []; }
  model.step = changes.step;
  if (changes.classes && !queue.some((job) => job.adds)) model.classes = changes.classes;
  const changed = [];
  for (const [picture, answer, confirmed] of changes.answers || []) {
    if (pending.get(picture)) continue;
    if (confirmed) model.confirmed.add(picture); else model.confirmed.delete(picture);
    if (model.answers[picture] !== answer) changed.push(picture);
    model.answers[picture] = answer;
  }
  tell({ pictures: changed, classes: true });
  return changed;
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

async function post(job) {
  for (;;) {
    try {
      const response = await get(`${job.path}?since=${model.step}`, {
        method: "POST", body: JSON.stringify(job.body),
        headers: { "X-Sslhost-Token": token, "Content-Type": "application/json" },
      });
      const is_json = (response.headers.get("Content-Type") || "").includes("json");
      const reply = is_json ? await response.json() : { error: await response.text() };
      if (response.ok) { lost(""); return reply; }
      throw Object.assign(new Error(reply.error), { refused: true, status: response.status });
    } catch (error) {
      if (error.refused && error.status !== 403) throw error;
      lost(gone());
      await pause(1000);
    }
  }
}

async function pump() {
  if (pumping) return;
  pumping = true;
  while (queue.length) {
    const job = queue[0];
    let reply = null, failure = null;
    try { reply = await post(job); } catch (error) { failure = error; }
    queue.shift();
    for (const picture of job.body.pictures || [])
      pending.set(picture, pending.get(picture) - 1) && pending.get(picture) || pending.delete(picture);
    model.waiting = queue.length;
    if (reply) {
      model.failed = "";
      job.done(apply(reply, true));
    } else {
      if (failure.status !== 409) model.failed = `Not saved: ${failure.message}`;
      await load().catch(() => {});
      job.done(null);
    }
    tell({});
  }
  pumping = false;
}

function send(path, body, adds = false) {
  return new Promise((done) => {
    queue.push({ path, body, done, adds });
    model.waiting = queue.length;
    tell({});
    pump();
  });
}

/// `answer`: a class's name, NONE or UNSURE.
export function give(pictures, answer) {
  if (model.readOnly || pictures.length === 0) return Promise.resolve(null);
  let number = answer, adds = false;
  if (typeof answer === "string") {
    number = model.classes.findIndex((one) => one.name === answer);
    if (number < 0) number = model.classes.push({ name: answer, there: true }) - 1;
    adds = !model.classes[number].there || number === model.classes.length - 1;
    model.classes[number].there = true;
  }
  for (const picture of pictures) {
    pending.set(picture, (pending.get(picture) || 0) + 1);
    if (number >= 0 && model.answers[picture] === number) model.confirmed.add(picture);
    else model.confirmed.delete(picture);
    model.answers[picture] = number;
  }
  model.own += 1;
  tell({ pictures, classes: adds });
  const word = number === NONE ? null : number === UNSURE ? 0 : model.classes[number].name;
  return send("answer", { pictures, answer: word }, adds);
}

/// The pictures that changed; null where there was nothing to undo.
export async function undo() {
  if (model.readOnly) return null;
  while (queue.length || pumping) await pause(5);
  return model.undo ? send("undo", { of: model.undo }) : null;
}

export const addClass = (name) => send("class/add", { name });
export const renameClass = (from, to) => send("class/rename", { from, to });
export const train = (what) => send(`training/${what}`, {});
export const removeClass = (name) => send("class/remove", { name });

function gone() {
  const few = queue.length === 1 ? "1 answer of this window is" : `${queue.length} answers of this window are`;
  const unsaved = queue.length ? ` ${few} not saved yet.` : "";
  return "sslhost label does not answer; perhaps it has ended. Start it again and open the address" +
    ` that it prints.${unsaved}`;
}

function lost(words) {
  if (model.lost === words) return;
  model.lost = words;
  tell({});
}

async function takeAdvice(version) {
  if (version === undefined || version === model.advice?.version) return;
  const response = await get("advice");
  if (!response.ok) return;
  const advice = await response.json();
  // A class that this window has not heard of yet comes with the next answers.
  if (advice.of.every((one) => one[0] < model.classes.length)) model.advice = advice;
  tell({ advice: true });
}

async function takeTraining(version) {
  if (version === undefined || version === model.training?.version) return;
  const response = await get("training");
  if (!response.ok) return;
  const had = model.training?.run;
  model.training = await response.json();
  if (model.training.predictions && model.training.run !== had) model.predictions = model.training.predictions;
  tell({ advice: true });
}

/// What other windows do, what the answers say together, and how far a training is.
export async function follow() {
  for (;;) {
    await pause(document.hidden ? 5000 : 1000);
    if (queue.length) continue;
    try {
      const response = await get(`changes?since=${model.step}`);
      if (!response.ok) throw new Error("refused");
      const changes = await response.json();
      if (!queue.length) apply(changes);
      await takeAdvice(changes.advice);
      await takeTraining(changes.training);
      lost("");
    } catch { lost(gone()); }
  }
}
