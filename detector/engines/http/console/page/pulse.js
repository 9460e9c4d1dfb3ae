// How the worker fares: latency against the promise, lag, and verdicts a second, over the last minutes.

import { byId, refill } from "./dom.js";
import { draw } from "./sparkline.js";
import { count, milliseconds } from "./words.js";

const KEPT = 150; // five minutes of a pulse every two seconds

const kept = { latency: [], lag: [], pace: [] };

/** Takes a pulse and draws all three. */
export function beat(pulse, promiseMs) {
  keep("latency", pulse.latency.p99Ms);
  keep("lag", pulse.lag.records);
  keep("pace", pulse.connected ? pulse.perSecond : null);
  tellLatency(pulse.latency, promiseMs);
  tellLag(pulse.lag);
  tellPace(pulse.perSecond);
}

function keep(name, value) {
  kept[name].push(value ?? null);
  if (kept[name].length > KEPT) kept[name].shift();
}

function tellLatency({ p50Ms, p99Ms, count: seen }, promiseMs) {
  const over = p99Ms !== null && p99Ms > promiseMs;
  show("latency", milliseconds(p99Ms), `${over ? "over the promise of" : "promise"} ${milliseconds(promiseMs)} · median ${milliseconds(p50Ms)}`, over);
  const words = `99 of 100 verdicts came within ${milliseconds(p99Ms)}, of ${seen} in the last minute. ${highest("latency", milliseconds)}`;
  draw(byId("latency-line"), kept.latency, { room: KEPT, limit: promiseMs, words });
}

function tellLag({ records, seconds }) {
  const behind = seconds === null || seconds === undefined ? "waiting to be judged" : `waiting, the oldest for ${milliseconds(seconds * 1000)}`;
  show("lag", records === null ? "–" : count(records, "record"), records === null ? "not known" : behind, false);
  draw(byId("lag-line"), kept.lag, { room: KEPT, words: `Records that wait: ${records ?? "not known"}. ${highest("lag", String)}` });
}

function tellPace(perSecond) {
  show("pace", perSecond.toFixed(perSecond < 10 ? 1 : 0), "verdicts a second", false);
  draw(byId("pace-line"), kept.pace, { room: KEPT, words: `Verdicts a second: ${perSecond.toFixed(1)}. ${highest("pace", (value) => value.toFixed(1))}` });
}

function show(name, figure, note, over) {
  refill(byId(`${name}-figure`), figure);
  refill(byId(`${name}-note`), note);
  byId(`${name}-figure`).classList.toggle("over", over);
}

function highest(name, written) {
  const known = kept[name].filter((value) => value !== null);
  return known.length ? `Highest of the last minutes: ${written(Math.max(...known))}.` : "";
}
