// What few readers need, or all of them later: what was wrong with a comment, new ones that come while they read, their
// own that still wait, reporting. Loaded by the element when it is needed, with words of its own.

const MORE = __WORDS__;

const words = ({ OWN }) => ({ ...MORE, ...OWN });

// Called for the loading alone.
export const ready = () => {};

// The comments wait for a reader who asks for them.
export const offer = (thread, tools) => {
  const W = words(tools);
  thread.offer ||= tools.button('show', W.show, async () => {
    await thread.load();
    thread.offer.remove();
    (thread.shown[0] || thread.fields.text).focus();
  });
  if (!thread.key) thread.prepend(thread.offer);
};

// Who asks for the moment is told it exactly.
export const date = (thread, tools, time) => {
  time.textContent = new Date(time.dateTime).toLocaleString(MORE.lang, { dateStyle: 'full', timeStyle: 'short' });
};

// A summary that takes the focus and leads to each field; whatever was typed stays.
export const refuse = (thread, tools, { status = 0, type, detail, errors = [], wait }) => {
  const W = words(tools);
  const { h } = tools;
  const { fields, summary } = thread;
  // The token may be what was refused; nothing was stored under it.
  if (status === 403) thread.ticket = undefined;
  if (status === 429) pause(thread, tools, wait);
  const message = detail || (navigator.onLine ? W.failed : W.offline);
  summary.replaceChildren(h('p', {}, errors.length ? W.check : message));
  const list = h('ul');
  for (const { field, message } of errors) {
    const input = fields[field];
    if (input) {
      input.setAttribute('aria-invalid', 'true');
      input.nextSibling.textContent = message;
    }
    const click = (event) => {
      event.preventDefault();
      input.focus();
    };
    list.append(h('li', {}, input ? h('a', { href: '#' + input.id, click }, message) : message));
  }
  if (errors.length) summary.append(list);
  summary.focus();
  thread.emit('error', { status, code: errors[0]?.code || type?.slice(1) || 'network' });
};

// Looks whether there is more to read, while somebody looks: a 304 mostly. Nothing is moved until it is asked for.
export const watch = async (thread, tools) => {
  const { key } = thread;
  const again = () => thread.isConnected && thread.key === key && thread.watch();
  if (document.hidden) return document.addEventListener('visibilitychange', again, { once: true });
  const { count } = (await tools.ask('threads' + key, { cache: 'no-cache' }).catch(() => {})) || {};
  if (thread.key !== key) return;
  const fresh = count - thread.count;
  if (fresh > 0) tell(thread, tools, fresh);
  again();
};

const tell = (thread, tools, fresh) => {
  const W = words(tools);
  const text = fresh > 1 ? tools.say(W.newMany, fresh) : W.newOne;
  const shown = thread.root.querySelector('.lb-news');
  if (shown) {
    shown.firstChild.textContent = text;
    return;
  }
  const news = tools.h('div', { class: 'lb-news', role: 'status' });
  thread.root.append(news);
  news.append(tools.button('new', text, async () => {
    const known = new Set([...thread.shown].map(({ id }) => id));
    news.remove();
    thread.next = undefined;
    await thread.load('');
    // The oldest first, they stand at the end.
    while (thread.next && !thread.newest && thread.count > thread.shown.length) await thread.load('');
    [...thread.shown].find(({ id }) => !known.has(id))?.focus();
  }));
};

// Comments of this reader that wait for a moderator, as this browser remembers them until it is closed.
export const own = (thread, tools, record) => {
  const W = words(tools);
  const { h, keep, kept } = tools;
  const key = 'own' + thread.key;
  const records = JSON.parse(kept('sessionStorage', key) || '[]');
  if (record) records.push(record);
  const waiting = records.filter(({ id }) => !thread.find(id));
  keep('sessionStorage', key, waiting.length ? JSON.stringify(waiting) : '');
  if (thread.posted && !waiting.some(({ receipt }) => receipt === thread.posted.querySelector('a').href)) thread.posted.remove();
  for (const shown of thread.querySelectorAll('.lb-own')) shown.remove();
  for (const { id, receipt, parent, text } of waiting) {
    // The one that has just been sent is shown already, where it was written.
    if (thread.posted?.querySelector('a').href === receipt) continue;
    const link = h('a', { href: receipt }, W.receipt);
    const box = h('div', { class: 'lb-posted lb-own', 'data-id': id }, W.pending, ' ', link, h('div', { class: 'lb-text', dir: 'auto' }, text));
    (thread.find(parent) || thread.list).after(box);
  }
};

// Tells the moderators of a comment. The form stands below the comment until it is sent or put away.
export const report = (thread, tools, article) => {
  const W = words(tools);
  const { h, button, ask } = tools;
  thread.querySelector('.lb-complaint')?.remove();
  const back = article.querySelector('.lb-report');
  const reason = h('textarea', { id: 'lb-reason', rows: 2, maxlength: 500, dir: 'auto' });
  const status = h('p', { class: 'lb-error', role: 'alert' });
  const send = h('button', { class: 'lb-button' }, W.send);
  const away = button('away', W.away, () => {
    form.remove();
    back.focus();
  });
  const submit = async (event) => {
    event.preventDefault();
    send.disabled = true;
    try {
      const { site, page } = thread.about;
      const { token } = await thread.token();
      const body = JSON.stringify({ site, page, token, reason: reason.value });
      const path = 'comments/' + article.id.slice(8) + '/reports';
      await ask(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
      const thanks = h('p', { class: 'lb-note', role: 'status', tabindex: -1 }, W.thanks);
      form.replaceWith(thanks);
      back.remove();
      thanks.focus();
    } catch (problem) {
      send.disabled = false;
      status.textContent = problem.detail || W.notSent;
    }
  };
  const form = h(
    'form',
    { class: 'lb-form lb-complaint', submit },
    h('div', { class: 'lb-field' }, h('label', { for: 'lb-reason' }, W.why), reason),
    status,
    h('p', { class: 'lb-actions' }, send, ' ', away)
  );
  article.append(form);
  reason.focus();
};

// Too many in too short a time: the button says how long to wait, and works again then.
const pause = (thread, tools, seconds) => {
  const W = words(tools);
  const { submit, summary } = thread;
  const end = Date.now() + seconds * 1e3;
  const tick = () => {
    const left = Math.ceil((end - Date.now()) / 1e3);
    submit.disabled = left > 0;
    submit.textContent = left > 0 ? tools.say(W.wait, left) : W.submit;
    if (left > 0) return setTimeout(tick, 1e3);
    const waited = summary.contains(document.activeElement);
    thread.clear();
    if (waited) submit.focus();
  };
  tick();
};
