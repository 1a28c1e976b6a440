// The reader's side: <leserbrief-thread> shows an article's comments and takes new ones.
// It lives in the page's own DOM, so that autofill, labels, `#comment-…` links and the page's styles simply work.
// The server puts the words of one language in and strips comment lines and indentation: no text may span lines.

const W = __WORDS__;
const BASE = new URL('/', import.meta.url);
const TAG = 'leserbrief-thread';
const TYPED = ['text', 'name', 'email', 'website', 'homepage'];

let policy;
let instances = 0;

// A browser may refuse storage; then the words live as long as the page does.
const memory = {};

const keep = (storage, key, value) => {
  memory[key] = value;
  try {
    if (value) window[storage].setItem(key, value);
    else window[storage].removeItem(key);
  } catch {}
};

const kept = (storage, key) => {
  try {
    return window[storage].getItem(key) || memory[key];
  } catch {
    return memory[key];
  }
};

// Functions listen, what is false is left out, everything else is an attribute.
const h = (tag, attributes, ...children) => {
  const node = document.createElement(tag);
  for (const name in attributes) {
    const value = attributes[name];
    if (value?.call) node.addEventListener(name, value);
    else if (value) node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children.filter(Boolean));
  return node;
};

const button = (name, text, click, more) => h('button', { type: 'button', class: 'lb-button lb-' + name, click, ...more }, text);

// A function, because a name may hold a `$`.
const say = (words, value) => words.replace('%s', () => value);

const counted = (count) => (count ? say(count > 1 ? W.countMany : W.countOne, count.toLocaleString(W.lang)) : W.none);

// Only headers that a GET may carry to another origin without asking first.
const ask = async (path, more) => {
  const response = await fetch(BASE + 'api/v1/' + path, {
    credentials: 'omit',
    signal: AbortSignal.timeout(3e4),
    ...more,
    headers: { 'Accept-Language': W.lang, ...more?.headers },
  });
  if (response.ok) return response.json();
  const problem = await response.json().catch(() => {});
  throw { ...problem, status: response.status, wait: parseInt(response.headers.get('Retry-After')) || 30 };
};

const ago = (moment) => {
  const seconds = Math.max(0, Date.now() - moment) / 1e3;
  if (seconds > 6e5) return new Intl.DateTimeFormat(W.lang, { dateStyle: 'long' }).format(moment);
  const [unit, length] = seconds < 60 ? ['second', 60] : seconds < 3600 ? ['minute', 60] : seconds < 86400 ? ['hour', 3600] : ['day', 86400];
  return new Intl.RelativeTimeFormat(W.lang, { numeric: 'auto' }).format(-Math.floor(seconds / length), unit);
};

const linked = () => /^#comment-/.test(location.hash) && location.hash.slice(1);

const style = h('link', { rel: 'stylesheet', href: BASE + 'embed/v1/leserbrief.css' });
// Without styles people would see the field that only robots should fill in.
const styled = new Promise((done) => (style.onload = style.onerror = done));

class Thread extends HTMLElement {
  static observedAttributes = ['site', 'page'];

  connectedCallback() {
    if (!style.isConnected) document.head.append(style);
    addEventListener('hashchange', this);
    if (this.key === this.query) return;
    const loading = this.getAttribute('loading');
    if (this.key || loading === 'eager' || linked()) this.load();
    else if (loading === 'manual') {
      this.offer ||= button('show', W.show, () => this.load());
      this.prepend(this.offer);
    } else {
      this.observer ||= new IntersectionObserver((seen) => seen.at(-1).isIntersecting && this.load(), { rootMargin: '400px' });
      this.observer.observe(this);
    }
  }

  disconnectedCallback() {
    removeEventListener('hashchange', this);
    this.observer?.disconnect();
  }

  // An application may keep the element and show another article.
  attributeChangedCallback() {
    if (this.key && this.isConnected) this.connectedCallback();
  }

  handleEvent() {
    if (linked() && !document.getElementById(linked())) this.load();
  }

  get about() {
    const url = this.getAttribute('url') || document.querySelector('link[rel=canonical]')?.href || location.href.split('#')[0];
    return {
      site: this.getAttribute('site'),
      page: this.getAttribute('page') || url,
      url,
      title: this.getAttribute('page-title') || document.title,
    };
  }

  get query() {
    const { site, page } = this.about;
    return '?' + new URLSearchParams({ site, page });
  }

  get draft() {
    return 'leserbrief' + this.key + '&parent=' + (this.parent || '');
  }

  emit(name, detail, cancelable) {
    return this.dispatchEvent(new CustomEvent('leserbrief:' + name, { bubbles: true, cancelable, detail }));
  }

  // The thread, or what follows of it. What was already there stays usable until the answer is here.
  async load(wanted = linked()) {
    const key = this.query;
    if (key !== this.key) {
      this.key = key;
      this.next = this.parent = this.ticket = this.built = this.sending = undefined;
      this.prepend(h('p', { class: 'lb-loading', role: 'status' }, W.loading));
    } else if (this.loading || this.next === null) return;
    this.observer?.disconnect();
    this.loading = true;
    let thread, problem, first;
    try {
      do {
        // Asked for anew each time, which costs a 304: what a browser kept may lack the comment that was just approved.
        thread = await ask('threads' + key + (this.next ? '&cursor=' + encodeURIComponent(this.next) : ''), { cache: 'no-cache' });
        await styled;
        if (key !== this.key) return;
        if (!this.next) this.begin(thread);
        for (const comment of thread.comments) first = this.add(comment, first);
        this.next = thread.next;
      } while (this.next && (this.newest || (wanted && !document.getElementById(wanted))));
    } catch (error) {
      problem = error;
      await styled;
      if (key !== this.key) return;
      this.build();
    }
    this.loading = false;
    const { foot } = this;
    const waited = foot.contains(document.activeElement);
    foot.replaceChildren();
    if (problem) {
      foot.append(h('p', { role: 'alert' }, W.loadFailed), button('retry', W.retry, () => this.again(wanted)));
      this.emit('error', { status: problem.status || 0, code: 'load' });
    } else if (this.next) foot.append(button('more', W.more, () => this.again('')));
    if (wanted) document.getElementById(wanted)?.focus();
    else if (waited) (first || foot.lastChild)?.focus();
  }

  again(wanted) {
    this.foot.lastChild.textContent = W.loading;
    this.load(wanted);
  }

  // Puts our own elements in the place of what was there, and takes over what was typed there.
  build() {
    if (this.built) return;
    this.built = true;
    const level = +this.getAttribute('heading-level') || 2;
    const id = 'lb-' + ++instances;
    const fields = (this.fields = {});
    const field = (name, label, tag, attributes) => {
      const own = `${id}-${name}`;
      const described = (name === 'email' ? id + '-note ' : '') + own + '-error';
      const input = (fields[name] = h(tag, { id: own, name, 'aria-describedby': described, ...attributes }));
      const mark = attributes.required && h('span', { 'aria-hidden': 'true' }, ' *');
      return h('div', { class: 'lb-field' }, h('label', { for: own }, label, mark), input, h('p', { class: 'lb-error', id: own + '-error' }));
    };
    const tick = (name, label, change) => h('label', { class: 'lb-tick' }, (fields[name] = h('input', { type: 'checkbox', name, change })), label);

    fields.homepage = h('input', { name: 'homepage', tabindex: -1, autocomplete: 'off' });
    this.newest = this.getAttribute('sort') === 'newest';
    this.heading = h('h' + level, { class: 'lb-heading' }, W.comments);
    this.list = h('ol', { class: 'lb-list' });
    this.foot = h('div', { class: 'lb-foot' });
    this.caption = h('h' + Math.min(6, level + 1), { class: 'lb-heading' }, W.write);
    this.summary = h('div', { class: 'lb-summary', role: 'alert', tabindex: -1 });
    this.status = h('p', { class: 'lb-status', role: 'status' });
    this.submit = h('button', { class: 'lb-button lb-submit' }, W.submit);
    this.cancel = button('cancel', W.cancel, () => {
      const article = this.form.previousSibling;
      this.move();
      article.querySelector('.lb-reply').focus();
    });
    this.form = h(
      'form',
      {
        class: 'lb-form',
        novalidate: true,
        submit: (event) => this.send(event),
        focusin: () => this.token().catch(() => {}),
        input: () => keep('sessionStorage', this.draft, fields.text.value),
      },
      this.caption,
      h('p', { class: 'lb-note' }, h('span', { id: id + '-note' }, W.emailNote), ' ', W.requiredNote),
      this.summary,
      field('text', W.comment, 'textarea', { required: true, rows: 6, dir: 'auto' }),
      h(
        'div',
        { class: 'lb-who' },
        field('name', W.name, 'input', { required: true, autocomplete: 'name' }),
        field('email', W.email, 'input', { required: true, type: 'email', autocomplete: 'email' }),
        field('website', W.website, 'input', { type: 'url', autocomplete: 'url' })
      ),
      h('div', { class: 'lb-trap', 'aria-hidden': 'true' }, h('label', {}, 'Homepage ', fields.homepage)),
      tick('remember', W.remember, () => this.remember()),
      tick('notify', W.notify),
      h('p', { class: 'lb-actions' }, this.submit),
      this.status
    );

    const known = JSON.parse(kept('localStorage', 'leserbrief') || '{}');
    fields.remember.checked = known.name;
    const draft = kept('sessionStorage', this.draft);
    const old = this.querySelector('form');
    const active = old?.contains(document.activeElement) && document.activeElement;
    const { name, selectionStart, selectionEnd } = active || {};
    for (const name of TYPED) fields[name].value = old?.elements[name]?.value || known[name] || '';
    fields.notify.checked = old?.elements.notify?.checked;
    // The draft of another article is safe under its own name.
    const typed = this.root ? '' : fields.text.value;
    fields.text.value = typed && draft && typed !== draft ? draft + '\n\n' + typed : typed || draft || '';
    keep('sessionStorage', this.draft, fields.text.value);

    this.replaceChildren((this.root = h('div', { class: 'lb-root', lang: W.lang }, this.heading, this.list, this.foot, this.form)));
    fields[name]?.focus();
    if (name === 'text') fields.text.setSelectionRange(selectionStart, selectionEnd);
  }

  begin({ open, depth, count }) {
    this.build();
    if (this.list.contains(this.form)) this.move();
    this.depth = depth;
    this.open = open && !this.hasAttribute('readonly');
    this.places = {};
    this.list.replaceChildren();
    this.heading.textContent = counted(count);
    if (!this.open) this.form.replaceWith(open ? '' : h('p', { class: 'lb-closed' }, W.closed));
    this.emit('ready', { count });
  }

  // Answers stand below what they answer; those too deep stand beside it. Returns the first one that was added.
  add(comment, first) {
    const { id, author, website } = comment;
    const [list, level] = this.places[comment.parent] || [this.list, 1];
    const replies = level < this.depth ? h('ol', { class: 'lb-replies' }) : list;
    this.places[id] = [replies, level + 1];
    const body = h('div', { class: 'lb-text', dir: 'auto' });
    body.innerHTML = policy.createHTML(comment.html);
    const date = new Date(comment.submitted_at);
    const exact = date.toLocaleString(W.lang, { dateStyle: 'full', timeStyle: 'short' });
    const article = h(
      'article',
      { class: 'lb-comment', id: 'comment-' + id, tabindex: -1 },
      h(
        'p',
        { class: 'lb-meta' },
        h('b', { class: 'lb-author' }, /^https?:/.test(website) ? h('a', { href: website, rel: 'ugc nofollow noopener' }, author) : author),
        comment.staff && h('span', { class: 'lb-staff' }, W.staff),
        h('a', { class: 'lb-date', href: '#comment-' + id }, h('time', { datetime: date.toJSON(), title: exact }, ago(date))),
        comment.edited && h('span', { class: 'lb-edited' }, W.edited)
      ),
      body,
      this.open && button('reply', W.reply, () => this.move(comment, article), { 'aria-label': W.reply + ': ' + author })
    );
    const item = h('li', {}, article, replies !== list && replies);
    if (this.newest && list === this.list) list.prepend(item);
    else list.append(item);
    return first || article;
  }

  // There is one form: it moves to the comment that is answered, and home again. Each place has its own draft.
  move(comment, article) {
    if (this.sending) return;
    const { text } = this.fields;
    this.parent = comment?.id;
    this.clear();
    this.caption.textContent = comment ? say(W.replyTo, comment.author) : W.write;
    text.value = kept('sessionStorage', this.draft) || '';
    if (comment) {
      article.after(this.form);
      this.submit.after(this.cancel);
      text.focus();
    } else {
      this.root.append(this.form);
      this.cancel.remove();
    }
  }

  // Proves later when and for which page the form was opened; also keeps a repeated sending from becoming a second comment.
  token() {
    if (!this.ticket || Date.now() - this.since > 72e6) {
      this.since = Date.now();
      this.ticket = ask('form' + this.key, { cache: 'no-store' });
      this.ticket.catch(() => (this.ticket = undefined));
    }
    return this.ticket;
  }

  remember() {
    const { name, email, website, remember } = this.fields;
    keep('localStorage', 'leserbrief', remember.checked && JSON.stringify({ name: name.value, email: email.value, website: website.value }));
  }

  async send(event) {
    event.preventDefault();
    const { fields, key, draft, submit } = this;
    if (this.sending || submit.disabled) return;
    this.clear();
    const comment = { ...this.about, parent: this.parent, notify: fields.notify.checked };
    for (const name of TYPED) comment[name] = fields[name].value;
    const errors = [
      { field: 'text', message: comment.text.trim().length < 3 && W.badText },
      { field: 'name', message: !comment.name.trim() && W.badName },
      { field: 'email', message: !/.@./.test(comment.email) && W.badEmail },
    ].filter((error) => error.message);
    if (errors.length) return this.refuse({ status: 422, errors });
    if (!this.emit('submit', {}, true)) return;
    // What would be typed from here on would not be sent.
    this.sending = fields.text.readOnly = true;
    this.status.textContent = W.sending;
    let answer, problem;
    try {
      comment.token = (await this.token()).token;
      answer = await ask('comments', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(comment) });
      keep('sessionStorage', draft, '');
    } catch (error) {
      problem = error;
    }
    fields.text.readOnly = false;
    this.status.textContent = '';
    if (key !== this.key) return;
    this.sending = false;
    if (problem) return this.refuse(problem);
    this.ticket = undefined;
    this.remember();
    const { id, status, receipt } = answer;
    const approved = status === 'approved';
    this.posted?.remove();
    const link = h('a', { href: receipt }, W.receipt);
    this.posted = h('p', { class: 'lb-posted', role: 'status', tabindex: -1 }, approved ? W.published : W.pending, ' ', link);
    if (approved) this.move();
    this.form.before(this.posted);
    if (!approved) this.move();
    this.posted.focus();
    this.emit('posted', { id, status });
    if (approved) {
      this.next = undefined;
      this.load('comment-' + id);
    }
  }

  refuse({ status, code, title, detail, errors = [], wait }) {
    const { fields, summary } = this;
    // The token may be what was refused; nothing was stored under it.
    if (status === 403) this.ticket = undefined;
    if (status === 429) this.pause(wait);
    const message = detail || title || (navigator.onLine ? W.failed : W.offline);
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
    this.emit('error', { status: status || 0, code: errors[0]?.code || (status ? code : 'network') });
  }

  clear() {
    this.summary.replaceChildren();
    for (const input of this.form.querySelectorAll('[aria-invalid]')) {
      input.removeAttribute('aria-invalid');
      input.nextSibling.textContent = '';
    }
  }

  pause(seconds) {
    const { submit, summary } = this;
    const end = Date.now() + seconds * 1e3;
    const tick = () => {
      const left = Math.ceil((end - Date.now()) / 1e3);
      submit.disabled = left > 0;
      submit.textContent = left > 0 ? say(W.wait, left) : W.submit;
      if (left > 0) return setTimeout(tick, 1e3);
      const waited = summary.contains(document.activeElement);
      this.clear();
      if (waited) submit.focus();
    };
    tick();
  }
}

// One request for all numbers of a site, wherever in the page they stand.
const count = () => {
  const sites = {};
  for (const node of document.querySelectorAll('[data-leserbrief-count]')) {
    const site = node.dataset.leserbriefSite || document.querySelector(TAG)?.getAttribute('site');
    (sites[site] ||= []).push(node);
  }
  for (const site in sites) {
    const query = new URLSearchParams({ site });
    for (const page of new Set(sites[site].map((node) => node.dataset.leserbriefCount))) query.append('page', page);
    ask('counts?' + query).then(
      ({ counts }) => {
        for (const node of sites[site]) {
          const number = counts[node.dataset.leserbriefCount];
          if (number >= 0) node.textContent = counted(number);
        }
      },
      () => {}
    );
  }
};

// Not before the page is parsed: else the parser would add its fallback to what we have built.
// Not twice: a page may bring the script in two languages, the first one speaks.
const start = () => {
  if (customElements.get(TAG)) return;
  const rules = { createHTML: (html) => html };
  policy = window.trustedTypes?.createPolicy('leserbrief', rules) || rules;
  customElements.define(TAG, Thread);
  count();
};

if (document.readyState === 'loading') addEventListener('DOMContentLoaded', start);
else start();
