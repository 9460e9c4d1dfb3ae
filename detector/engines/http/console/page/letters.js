// The dead letters: what could not be judged, and the way back for it.

import { ask, send } from "./api.js";
import { byId, el, refill } from "./dom.js";
import { bytes, clock, count, place } from "./words.js";

const MOST = 100;

let letters = [];
let reason = null;
const chosen = new Set();
let service = null;

/** Reads the dead letters; called whenever the view is opened. */
export function showLetters(about) {
  if (!service) {
    byId("letters-again").addEventListener("click", read);
    byId("choose-all").addEventListener("change", chooseAll);
    byId("replay").addEventListener("click", confirm);
    byId("confirm-no").addEventListener("click", () => byId("confirm").close());
    byId("confirm-yes").addEventListener("click", replay);
  }
  service = about;
  return read();
}

async function read() {
  const state = byId("letters-state");
  refill(state, el("p", { class: "quiet" }, "Reading …"));
  try {
    const answer = await ask(`v1/console/dead-letters?limit=${MOST}`);
    letters = answer.letters;
    chosen.clear();
    if (!letters.some((letter) => letter.reason === reason)) reason = null;
    refill(state, answer.total ? summary(answer.total) : nothing());
  } catch (trouble) {
    letters = [];
    refill(state, el("div", { class: "trouble" }, el("h3", {}, trouble.title), el("p", {}, trouble.message)));
  }
  drawAll();
}

function summary(total) {
  const newest = letters.length < total ? `, the newest ${letters.length} of them here` : "";
  return el("p", { class: "quiet" }, `${count(total, "record")} could not be judged${newest}.`);
}

function nothing() {
  return el(
    "div",
    { class: "empty" },
    el("h3", {}, "No dead letters"),
    el("p", {}, `A record that cannot be judged, such as broken JSON or a text the model fails on, is kept whole in the topic ${service.topics.deadLetters}. It would be listed here with the reason, and can be put back once that is mended.`),
  );
}

function drawAll() {
  const reasons = Map.groupBy(letters, (letter) => letter.reason);
  const buttons = [...reasons].sort((a, b) => b[1].length - a[1].length).map(([name, mine]) => {
    const pressed = () => {
      reason = reason === name ? null : name;
      drawAll();
    };
    return el("li", {}, el("button", { type: "button", "aria-pressed": String(reason === name), onclick: pressed }, name, " ", el("b", {}, mine.length)));
  });
  refill(byId("reasons"), buttons);
  byId("letters").hidden = letters.length === 0;
  refill(byId("letter-rows"), shown().map(line));
  drawChoice();
}

const shown = () => letters.filter((letter) => reason === null || letter.reason === reason);

const nameOf = ({ position }) => `${position.partition}-${position.offset}`;

function line(letter) {
  const { position, origin, replayed } = letter;
  const name = nameOf(letter);
  const change = (event) => {
    if (event.target.checked) chosen.add(name);
    else chosen.delete(name);
    drawChoice();
  };
  const box = el("input", { type: "checkbox", "aria-label": `Choose ${place(position)}`, onchange: change });
  box.checked = chosen.has(name);
  return el(
    "tr",
    { role: "row" },
    el("td", { role: "cell", class: "pick" }, box),
    el("td", { role: "cell", class: "why" }, el("b", {}, letter.reason), replayed && el("span", { class: "tag" }, "put back"), el("span", { class: "meta" }, letter.message)),
    el("td", { role: "cell", class: "stage" }, letter.stage),
    el("td", { role: "cell", class: "origin" }, origin ? place(origin) : "not known"),
    el("td", { role: "cell", class: "time" }, el("time", { datetime: letter.at }, clock(letter.at))),
    el("td", { role: "cell", class: "size" }, bytes(letter.bytes)),
  );
}

function drawChoice() {
  const mine = shown().map(nameOf);
  const all = byId("choose-all");
  const held = mine.filter((name) => chosen.has(name)).length;
  all.checked = held > 0 && held === mine.length;
  all.indeterminate = held > 0 && held < mine.length;
  byId("replay").disabled = chosen.size === 0;
  refill(byId("replay"), chosen.size ? `Put ${count(chosen.size, "record")} back …` : "Put back …");
}

function chooseAll(event) {
  for (const letter of shown()) {
    if (event.target.checked) chosen.add(nameOf(letter));
    else chosen.delete(nameOf(letter));
  }
  refill(byId("letter-rows"), shown().map(line));
  drawChoice();
}

function confirm() {
  refill(byId("confirm-title"), `Put ${count(chosen.size, "record")} back?`);
  refill(byId("replayed"));
  byId("confirm").showModal();
}

async function replay() {
  byId("confirm").close();
  const told = byId("replayed");
  const positions = letters.filter((letter) => chosen.has(nameOf(letter))).map(({ position: { partition, offset } }) => ({ partition, offset }));
  refill(told, el("p", {}, "Putting back …"));
  try {
    const { back, skipped } = await send("v1/console/dead-letters/replay", { positions });
    const kept = skipped.map(({ partition, offset, why }) => el("li", {}, `${partition} / ${offset}: ${why}`));
    refill(told, el("p", {}, `${count(back, "record")} put back.`, kept.length > 0 && ` ${count(kept.length, "record")} left there:`), kept.length > 0 && el("ul", {}, kept));
    await read();
  } catch (trouble) {
    refill(told, el("p", { class: "bad" }, `Nothing was put back. ${trouble.message}`));
  }
}
