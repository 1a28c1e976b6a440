//! Grounds for not publishing a comment: a closed list, so that decisions can be counted and their authors be told what
//! the EU's Digital Services Act (article 17) asks for: the ground, whether it lies in the law or in the site's rules, and
//! that a person decided.

use std::str::FromStr;

/// A ground. Its words are under `ground-…` for moderators and `statement-…` for authors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    /// An insult.
    Insult,
    /// Hatred against a group.
    Hate,
    /// Somebody is pursued or threatened.
    Harassment,
    /// Nothing to do with the article.
    OffTopic,
    /// An advertisement.
    Advertising,
    /// A statement known to be false.
    Misinformation,
    /// Somebody's private data.
    PersonalData,
    /// Against the law.
    Illegal,
    /// Something else, said in free words.
    Other,
}

impl Ground {
    /// Every ground, in the order of the keys 1 to 9.
    pub const ALL: [Self; 9] = [
        Self::Insult,
        Self::Hate,
        Self::Harassment,
        Self::OffTopic,
        Self::Advertising,
        Self::Misinformation,
        Self::PersonalData,
        Self::Illegal,
        Self::Other,
    ];

    /// The name in the journal and in forms.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Insult => "insult",
            Self::Hate => "hate",
            Self::Harassment => "harassment",
            Self::OffTopic => "off-topic",
            Self::Advertising => "advertising",
            Self::Misinformation => "misinformation",
            Self::PersonalData => "personal-data",
            Self::Illegal => "illegal",
            Self::Other => "other",
        }
    }
}

impl FromStr for Ground {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|ground| ground.as_str() == name).ok_or_else(|| format!("{name} is not a ground"))
    }
}
