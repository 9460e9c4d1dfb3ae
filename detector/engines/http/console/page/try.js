// A text judged while it is written.

import { send } from "./api.js";
import { byId, el, refill } from "./dom.js";
import { EXAMPLES } from "./examples.js";
import { feedback } from "./feedback.js";
import { Fields } from "./fields.js";
import { evidence, headline, places, scores } from "./verdict.js";
import { milliseconds } from "./words.js";

const PAUSE_MS = 150;
const SPOKEN_AFTER_MS = 1000;

/** Brings the view to life. */
export function startTrying() {
  const result = byId("result");
  const spoken = byId("spoken");
  const fields = new Fields(byId("texts"), later);
  let pausing = null;
  let speaking = null;
  let asked = null;

  for (const each of EXAMPLES) {
    byId("examples").append(el("li", {}, el("button", { type: "button", onclick: () => pick(each) }, each.name)));
  }
  byId("add-field").addEventListener("click", () => {
    fields.grow();
    byId("add-field").hidden = !fields.canGrow;
  });
  for (const choice of document.getElementsByName("kind")) {
    choice.addEventListener("change", () => {
      fields.become(choice.value);
      judge();
    });
  }

  function pick(example) {
    for (const choice of document.getElementsByName("kind")) choice.checked = choice.value === example.kind;
    fields.become(example.kind);
    fields.fill(example.text);
    later();
    judge();
  }

  function later() {
    byId("add-field").hidden = !fields.canGrow;
    asked?.abort(); // what it would say is of a text that is gone
    clearTimeout(pausing);
    result.classList.add("old");
    pausing = setTimeout(judge, PAUSE_MS);
  }

  async function judge() {
    clearTimeout(pausing);
    asked?.abort();
    if (fields.isEmpty) {
      fields.mark([]);
      return show(el("p", { class: "quiet" }, "Write something, or pick an example: the verdict appears here as you type."));
    }
    const asking = (asked = new AbortController());
    const attributes = fields.texts;
    const started = performance.now();
    try {
      const verdict = await send("v1/score", eventOf(attributes), { signal: asking.signal });
      if (asked === asking && !asking.signal.aborted) tell(verdict, attributes, performance.now() - started);
    } catch (trouble) {
      if (trouble.name === "AbortError" || asked !== asking) return;
      fields.mark([]);
      show(el("div", { class: "trouble" }, el("h3", {}, trouble.title), el("p", {}, trouble.message)));
      speak(`No verdict. ${trouble.message}`);
    }
  }

  function tell(verdict, attributes, took) {
    fields.mark(verdict.scoreDetails.evidence);
    show(
      headline(verdict),
      ...scores(verdict, "h3"),
      el("h3", {}, "Evidence"),
      evidence(verdict, attributes, (found) => fields.select(found)),
      feedback(verdict, attributes),
      el("p", { class: "foot" }, `Answered in ${milliseconds(took)}, there and back. Model ${verdict.refreshVersion}.`),
    );
    speak(`${verdict.scoreDetails.label}, ${places(verdict)}.`);
  }

  function show(...content) {
    result.classList.remove("old");
    refill(result, ...content);
  }

  /** Says it once the reader has stopped typing, not after every letter. */
  function speak(words) {
    clearTimeout(speaking);
    speaking = setTimeout(() => refill(spoken, words), SPOKEN_AFTER_MS);
  }

  judge();
}

function eventOf(attributes) {
  const chosen = document.querySelector("input[name=kind]:checked");
  return { transactionContext: { transactionId: "console" }, eventType: chosen.value, attributes };
}
