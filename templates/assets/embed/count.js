// Numbers of comments for pages that show no thread, such as a front page: `data-leserbrief-count="PAGE"` with
// `data-leserbrief-site="SITE"`. One request for a site.

const W = __WORDS__;
const sites = {};
for (const node of document.querySelectorAll('[data-leserbrief-count]')) (sites[node.dataset.leserbriefSite || document.querySelector('leserbrief-thread')?.getAttribute('site')] ||= []).push(node);
for (const site in sites) {
  const query = new URLSearchParams({ site });
  for (const page of new Set(sites[site].map((node) => node.dataset.leserbriefCount))) query.append('page', page);
  fetch(new URL('/api/v1/counts?' + query, import.meta.url), { credentials: 'omit' })
    .then((answer) => answer.json())
    .then(({ counts }) => {
      for (const node of sites[site]) {
        const count = counts[node.dataset.leserbriefCount];
        const words = count > 1 ? W.countMany : count ? W.countOne : W.none;
        if (count >= 0) node.textContent = words.replace('%s', count.toLocaleString(W.lang));
      }
    })
    .catch(() => {});
}
