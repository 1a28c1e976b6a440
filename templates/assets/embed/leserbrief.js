// The reader's side: <leserbrief-thread> shows an article's comments and takes new ones.
// It lives in the page's own DOM, so that autofill, labels, `#comment-…` links and the page's styles simply work.
// The server puts the words of one language in and strips comment lines and indentation: no text may span lines.

const W = __WORDS__;
const OWN = {};
const file = (name) => new URL(name, import.meta.url);
const TAG = 'leserbrief-thread';
const TYPED = ['text', 'name', 'email', 'website', 'homepage'];

let policy, style, styled;
let instances = 0;
let again = '';

// A browser may refuse storage; then the words live as long as the page does.
const memory = {};

const keep = (storage, key, value) => {
  key = 'leserbrief' + key;
  memory[key] = value;
  try {
    if (value) window[storage].setItem(key, value);
    else window[storage].removeItem(key);
  } catch {}
};

const kept = (storage, key) => {
  key = 'leserbrief' + key;
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
    else if (value) node.setAttribute(name, value);
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
  const response = await fetch(file('/api/v1/' + path), {
    credentials: 'omit',
    signal: AbortSignal.timeout(3e4),
    ...more,
    headers: { 'Accept-Language': W.lang, ...more?.headers },
  });
  if (response.ok) return response.json();
  const problem = await response.json().catch(() => {});
  throw { ...problem, status: response.status, wait: +response.headers.get('Retry-After') || 30 };
};

// Made once: they are slow to make and many moments are told.
const day = new Intl.DateTimeFormat(W.lang, { dateStyle: 'long' });
const relative = new Intl.RelativeTimeFormat(W.lang, { numeric: 'auto' });

const ago = (moment) => {
  const seconds = Math.max(0, Date.now() - moment) / 1e3;
  if (seconds > 6e5) return day.format(moment);
  const [unit, length] = seconds < 3600 ? ['minute', 60] : seconds < 86400 ? ['hour', 3600] : ['day', 86400];
  return relative.format(-Math.floor(seconds / length), unit);
};

const linked = () => /^#comment-/.test(location.hash) && location.hash.slice(1);

class Thread extends HTMLElement {
  static observedAttributes = ['site', 'page'];

  connectedCallback() {
    this.watch();
    for (const { name, value } of this.attributes) {
      if (name.startsWith('text-')) OWN[name.slice(5).replace(/-(.)/g, (_, c) => c.toUpperCase())] = value;
    }
    Object.assign(W, OWN);
    if (!style.isConnected) document.head.append(style);
    addEventListener('hashchange', this);
    addEventListener('keydown', this);
    if (this.key === this.query) return;
    const loading = this.getAttribute('loading');
    if (this.key || loading === 'eager' || linked()) this.load();
    else if (loading === 'manual') this.more('offer');
    else {
      this.observer ||= new IntersectionObserver((seen) => seen.at(-1).isIntersecting && this.load(), { rootMargin: '400px' });
      this.observer.observe(this);
    }
  }

  disconnectedCallback() {
    removeEventListener('hashchange', this);
    removeEventListener('keydown', this);
    this.observer?.disconnect();
    clearTimeout(this.timer);
  }

  // An application may keep the element and show another article.
  attributeChangedCallback() {
    if (this.key && this.isConnected) this.connectedCallback();
  }

  handleEvent({ key, ctrlKey, metaKey }) {
    // Whoever searches the page means the whole thread.
    if (key ? key === 'f' && (ctrlKey || metaKey) : linked() && !document.getElementById(linked())) this.load(key ? 'lb-all' : linked());
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
    return this.key + '&parent=' + (this.parent || '');
  }

  emit(name, detail, cancelable) {
    return this.dispatchEvent(new CustomEvent('leserbrief:' + name, { bubbles: true, cancelable, detail }));
  }

  // The thread, or what follows of it. What was already there stays usable until the answer is here.
  async load(wanted = linked()) {
    const key = this.query;
    if (key !== this.key) {
      this.key = key;
      this.next = this.parent = this.ticket = this.built = this.order = this.sending = undefined;
      if (!this.querySelector('.lb-root')) this.prepend(h('p', { class: 'lb-loading', role: 'status' }, W.loading));
    } else if (this.loading || this.next === null) return;
    this.observer?.disconnect();
    this.loading = true;
    let thread, problem, first;
    try {
      do {
        // Asked for anew each time, which costs a 304: what a browser kept may lack the comment that was just approved.
        const order = this.order || this.getAttribute('sort') || '';
        thread = await ask('threads' + key + '&order=' + order + (this.next ? '&cursor=' + this.next : ''), { cache: 'no-cache' });
        await styled;
        if (key !== this.key) return;
        if (!this.next) this.begin(thread);
        this.tidy(thread);
        for (const comment of thread.comments) {
          const added = this.add(comment);
          first ||= added;
        }
        // The server may have rendered more than the first part.
        this.next = this.shown.length === thread.count ? null : this.list.dataset.next || thread.next;
        delete this.list.dataset.next;
        // The oldest first, what is wanted and older than the last one is not public.
      } while (this.next && wanted && !document.getElementById(wanted) && (this.newest || wanted > 'comment-' + this.next));
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
    const target = (wanted && document.getElementById(wanted)) || (waited && (first || foot.lastChild));
    if (target) target.focus();
    this.watch();
  }

  // What is used rarely, or later, is loaded when it is needed. Browsers may remember that a file did not come.
  more(what, ...about) {
    const tools = { OWN, ask, h, button, say, keep, kept };
    return import(file(W.lang + '.more.js' + again)).then((more) => more[what](this, tools, ...about), (error) => {
      again += '?';
      throw error;
    });
  }

  watch() {
    clearTimeout(this.timer);
    const seconds = +(this.getAttribute('refresh') ?? 60);
    if (seconds && this.built) this.timer = setTimeout(() => this.more('watch').catch(() => this.watch()), seconds * 1e3);
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
      const own = id + '-' + name;
      const error = own + '-error';
      const described = (name === 'email' ? id + '-note ' : '') + error;
      const input = (fields[name] = h(tag, { id: own, name, 'aria-describedby': described, ...attributes }));
      const mark = attributes.required && h('span', { 'aria-hidden': 'true' }, ' *');
      return h('div', { class: 'lb-field' }, h('label', { for: own }, label, mark), input, h('p', { class: 'lb-error', id: error }));
    };
    const tick = (name, label, change) => h('label', { class: 'lb-tick' }, (fields[name] = h('input', { type: 'checkbox', name, change })), label);

    fields.homepage = h('input', { name: 'homepage', tabindex: -1, autocomplete: 'off' });
    // What the server has rendered stays where it is; only the form is exchanged for ours.
    const ready = this.root ? null : this.querySelector('.lb-root');
    const part = (name, tag, ...more) => ready?.querySelector('.lb-' + name) || h(tag, { class: 'lb-' + name }, ...more);
    this.heading = part('heading', 'h' + level, W.comments);
    this.bar = part('bar', 'p');
    this.list = part('list', 'ol');
    this.newest = 'newest' in this.list.dataset;
    this.sorter = button('sort');
    this.foot = part('foot', 'div');
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
        // What tells of a failure is there before the line can break.
        focusin: () => this.more('ready') && this.token().catch(() => {}),
        input: () => keep('sessionStorage', this.draft, fields.text.value),
      },
      this.caption,
      h('p', { class: 'lb-note' }, W.rules),
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

    const known = JSON.parse(kept('localStorage', '') || '{}');
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

    if ((this.root = ready)) old?.replaceWith(this.form);
    else this.replaceChildren((this.root = h('div', { class: 'lb-root', lang: W.lang }, this.heading, this.bar, this.list, this.foot, this.form)));
    this.shown.forEach(this.equip);
    this.root.addEventListener('click', (event) => {
      const target = event.target.closest('a,button');
      const name = /lb-(reply|report|sort|date)/.exec(target?.className)?.[1];
      if (!name) return;
      if (name === 'date') return this.more(name, target.firstChild);
      event.preventDefault();
      const article = target.closest('.lb-comment');
      if (name === 'reply') this.move(article);
      else if (name === 'report') this.more(name, article);
      else if (!this.loading) {
        this.order = this.newest ? 'oldest' : 'newest';
        this.next = undefined;
        this.load('');
      }
    });
    fields[name]?.focus();
    if (name === 'text') fields.text.setSelectionRange(selectionStart, selectionEnd);
  }

  begin({ open, depth, count, order, texts }) {
    // The site's words go before ours, the article's before both.
    Object.assign(W, texts, OWN);
    this.build();
    const { form, root } = this;
    if (this.list.contains(form)) this.move();
    this.depth = depth;
    const newest = order[0] === 'n';
    if (newest !== this.newest) {
      // What is there in part says nothing of the other end.
      this.list.replaceChildren(...(this.shown.length < count ? [] : [...this.list.children].reverse()));
      delete this.list.dataset.next;
    }
    this.newest = newest;
    this.sorter.textContent = newest ? W.oldest : W.newest;
    this.open = open && !this.hasAttribute('readonly');
    this.heading.textContent = counted((this.count = count));
    // Put in once: moved, it would lose the focus.
    if (count > 1 && !this.sorter.isConnected) this.bar.replaceChildren(this.sorter);
    root.querySelector('.lb-closed')?.remove();
    if (!this.open) form.remove();
    else if (!form.isConnected) root.append(form);
    if (!open) root.append(h('p', { class: 'lb-closed' }, W.closed));
    if (kept('sessionStorage', 'own' + this.key)) this.more('own');
    // What counts elsewhere in the page listens, too.
    this.emit('ready', { count });
  }

  // What is shown and not public any more goes, if its place is in the part that has come. With the newest first that is
  // told by what the answers belong to, and a part may begin and end within a conversation.
  tidy({ comments, next }) {
    const ids = new Set(comments.map(({ id }) => id));
    const [last, first] = [next, this.next].map((place) => place?.split('.'));
    for (const { id, parentNode } of this.shown) {
      const own = id.slice(8);
      const top = parentNode.closest('.lb-list > li').firstChild.id.slice(8);
      const follows = ([place, answer]) => (this.newest ? top < place || (top === place && own > answer) : own > place);
      if (!(first && !follows(first)) && !(last && follows(last)) && !ids.has(own)) parentNode.remove();
    }
  }

  get shown() {
    return this.list.querySelectorAll('.lb-comment');
  }

  find(id) {
    const article = id && document.getElementById('comment-' + id);
    return this.list.contains(article) && article;
  }

  // Answers stand below what they answer; those too deep stand beside it. Returns the comment if it is new.
  add({ id, parent, author, website, html, submitted_at }) {
    const known = this.find(id);
    const above = this.find(parent)?.parentNode;
    const list = above ? above.querySelector('.lb-replies') || above.parentNode : this.list;
    // What it answered may have been taken back since.
    if (known && known.parentNode.parentNode === list) return;
    id = 'comment-' + id;
    const up = this.newest && list === this.list;
    let place = null;
    for (let last = list.lastChild; last && last.firstChild.id > id !== up; last = last.previousSibling) place = last;
    if (known) return void list.insertBefore(known.parentNode, place);
    const body = h('div', { class: 'lb-text', dir: 'auto' });
    body.innerHTML = policy.createHTML(html);
    const deeper = this.depth > 1 && !list.matches('.lb-replies '.repeat(this.depth - 1));
    const article = h(
      'article',
      { class: 'lb-comment', id, tabindex: -1 },
      h(
        'p',
        { class: 'lb-meta' },
        h('b', { class: 'lb-author' }, /^https?:/.test(website) ? h('a', { href: website, rel: 'ugc nofollow noopener' }, author) : author),
        h('a', { class: 'lb-date', href: '#' + id }, h('time', { datetime: new Date(submitted_at).toJSON() }))
      ),
      body,
      h('p', { class: 'lb-actions' }, this.open && button('reply', W.reply, 0, { 'aria-label': W.reply + ': ' + author }))
    );
    this.equip(article);
    list.insertBefore(h('li', {}, article, deeper && h('ol', { class: 'lb-replies' })), place);
    return article;
  }

  // Words of a moment are the reader's own, be the comment ours or the server's; and what only scripts can do.
  equip(article) {
    const time = article.querySelector('time');
    time.textContent = ago(new Date(time.dateTime));
    article.querySelector('.lb-actions').append(button('report', W.report));
  }

  // There is one form: it moves to the comment that is answered, and home again. Each place has its own draft.
  move(article) {
    if (this.sending) return;
    const { text } = this.fields;
    this.parent = article?.id.slice(8);
    this.clear();
    this.caption.textContent = article ? say(W.replyTo, article.querySelector('.lb-author').textContent) : W.write;
    text.value = kept('sessionStorage', this.draft) || '';
    if (article) {
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
      this.ticket = ask('form' + this.key);
      this.ticket.catch(() => (this.ticket = undefined));
    }
    return this.ticket;
  }

  remember() {
    const { name, email, website, remember } = this.fields;
    keep('localStorage', '', remember.checked && JSON.stringify({ name: name.value, email: email.value, website: website.value }));
  }

  async send(event) {
    event.preventDefault();
    const { fields, key, draft, submit } = this;
    if (this.sending || submit.disabled) return;
    this.clear();
    const comment = { ...this.about, parent: this.parent, notify: fields.notify.checked };
    for (const name of TYPED) comment[name] = fields[name].value;
    // What is missing, the server says: it checks everything anyway, and has the words.
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
    if (problem) {
      return this.more('refuse', problem).catch(() => {
        this.summary.textContent = W.failed;
        this.summary.focus();
      });
    }
    this.ticket = undefined;
    this.remember();
    const { id, status, receipt } = answer;
    const { text, parent } = comment;
    const approved = status === 'approved';
    this.posted?.remove();
    this.posted = h(
      'div',
      { class: 'lb-posted', role: 'status', tabindex: -1 },
      approved ? W.published : W.pending,
      ' ',
      h('a', { href: receipt }, W.receipt),
      !approved && h('div', { class: 'lb-text', dir: 'auto' }, text)
    );
    this.form.before(this.posted);
    this.move();
    this.posted.focus();
    this.emit('posted', { id, status });
    if (approved) {
      this.next = undefined;
      this.load('comment-' + id);
    } else this.more('own', { id, receipt, parent, text });
  }

  clear() {
    this.summary.replaceChildren();
    for (const input of this.form.querySelectorAll('[aria-invalid]')) {
      input.removeAttribute('aria-invalid');
      input.nextSibling.textContent = '';
    }
  }
}

// Not before the page is parsed: else the parser would add its fallback to what we have built.
// Not twice: a page may bring the script in two languages, the first one speaks.
const start = () => {
  if (customElements.get(TAG)) return;
  style = document.querySelector('link[href$="/leserbrief.css"]') || h('link', { rel: 'stylesheet', href: file('leserbrief.css') });
  // Without styles people would see the field that only robots should fill in.
  styled = new Promise((done) => (style.sheet ? done() : (style.onload = style.onerror = done)));
  const rules = { createHTML: String };
  policy = window.trustedTypes?.createPolicy('leserbrief', rules) || rules;
  customElements.define(TAG, Thread);
  if (document.querySelector('[data-leserbrief-count]')) import(file(W.lang + '.count.js'));
};

if (document.readyState === 'loading') addEventListener('DOMContentLoaded', start);
else start();
