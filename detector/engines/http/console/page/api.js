// What the page asks of the service it came from, and nobody else.

const KEY = "console-key";

/** Why there is no answer, in words for the reader; `status` is 0 where nothing answered. */
export class Trouble extends Error {
  constructor(status, title, detail) {
    super(detail);
    this.status = status;
    this.title = title;
  }
}

let askForKey = () => Promise.reject(new Trouble(401, "No key", "This service asks for a key."));
let asking = null;

/** Who asks the reader for a key; it is given whether one was refused, and answers with another. */
export function keysFrom(ask) {
  askForKey = ask;
}

export const heldKey = () => sessionStorage.getItem(KEY);

export const forgetKey = () => sessionStorage.removeItem(KEY);

/** The answer's JSON; raises `Trouble`. */
export async function ask(path, options = {}) {
  const answer = await reach(path, options);
  try {
    return await answer.json();
  } catch (error) {
    throw told(error);
  }
}

/** Sends JSON; otherwise as `ask`. */
export function send(path, body, options = {}) {
  const headers = { "Content-Type": "application/json" };
  return ask(path, { ...options, method: "POST", headers, body: JSON.stringify(body) });
}

/** Reads Server-Sent Events until they end: calls `take(name, id, data)` with each. EventSource could not send a key. */
export async function listen(path, options, opened, take) {
  const answer = await reach(path, options);
  opened();
  let rest = "";
  try {
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const blocks = (rest + value).replaceAll("\r\n", "\n").split("\n\n");
      rest = blocks.pop();
      for (const block of blocks) dispatch(block, take);
    }
  } catch (error) {
    throw told(error);
  }
}

function dispatch(block, take) {
  const event = { event: "message", id: "", data: [] };
  for (const line of block.split("\n")) {
    const [, field, value] = /^([^:]+):? ?(.*)$/.exec(line) ?? [];
    if (field === "data") event.data.push(value);
    else if (field) event[field] = value;
  }
  if (event.data.length) take(event.event, event.id, JSON.parse(event.data.join("\n")));
}

/** An answer that is none of trouble. Where a key is missing it asks for one, once for all who wait, and tries again. */
async function reach(path, options) {
  for (;;) {
    const key = heldKey();
    const headers = { ...options.headers, ...(key && { Authorization: `Bearer ${key}` }) };
    let answer;
    try {
      answer = await fetch(path, { ...options, headers, cache: "no-store" });
    } catch (error) {
      throw told(error);
    }
    if (answer.ok) return answer;
    if (answer.status !== 401) throw await refusal(answer);
    if (key === heldKey()) await newKey(key !== null);
  }
}

async function newKey(refused) {
  asking ??= askForKey(refused).finally(() => (asking = null));
  sessionStorage.setItem(KEY, await asking);
}

async function refusal(answer) {
  const problem = await answer.json().catch(() => ({}));
  const detail = problem.detail ?? "The service did not say why.";
  return new Trouble(answer.status, problem.title ?? `Answer ${answer.status}`, detail);
}

function told(error) {
  if (error.name === "AbortError" || error instanceof Trouble) return error;
  return new Trouble(0, "No answer", "The service cannot be reached. Is it running, and is this machine online?");
}
