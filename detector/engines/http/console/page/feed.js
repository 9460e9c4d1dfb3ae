// The verdicts as they come.

import { byId, el, refill } from "./dom.js";
import { chosen, isFiltering, watchFilters } from "./filters.js";
import { beat } from "./pulse.js";
import { isOpen, rowOf } from "./row.js";
import { follow } from "./stream.js";
import { count } from "./words.js";

const KEPT = 1000;
const SHOWN = 200;

const entries = new Map(); // by id, oldest first
let waiting = []; // what comes while the feed is paused, or between two frames
let paused = false;
let framed = false;
let missed = 0;
let service = null;

/** Opens the feed; called once, when the view is first looked at. */
export function startFeed(about) {
  service = about;
  watchFilters(redraw);
  byId("pause").addEventListener("click", turn);
  follow(take, say);
  redraw();
}

function take(name, id, data) {
  if (name === "verdict") come({ id, ...data });
  else if (name === "gap") tellGap(data.missed);
  else if (name === "pulse") {
    beat(data, service.promiseMs);
    if (data.connected) say("Live", "live");
    else say("Kafka cannot be reached. The feed goes on by itself when it is back.", "lost");
  }
}

function say(words, state) {
  const holder = byId("connection");
  holder.dataset.state = state;
  if (holder.textContent !== words) refill(holder, words);
}

/** Told again after a lost connection, a verdict is not shown twice. */
function come(entry) {
  if (entries.has(entry.id) || waiting.some((each) => each.id === entry.id)) return;
  waiting.push(entry);
  if (waiting.length > KEPT) waiting.shift();
  if (paused) tellPause();
  else if (!framed) {
    framed = true;
    requestAnimationFrame(() => {
      framed = false;
      if (!paused) insert();
    });
  }
}

function insert() {
  const fits = chosen();
  const rows = byId("rows");
  for (const entry of waiting) {
    entries.set(entry.id, entry);
    if (fits(entry)) rows.prepend(rowOf(entry, service));
  }
  waiting = [];
  forget();
  trim(rows);
  tellCount();
}

function redraw() {
  const fitting = [...entries.values()].filter(chosen());
  refill(byId("rows"), fitting.slice(-SHOWN).reverse().map((entry) => rowOf(entry, service)));
  tellCount();
}

function forget() {
  for (const id of entries.keys()) {
    if (entries.size <= KEPT) return;
    entries.delete(id);
  }
}

/** Keeps the page small: the oldest rows go, those that somebody reads last. */
function trim(rows) {
  for (let row = rows.lastChild; row && rows.childElementCount > SHOWN; ) {
    const next = row.previousSibling;
    if (!isOpen(row) && !row.contains(document.activeElement)) row.remove();
    row = next;
  }
}

function turn() {
  paused = !paused;
  if (!paused) insert();
  tellPause();
}

function tellPause() {
  const button = byId("pause");
  refill(button, paused ? `Resume (${waiting.length} new)` : "Pause");
  button.classList.toggle("strong", paused && waiting.length > 0);
}

function tellGap(number) {
  missed += number;
  refill(byId("gap"), `${count(missed, "verdict")} came faster than this page could read and ${missed === 1 ? "is" : "are"} not shown.`);
}

function tellCount() {
  const shown = byId("rows").childElementCount;
  refill(byId("shown"), isFiltering() ? `${shown} of ${count(entries.size, "verdict")} kept here` : count(shown, "newest verdict"));
  byId("filter-clear").hidden = !isFiltering();
  byId("feed-columns").hidden = shown === 0;
  const empty = entries.size
    ? `None of the ${count(entries.size, "verdict")} kept here fits the filters.`
    : `No verdict yet. Each appears here as the worker writes it to the topic ${service.topics.verdicts}.`;
  refill(byId("feed-empty"), shown === 0 && el("p", {}, empty));
}
