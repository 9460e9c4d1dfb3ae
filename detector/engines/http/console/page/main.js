// The page's beginning: who the service is, then the views.

import { ask } from "./api.js";
import { byId, el, refill } from "./dom.js";
import { known } from "./feedback.js";
import { startFeed } from "./feed.js";
import { guardTheDoor, offerToForget } from "./key.js";
import { showLetters } from "./letters.js";
import { startTabs } from "./tabs.js";
import { startTrying } from "./try.js";
import { CATEGORIES, categoryOf } from "./words.js";

async function start() {
  guardTheDoor();
  const service = await ask("v1/console");
  offerToForget();
  Object.assign(known, { reasons: service.reasons, topic: service.topics.feedback });
  introduce(service);
  startTrying();
  let following = false;
  startTabs((view) => {
    if (view === "letters") showLetters(service);
    if (view === "feed" && !following) {
      following = true;
      startFeed(service);
    }
  });
}

function introduce({ version, model, categories }) {
  refill(byId("about"), `Version ${version}, model ${model.identity}`);
  for (const name of categories ?? Object.keys(CATEGORIES)) {
    byId("filter-category").append(el("option", { value: name }, categoryOf(name)));
  }
}

start().catch((trouble) => {
  refill(byId("broken"), el("h2", {}, trouble.title ?? "The page did not start"), el("p", {}, trouble.message));
  byId("broken").hidden = false;
});
