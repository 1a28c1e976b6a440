//! Figures beside their limits.

/// What a round, or the median of several, came to.
#[derive(Clone, Copy, Debug)]
pub struct Measured {
    /// Of the server, per request.
    pub processor_ms: f64,
    pub per_second: f64,
}

/// What a figure may be.
#[derive(Clone, Copy, Debug)]
pub enum Limit {
    AtMost(f64),
    Below(f64),
    None,
}

impl Limit {
    fn verdict(self, figure: f64) -> String {
        let (words, limit, reached) = match self {
            Self::AtMost(limit) => ("at most", limit, figure <= limit),
            Self::Below(limit) => ("below", limit, figure < limit),
            Self::None => return String::new(),
        };
        format!("   ({words} {limit}: {})", if reached { "ok" } else { "NOT REACHED" })
    }
}

/// Prints one figure.
pub fn one(what: &str, figure: f64, limit: Limit) {
    println!("{what}: {figure:.3}{}", limit.verdict(figure));
}

/// Prints what the program needs, what the least that does the same needs, and the ratio.
pub fn pair(program: (&str, Measured), least: (&str, Measured), limit: Limit) {
    for (name, measured) in [program, least] {
        println!("    {name:<12} {:>8.4} ms of processor {:>9.0} requests/s", measured.processor_ms, measured.per_second);
    }
    let ratio = program.1.processor_ms / least.1.processor_ms;
    println!("    ratio        {ratio:>8.3}{}", limit.verdict(ratio));
}

/// The medians of some rounds.
pub fn median(rounds: Vec<Measured>) -> Measured {
    let middle = |pick: fn(&Measured) -> f64| {
        let mut figures: Vec<f64> = rounds.iter().map(pick).collect();
        figures.sort_by(f64::total_cmp);
        figures[figures.len() / 2]
    };
    Measured { processor_ms: middle(|round| round.processor_ms), per_second: middle(|round| round.per_second) }
}
