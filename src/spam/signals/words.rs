//! Words that advertisements are made of.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::LazyLock;

use super::word_lists::{FLATTERY, LISTS, SITE_PRAISE, WordList};
use crate::spam::Reason;
use crate::spam::fold::{fold, merge_i_and_l, without_umlauts};
use crate::spam::reading::{Folded, Reading};

/// A word of the lists, written so that programs overlook it.
pub(in crate::spam) const DISGUISED: &str = "words-disguised";

/// General praise with a website beside it: what is praised is the link.
pub(in crate::spam) const PRAISE_WITH_WEBSITE: &str = "website-praise";

/// A few words of general praise, and nothing that shows the article was read.
pub(in crate::spam) const PRAISE_ONLY: &str = "praise-only";

/// A name of several words, none with a capital: words to be found by, not a name.
pub(in crate::spam) const NAME: &str = "name-keywords";

/// "ulla maria" is a name that somebody typed in a hurry; of 1,787 longer ones in blogs 19 were honest.
const NAME_FROM_WORDS: usize = 3;
/// Praise with fewer words than this has nothing to say beside it.
const PRAISE_ONLY_WORDS: usize = 15;
/// Shorter words are found inside of others by chance.
const INSIDE_FROM_CHARS: usize = 6;
/// Parts of honest words that have one of the list inside.
const INSIDE_HONEST: [&str; 2] = ["specialis", "socialis"];
/// In how many links they are looked for: two dozen say enough.
const HOSTS_LOOKED_AT: usize = 24;

/// The lists, folded and arranged for looking up.
struct Index {
    /// First word of a phrase, to its further words and its list.
    phrases: HashMap<String, Vec<(Vec<String>, usize)>, Quick>,
    /// Single words, as `unleet` reads them.
    disguised: HashSet<String, Quick>,
    /// Single words to be looked for inside of hosts and of spaced-out letters, with their list.
    inside: Vec<(String, usize)>,
}

/// The lists are ours, so that nobody can choose words whose hashes collide in them: FNV-1a is enough.
type Quick = BuildHasherDefault<Fnv>;

#[derive(Default)]
struct Fnv(u64);

impl Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3));
    }

    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }
}

static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let mut index = Index { phrases: HashMap::default(), disguised: HashSet::default(), inside: Vec::new() };
    for (list, phrase) in LISTS.iter().enumerate().flat_map(|(at, list)| list.phrases.iter().map(move |phrase| (at, *phrase))) {
        let folded = Folded::of(fold(phrase));
        let mut parts = folded.words().map(str::to_owned);
        let Some(first) = parts.next() else { continue };
        let rest: Vec<String> = parts.collect();
        if rest.is_empty() {
            index.disguised.insert(merge_i_and_l(&first));
            if first.chars().count() >= INSIDE_FROM_CHARS && LISTS.get(list).is_some_and(|list| list.inside_hosts) {
                index.inside.push((first.clone(), list));
            }
        }
        index.phrases.entry(first).or_default().push((rest, list));
    }
    index
});

pub(super) fn look(reading: &Reading, found: &mut Vec<Reason>) {
    let mut hits: Vec<Vec<String>> = vec![Vec::new(); LISTS.len()];
    let mut hit = |list: usize, phrase: String| {
        if let Some(phrases) = hits.get_mut(list)
            && !phrases.contains(&phrase)
        {
            phrases.push(phrase);
        }
    };
    for folded in [&reading.folded_text, &reading.folded_fields] {
        let all: Vec<&str> = folded.words().collect();
        for (at, first) in all.iter().enumerate() {
            for (rest, list) in INDEX.phrases.get(*first).into_iter().flatten() {
                let following = all.iter().skip(at + 1).take(rest.len());
                if following.eq(rest.iter()) {
                    hit(*list, [&[(*first).to_owned()], rest.as_slice()].concat().join(" "));
                }
            }
        }
    }
    for link in reading.website.iter().chain(reading.links.iter().take(HOSTS_LOOKED_AT)) {
        let host = INSIDE_HONEST.iter().fold(link.host.clone(), |host, honest| host.replace(honest, ""));
        for (word, list) in INDEX.inside.iter().filter(|(word, _)| host.contains(word.as_str())) {
            hit(*list, word.clone());
        }
    }
    let text = &reading.folded_text;
    let spaced = text.spaced_words();
    let decorated = text.words().filter_map(without_umlauts).map(|word| merge_i_and_l(&word));
    let disguised = text.leet_words().chain(decorated).find(|word| INDEX.disguised.contains(word)).or_else(|| {
        let is_known = |run: &&String| {
            INDEX.disguised.contains(&merge_i_and_l(run)) || INDEX.inside.iter().any(|(word, _)| run.contains(word.as_str()))
        };
        spaced.iter().find(is_known).cloned()
    });
    if let Some(word) = disguised {
        found.push(Reason::new(DISGUISED, 3.0, word));
    }
    let author = reading.author;
    if !author.contains(char::is_uppercase) && author.split_whitespace().nth(NAME_FROM_WORDS - 1).is_some() {
        found.push(Reason::new(NAME, 1.2, author));
    }
    let is_praise = |list: &WordList| [SITE_PRAISE, FLATTERY].contains(&list.signal);
    let praise = LISTS.iter().zip(&hits).filter(|(list, _)| is_praise(list)).find_map(|(_, phrases)| phrases.first());
    if let (Some(praise), Some(_)) = (praise, &reading.website) {
        found.push(Reason::new(PRAISE_WITH_WEBSITE, 1.5, praise));
    }
    if let Some(praise) = praise
        && !reading.text.contains('?')
        && text.words().nth(PRAISE_ONLY_WORDS - 1).is_none()
    {
        found.push(Reason::new(PRAISE_ONLY, 0.4, praise));
    }
    for (list, phrases) in LISTS.iter().zip(&hits) {
        if !phrases.is_empty() {
            found.push(Reason::new(list.signal, points(list, phrases.len()), phrases.join(", ")));
        }
    }
}

/// Each further phrase of a list says half of what the first does.
fn points(list: &WordList, phrases: usize) -> f64 {
    let further = u32::try_from(phrases.saturating_sub(1)).unwrap_or(u32::MAX);
    (list.points * (1.0 + 0.5 * f64::from(further))).min(list.at_most)
}

#[cfg(test)]
mod tests {
    use crate::spam::testing::{points_of, submission};

    #[test]
    fn words_of_advertisements_are_found_however_they_are_written() {
        for (text, signal) in [
            ("Kaufen Sie Viagra", "words-pharmacy"),
            ("Ganz ohne Rezept!", "words-pharmacy"),
            ("siehe https://billigviagra24.example/", "words-pharmacy"),
            ("Das Online-Casino", "words-gambling"),
            ("СASINO", "words-gambling"),
            ("Die KRYPTOWÄHRUNGEN", "words-finance"),
            ("hochwertige Backlinks", "words-seo"),
            ("der beste Escort-Service", "words-adult"),
            ("c@s1no", "words-disguised"),
            ("cäsinö", "words-disguised"),
            ("v.i.a.g.r.a", "words-disguised"),
            ("b u y v i a g r a n o w", "words-disguised"),
        ] {
            assert!(points_of(&submission(text), signal) > 0.0, "{text}");
        }
    }

    #[test]
    fn honest_words_are_left_alone() {
        for text in [
            "Der Spezialist für Sozialismus war gestern im Kasinosaal des Museums.",
            "Die Apotheke am Markt schließt, schade. Der Zug um 10:15 auch.",
            "Ich schreibe seit 1984 über Kunst und Wetter.",
        ] {
            let verdict = crate::spam::judge(&submission(text), &Default::default(), &Default::default(), &Default::default());
            assert_eq!(verdict.reasons, [], "{text}");
        }
    }

    #[test]
    fn a_specialist_sells_no_medicine() {
        let mut sent = submission("Danke für den Hinweis.");
        for (website, points) in [("https://zaunspecialist.example", 0.0), ("https://cialis-specialist.example", 2.0)] {
            sent.website = Some(website);
            assert_eq!(points_of(&sent, "words-pharmacy"), points, "{website}");
        }
    }

    #[test]
    fn a_name_of_several_words_without_a_capital_counts() {
        for (author, points) in
            [("günstige koffer online", 1.2), ("eva von der post", 1.2), ("Eva von der Post", 0.0), ("eva m.", 0.0)]
        {
            let mut sent = submission("Danke für den Hinweis.");
            sent.author = author;
            assert_eq!(points_of(&sent, "name-keywords"), points, "{author}");
        }
    }

    #[test]
    fn praise_counts_more_beside_a_website() {
        let mut sent = submission("Great post, thank you!");
        assert_eq!(points_of(&sent, "website-praise"), 0.0);
        sent.website = Some("https://koffer.example");
        assert_eq!(points_of(&sent, "website-praise"), 1.5);
    }

    #[test]
    fn praise_without_content_counts() {
        for (text, points) in [
            ("Great post! Keep it up.", 0.4),
            ("Great post! Which of the two bridges is meant in the last paragraph?", 0.0),
            (
                "Great post, though the bridge by the mill was closed a year before the flood, as my father told us, who drove \
                 across it to work.",
                0.0,
            ),
            ("Das stimmt so nicht.", 0.0),
        ] {
            assert_eq!(points_of(&submission(text), "praise-only"), points, "{text}");
        }
    }

    #[test]
    fn a_second_word_of_a_list_adds_half_and_the_sum_has_a_limit() {
        let of = |text: &str| points_of(&submission(text), "words-pharmacy");
        assert_eq!(of("viagra viagra"), of("viagra"));
        assert_eq!(of("viagra cialis"), of("viagra") * 1.5);
        assert!(of("viagra cialis levitra kamagra xanax tramadol priligy clomid") < 5.0);
    }
}
