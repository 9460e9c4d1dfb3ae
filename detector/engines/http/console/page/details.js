// What is known of one verdict of the feed, its text too where the service may show it.

import { ask } from "./api.js";
import { el, refill } from "./dom.js";
import { feedback } from "./feedback.js";
import { marked } from "./marks.js";
import { bar, evidence, scores } from "./verdict.js";
import { clock, milliseconds, place } from "./words.js";

const HIDDEN =
  "The text is not shown: with DETECTOR_CONSOLE_TEXTS=true the service reads it from its topic, for everybody who may open this page.";

/** The details of an entry. */
export function details({ verdict, at, latencyMs }, service) {
  const places = el("div");
  const show = (texts) => refill(places, el("h4", {}, "Evidence"), evidence(verdict, texts));
  show(null);
  return el(
    "div",
    { class: "details" },
    el("div", { class: "main" }, service.texts ? texts(verdict, show) : el("p", { class: "quiet" }, HIDDEN), places, feedback(verdict, null)),
    el(
      "div",
      { class: "side" },
      el("h4", {}, "Probability"),
      bar(verdict.probabilityScore, verdict.scoreDetails.threshold),
      scores(verdict, "h4"),
      el("h4", {}, "Where it comes from"),
      facts(verdict, at, latencyMs),
    ),
  );
}

function facts(verdict, at, latencyMs) {
  const known = {
    Listing: verdict.listingId,
    Booking: verdict.bookingId,
    Partner: verdict.partnerId,
    Transaction: verdict.transactionContext.transactionId,
    Verdict: verdict.verdictId,
    Record: place(verdict.source),
    "Event of": verdict.eventTime && clock(verdict.eventTime),
    Judged: clock(verdict.scoredAt),
    Out: latencyMs === null ? clock(at) : `${clock(at)}, after ${milliseconds(latencyMs)}`,
    Model: `${verdict.modelCode} ${verdict.modelVersion}, ${verdict.refreshVersion}`,
  };
  const rows = Object.entries(known).filter(([, value]) => value);
  return el("dl", { class: "facts" }, rows.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
}

/** A place for the texts, which are asked for now; `found` is called with them. */
function texts(verdict, found) {
  const box = el("div", { class: "read", role: "status" }, el("p", { class: "quiet" }, "Reading the text …"));
  const { topic, partition, offset } = verdict.source;
  ask(`v1/console/events/${encodeURIComponent(topic)}/${partition}/${offset}`).then(
    ({ attributes }) => {
      refill(box, Object.entries(attributes).map(([name, text]) => reading(name, text, verdict)));
      found(attributes);
    },
    (trouble) => refill(box, el("p", { class: "quiet" }, `The text cannot be shown. ${trouble.message}`)),
  );
  return box;
}

function reading(name, text, verdict) {
  const mine = verdict.scoreDetails.evidence.filter((each) => each.attribute === name);
  return [el("h4", {}, name), el("p", { class: "reading", dir: "auto" }, marked(text, mine))];
}
