// The gallery: every state of the embed, made by the embed itself. The service is played here, so that a state that needs
// bad luck (a closed thread, a refusal, a broken line) is there for the asking.

const TEXT = 'Endlich fährt die 14 auch nachts. Vierzig Minuten zu Fuß, das wollte niemand mehr.';
const id = (number) => '0199a000-0000-7000-8000-' + String(number).padStart(12, '0');
let last = 0;
const comment = (author, html, parent, more) => {
  const number = ++last;
  const submitted_at = Date.now() - 864e5 * 30 + number * 36e5;
  return { id: id(number), parent: parent && parent.id, author, website: null, html: `<p>${html}</p>`, submitted_at, ...more };
};

const deep = [comment('Wiebke Harms', 'Was fehlt, ist ein Halt am Altenheim.')];
for (const [author, html] of [
  ['Ulf Petersen', 'Und wo sollen die Leute parken?'],
  ['Renate Ohlsen', '<strong>Vierzehn</strong> Plätze weniger, das merkt man.'],
  ['Mehmet Brodersen', 'Mit dem Bus <a href="https://nordblatt.example/" rel="ugc nofollow noopener">geht es auch</a>.'],
  ['Eva Müller', 'Noch eine Antwort, die nicht tiefer rückt.'],
]) {
  deep.push(comment(author, html, deep.at(-1)));
}
const long = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft'.repeat(3);
const threads = {
  empty: [],
  one: [comment('Eva Müller', TEXT, null, { website: 'https://eva.example/' })],
  deep,
  pending: [comment('Ulf Petersen', 'Mal sehen, ob es so bleibt.')],
  error: [],
  closed: [comment('Eva Müller', TEXT)],
  limited: [],
  offline: [],
  failed: [],
  long: [comment(long, long), comment('Kode', `</p><pre><code>${long}</code></pre><blockquote><p>${long}</p></blockquote><p>`)],
  dark: [comment('Eva Müller', TEXT), comment('Ulf Petersen', 'Auch im Dunkeln.')],
  rtl: [comment('ليلى حداد', 'أخيرا يسير الخط ١٤ في الليل أيضا.'), comment('Eva Müller', TEXT)],
};
threads.rtl[1].parent = threads.rtl[0].id;

const answer = (status, body, headers) =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json', ...headers } });

const submitted = {
  pending: () => answer(202, { id: id(9999), status: 'pending', receipt: location.origin + '/demo/gallery#pending' }),
  error: () =>
    answer(422, {
      status: 422,
      title: '',
      detail: '',
      errors: [
        { field: 'text', code: 'too_short', message: 'Der Kommentar braucht mindestens drei Zeichen.' },
        { field: 'email', code: 'invalid', message: 'Das sieht nicht nach einer E-Mail-Adresse aus.' },
      ],
    }),
  limited: () => answer(429, { status: 429, detail: 'Bitte warte 90 Sekunden und schicke es dann noch einmal ab.' }, { 'Retry-After': '90' }),
  offline: () => Promise.reject(new TypeError('offline')),
};

window.fetch = async (address, { body } = {}) => {
  const url = new URL(address);
  const page = body ? JSON.parse(body).page : url.searchParams.get('page');
  if (url.pathname.endsWith('/form')) return answer(200, { token: 'gallery' });
  if (body) return submitted[page]();
  if (page === 'failed') throw new TypeError('offline');
  const comments = threads[page];
  return answer(200, { count: comments.length, open: page !== 'closed', depth: 3, order: 'oldest-first', texts: {}, comments, next: null });
};

// Those states that come after something has been sent.
const send = (thread) => {
  const { form, fields } = thread;
  fields.text.value = TEXT;
  fields.name.value = 'Eva Müller';
  fields.email.value = 'eva@example.org';
  form.requestSubmit();
};
addEventListener('leserbrief:ready', ({ target }) => {
  if (submitted[target.getAttribute('page')]) send(target);
});
