// The connection to the live feed, which comes back by itself.

import { listen } from "./api.js";

const FIRST_WAIT_S = 1;
const LONGEST_WAIT_S = 15;

/** Reads the feed for as long as the page lives. `take(name, id, data)` gets events, `say(words, state)` how it stands. */
export async function follow(take, say) {
  let wait = FIRST_WAIT_S;
  for (;;) {
    say("Connecting …", "waiting");
    try {
      await listen("v1/console/feed", {}, opened, take);
      say("The service ended the connection.", "lost");
    } catch (trouble) {
      say(trouble.message, "lost");
    }
    await countdown(wait, say);
    wait = Math.min(wait * 2, LONGEST_WAIT_S);
  }

  function opened() {
    wait = FIRST_WAIT_S;
    say("Connected, waiting for Kafka …", "waiting");
  }
}

async function countdown(seconds, say) {
  await new Promise((resolve) => setTimeout(resolve, 1000));
  if (seconds > 1) say(`Connection lost. Next try in ${seconds} s.`, "lost");
  await new Promise((resolve) => setTimeout(resolve, (seconds - 1) * 1000));
}
