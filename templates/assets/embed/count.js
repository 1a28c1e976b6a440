// Numbers of comments anywhere on a page, such as a front page: `data-leserbrief-count="PAGE"` with
// `data-leserbrief-site="SITE"`. One request for a site; where a thread is shown, its number follows it, in its words.

const W = __WORDS__;
const sites = {};
const thread = document.querySelector('leserbrief-thread');
const own = (name) => thread?.getAttribute('text-' + name);
const tell = (node, count) => {
  const words = count > 1 ? own('count-many') || W.countMany : count ? own('count-one') || W.countOne : own('none') || W.none;
  if (count >= 0) node.textContent = words.replace('%s', count.toLocaleString(W.lang));
};
const all = () => document.querySelectorAll('[data-leserbrief-count]');
for (const node of all()) (sites[node.dataset.leserbriefSite || thread?.getAttribute('site')] ||= []).push(node);
for (const site in sites) {
  const query = new URLSearchParams({ site });
  for (const page of new Set(sites[site].map((node) => node.dataset.leserbriefCount))) query.append('page', page);
  fetch(new URL('/api/v1/counts?' + query, import.meta.url), { credentials: 'omit' })
    .then((answer) => answer.json())
    .then(({ counts }) => sites[site].forEach((node) => tell(node, counts[node.dataset.leserbriefCount])))
    .catch(() => {});
}
addEventListener('leserbrief:ready', ({ target, detail }) => {
  for (const node of all()) if (node.dataset.leserbriefCount === target.about.page) tell(node, detail.count);
});
