// Makes the queue fast: decisions by key, the next card before the answer of the last, undo, counts that stay right.
// Every page works without it: what it does, a form or a link on the page does as well.

const list = document.querySelector(".cards");
const words = JSON.parse(list.dataset.words);
const keys = JSON.parse(list.dataset.keys);
const { csrf, site, since } = list.dataset;
const toasts = document.querySelector("#toasts");
const help = document.querySelector("#keys");
let ground = list.dataset.ground;

// What was decided here, the last one at the end: { card, at, id, from }.
const deeds = [];
// Cards whose decision has been sent: a part that is loaded later must not bring them back.
const gone = new Set();
let asking = null;

const cards = () => [...list.children];
const article = (card) => card.querySelector("article");
const current = () => document.activeElement?.closest?.(".cards > li") ?? null;
const isFree = (card) => !article(card).hasAttribute("data-held");
const make = (name, properties, ...inside) => {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...inside);
  return element;
};

function focus(card) {
  if (!card) return;
  article(card).focus({ preventScroll: true });
  article(card).scrollIntoView({ block: "nearest" });
}

// The next card in a direction; one that somebody else is reading is passed over.
function neighbour(card, step) {
  const all = cards();
  let at = card ? all.indexOf(card) + step : step > 0 ? 0 : all.length - 1;
  while (all[at] && !isFree(all[at])) at += step;
  return all[at] ?? null;
}

async function send(address, fields) {
  const body = new URLSearchParams({ csrf, ...fields });
  const answer = await fetch(address, { method: "POST", body, headers: { accept: "application/json" }, redirect: "error" });
  const told = answer.headers.get("content-type")?.includes("json") ? await answer.json() : {};
  return { ok: answer.ok, status: answer.status, told };
}

// ---- Deciding ---------------------------------------------------------------

function decide(card, to, code, revision) {
  const form = card.querySelector(".decide");
  const field = (name) => form.elements[name]?.value ?? "";
  if (!revision && !form.querySelector(`button[value="${to}"]`)) return;
  const fields = { to, revision: revision ?? field("revision"), code: code ?? field("code"), reason: field("reason") };
  if (to === "rejected" && fields.code) ground = fields.code;
  const hadFocus = card.contains(document.activeElement) || document.activeElement === document.body;
  const next = neighbour(card, 1) ?? neighbour(card, -1);
  const deed = { card, before: card.nextElementSibling };
  gone.add(card.dataset.id);
  clearFault(card);
  card.remove();
  if (hadFocus) focus(next);
  more();
  deeds.push(deed);
  deed.sent = send(form.action, fields).then(
    ({ ok, status, told }) => {
      if (!ok) return bringBack(deed, told, to, fields, status === 409);
      deed.id = told.done;
      deed.revision = told.revision;
      if (deeds.at(-1) === deed) say(told.words, deed);
      if (!list.children.length) refill();
    },
    () => bringBack(deed, {}, to, fields, false),
  );
}

// A decision that failed: the card is where it was, and says why.
function bringBack(deed, told, to, fields, isConflict) {
  const { card } = deed;
  deeds.splice(deeds.indexOf(deed), 1);
  putBack(deed);
  const fault = make("div", { className: "message failed", role: "alert" }, make("p", { textContent: told.words ?? words.failed }));
  if (isConflict && told.revision) {
    const keep = make("button", { type: "button", textContent: words["conflict-keep"] });
    keep.onclick = () => {
      const next = neighbour(card, 1);
      gone.add(card.dataset.id);
      card.remove();
      focus(next);
    };
    fault.append(keep, " ");
    if (told.override) {
      const override = make("button", { type: "button", textContent: words["conflict-override"], className: "override" });
      override.onclick = () => decide(card, to, fields.code, String(told.revision));
      fault.append(override);
    }
  }
  article(card).prepend(fault);
}

const clearFault = (card) => card.querySelector(".failed")?.remove();

function putBack({ card, before }) {
  gone.delete(card.dataset.id);
  list.insertBefore(card, before?.parentNode === list ? before : null);
}

async function undo() {
  const deed = deeds.at(-1);
  // Nothing decided since the page was loaded: the message that it came with may have an undo.
  if (!deed) return toasts.querySelector("form button")?.click();
  await deed.sent;
  if (!deed.id || deeds.at(-1) !== deed) return;
  deeds.pop();
  const { ok, told } = await send(`/panel/decisions/${deed.id}/undo`, { back: "" }).catch(() => ({ ok: false, told: {} }));
  if (!ok) return say(words.failed);
  putBack(deed);
  const revision = deed.card.querySelector(".decide").elements.revision;
  revision.value = told.revision;
  const pick = deed.card.querySelector(".pick input");
  pick.value = told.revision;
  focus(deed.card);
  say(words.undone);
}

function say(text, deed) {
  const toast = make("div", { className: "toast" }, make("span", { textContent: text }));
  if (deed) {
    const button = make("button", { type: "button", textContent: words.undo });
    button.onclick = undo;
    toast.append(" ", button);
  }
  toasts.replaceChildren(toast);
}

// ---- A ground for rejecting: 1 to 9, Enter for the last one ----------------

function askGround(card) {
  asking = card;
  const select = card.querySelector('select[name="code"]');
  if (!select) return (asking = null);
  const options = [...select.options].map((option) => {
    const button = make("button", { type: "button", textContent: option.textContent });
    button.onclick = () => answerGround(option.value);
    return button;
  });
  const box = make("div", { className: "grounds", role: "group", ariaLabel: words.grounds }, make("p", { textContent: words.grounds }), ...options);
  card.querySelector(".grounds")?.remove();
  card.querySelector(".decide").after(box);
  box.scrollIntoView({ block: "nearest" });
}

function stopAsking() {
  asking?.querySelector(".grounds")?.remove();
  asking = null;
}

function answerGround(code) {
  const card = asking;
  stopAsking();
  if (card) decide(card, "rejected", code);
}

function keyWhileAsking(key) {
  if (key === "Enter") return answerGround(ground);
  const option = /^[1-9]$/.test(key) && asking.querySelector('select[name="code"]').options[key - 1];
  if (option) answerGround(option.value);
  else stopAsking();
}

// ---- Many at once: the preview is a page -----------------------------------

let cluster = null;

function selectCluster(card) {
  for (const other of cards()) other.classList.toggle("clustered", other === card);
  cluster = card.dataset.id;
  say(words.cluster);
}

const isSelecting = () => cluster || document.querySelector(".pick input:checked");

function preview(to) {
  if (cluster) {
    const query = new URLSearchParams({ q: `cluster:${cluster} is:open`, to, back: location.pathname + location.search.replace(/[?&](done|batch)=[^&]*/g, "") });
    location.assign(`${site}/bulk?${query}`);
  } else {
    document.querySelector(`#bulk button[value="${to}"]`).click();
  }
}

// ---- Keys -------------------------------------------------------------------

const follow = (card, what) => card?.querySelector(`[data-do="${what}"]`)?.click();

function act(action) {
  const card = current();
  const chosen = card ?? neighbour(null, 1);
  switch (action) {
    case "next": return focus(neighbour(card, 1));
    case "previous": return focus(neighbour(card, -1));
    case "approve": return isSelecting() ? preview("approved") : chosen && decide(chosen, "approved");
    case "spam": return isSelecting() ? preview("spam") : chosen && decide(chosen, "spam");
    case "reject": return isSelecting() ? preview("rejected") : chosen && askGround(chosen);
    case "undo": return undo();
    case "select": return chosen?.querySelector(".pick input")?.click();
    case "cluster": return chosen && selectCluster(chosen);
    case "search": return document.querySelector("#q").focus();
    case "help": return help.showModal();
    default: return follow(chosen, action);
  }
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || help.open) return;
  // Dead where people write or choose.
  if (event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
  if (asking) {
    event.preventDefault();
    return keyWhileAsking(event.key);
  }
  if (event.key === "Escape" && cluster) {
    cluster = null;
    for (const card of cards()) card.classList.remove("clustered");
    return;
  }
  const action = keys[event.key];
  if (!action || (event.repeat && !["next", "previous"].includes(action))) return;
  event.preventDefault();
  act(action);
});

list.addEventListener("submit", (event) => {
  const form = event.target.closest(".decide");
  if (!form || !event.submitter) return;
  event.preventDefault();
  decide(form.closest("li"), event.submitter.value);
});

// ---- More cards -------------------------------------------------------------

let loading = false;

async function more() {
  const link = document.querySelector('a[rel="next"]');
  if (loading || !link || list.children.length > 10) return;
  loading = true;
  try {
    const page = new DOMParser().parseFromString(await (await fetch(link.href)).text(), "text/html");
    const known = new Set(cards().map((card) => card.dataset.id));
    for (const card of page.querySelectorAll(".cards > li")) {
      if (!known.has(card.dataset.id) && !gone.has(card.dataset.id)) list.append(document.adoptNode(card));
    }
    const next = page.querySelector('a[rel="next"]');
    if (next) link.href = next.href;
    else link.remove();
    if (document.activeElement === document.body) focus(neighbour(null, 1));
  } finally {
    loading = false;
  }
}

// The last card of the list is decided: whatever has come meanwhile is shown, with the way back from this decision.
async function refill() {
  await Promise.all(deeds.map((deed) => deed.sent));
  if (list.children.length || loading) return;
  const page = new URL(location);
  page.searchParams.delete("batch");
  const last = deeds.at(-1);
  if (last) page.searchParams.set("done", last.id);
  location.replace(page);
}

// ---- Live -------------------------------------------------------------------

function show(state) {
  const set = (view, count) => {
    const place = document.querySelector(`[data-count="${view}"]`);
    if (place) place.textContent = count;
  };
  set("pending", state.pending);
  set("likely-spam", state.likely_spam);
  const oldest = document.querySelector("[data-oldest]");
  if (oldest.textContent) oldest.textContent = state.oldest;
  const fresh = document.querySelector(".fresh");
  fresh.hidden = !state.fresh;
  fresh.firstElementChild.textContent = state.fresh_words;
  for (const card of cards()) {
    const reader = state.readers[card.dataset.id];
    article(card).toggleAttribute("data-held", Boolean(reader));
    card.querySelector(".reader").textContent = reader ?? "";
  }
}

function poll() {
  const ask = async () => {
    const answer = await fetch(`${site}/state?since=${since}`, { headers: { accept: "application/json" } }).catch(() => null);
    if (answer?.ok) show(await answer.json());
  };
  ask();
  setInterval(() => document.hidden || ask(), 5000);
}

// Where a proxy holds events back, neither they nor the beats between them come in time, and asking again and again does
// it as well.
const events = new EventSource(`${site}/events?since=${since}`);
let patience;
function waitForEvents(seconds) {
  clearTimeout(patience);
  patience = setTimeout(() => {
    events.close();
    poll();
  }, seconds * 1000);
}
waitForEvents(6);
events.onmessage = (event) => {
  waitForEvents(40);
  show(JSON.parse(event.data));
};
events.addEventListener("beat", () => waitForEvents(40));

// Colleagues see what is being read here, for half a minute after the last sign of life.
let shown = null;
function tell(again) {
  const card = current();
  if (!card || document.hidden || (card === shown && !again)) return;
  shown = card;
  send(`/panel/comments/${card.dataset.id}/presence`, {}).catch(() => {});
}
list.addEventListener("focusin", () => tell(false));
setInterval(() => tell(true), 12000);

document.querySelector("#bulk")?.classList.add("live", "waits");
list.addEventListener("change", () => {
  const count = document.querySelectorAll(".pick input:checked").length;
  document.querySelector("#bulk")?.classList.toggle("waits", !count);
  const place = document.querySelector("[data-selected]");
  if (place) place.textContent = `${words.selected}: ${count}`;
});
if (Object.keys(keys).length && !toasts.querySelector("form")) focus(neighbour(null, 1));
