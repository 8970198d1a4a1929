//! Finds the words of a list in a text, also where somebody has written them so that they are not found.

use crate::lists::Entry;
use crate::normal::{entry_form, meaning_of, Meaning};
use crate::trie::{Kind, Trie};

/// What may follow a word of the list: forms of it.
const ENDINGS: &[&str] = &["s", "es", "ed", "er", "ers", "ing", "y", "e", "en", "n", "em", "ern", "ens"];
/// Letters one by one, as in `f u c k`, are a word from this many on.
const MIN_SPACED: usize = 4;
const MAX_SPACED: usize = 14;
/// With stars for letters, so many of a word must be there.
const MIN_LETTERS_WITH_STARS: usize = 2;

/// A character of a word, and where it stands in the text.
#[derive(Clone, Copy)]
struct Sign {
    meaning: Meaning,
    start: usize,
    end: usize,
}

pub struct WordList {
    listed: Trie,
    /// In their order, to be found fast.
    allowed: Vec<String>,
}

impl WordList {
    /// Of the admin's own words: `word`, `begin*` or `*part*`.
    pub fn new<'a>(entries: &[Entry], own: impl Iterator<Item = &'a str>, mut allowed: Vec<String>) -> WordList {
        allowed.sort();
        let mut list = WordList { listed: Trie::new(), allowed };
        for entry in entries {
            list.add(entry);
        }
        for entry in own {
            list.add(entry);
        }
        list
    }

    fn add(&mut self, entry: &str) {
        let form = entry_form(entry);
        if form.chars().count() < 2 {
            return;
        }
        let kind = if entry.starts_with('*') {
            Kind::Part
        } else if entry.ends_with('*') {
            Kind::Beginning
        } else {
            Kind::Word
        };
        self.listed.add(&form, kind);
    }

    /// Where in the text they are, in bytes.
    pub fn find(&self, text: &str) -> Vec<(usize, usize)> {
        let tokens = tokens_of(text);
        let mut found: Vec<(usize, usize)> = Vec::new();
        for token in &tokens {
            found.extend(self.in_token(token));
        }
        for pair in tokens.windows(2) {
            found.extend(self.in_pair(text, &pair[0], &pair[1]));
        }
        for run in spaced_runs(text, &tokens) {
            found.extend(self.in_spaced(&run));
        }
        found
    }

    fn in_token(&self, token: &[Sign]) -> Option<(usize, usize)> {
        let (start, end) = letters_of(token);
        [&token[start..end], token, &token[..end], &token[start..], without_stars(token)]
            .into_iter()
            .find_map(|signs| spellings(signs).iter().any(|word| self.has(word)).then(|| span(signs)))
    }

    /// `fu-ck`: two halves with a sign between that nobody puts within a word. Only whole words of the list.
    fn in_pair(&self, text: &str, one: &[Sign], other: &[Sign]) -> Option<(usize, usize)> {
        let between = &text[span(one).1..span(other).0];
        let is_joint = between.chars().count() == 1 && !between.contains(char::is_whitespace);
        if !is_joint {
            return None;
        }
        let joined: Vec<Sign> = one.iter().chain(other).copied().collect();
        let (start, end) = letters_of(&joined);
        let is_listed = |word: &String| self.is_word(word) || self.listed.is_stem(word);
        let written = [&joined[start..end], &joined[..]];
        let found = written.iter().find(|signs| spellings(signs).iter().any(is_listed));
        found.map(|signs| span(signs))
    }

    fn in_spaced(&self, run: &[Sign]) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        let mut start = 0;
        while start + MIN_SPACED <= run.len() {
            let longest = run.len().min(start + MAX_SPACED);
            let end = (start + MIN_SPACED..=longest).rev().find(|end| {
                spellings(&run[start..*end]).iter().any(|word| self.is_word(word) || self.listed.is_stem(word))
            });
            if let Some(end) = end {
                found.push(span(&run[start..end]));
                start = end;
            } else {
                start += 1;
            }
        }
        found
    }

    fn has(&self, word: &str) -> bool {
        if self.is_allowed(word) {
            return false;
        }
        if word.contains('*') {
            let letters = word.chars().filter(|c| *c != '*').count();
            let stars = word.chars().count() - letters;
            return letters >= MIN_LETTERS_WITH_STARS
                && stars <= letters + 1
                && !word.starts_with('*')
                && self.listed.fits(word, ENDINGS);
        }
        self.is_word(word) || self.listed.is_begun_by(word) || self.listed.is_part_of(word)
    }

    fn is_word(&self, word: &str) -> bool {
        !self.is_allowed(word) && self.listed.is_word(word, ENDINGS)
    }

    fn is_allowed(&self, word: &str) -> bool {
        self.allowed.binary_search_by(|allowed| allowed.as_str().cmp(word)).is_ok()
    }
}

/// Runs of what may be of a word. What is not seen is in no word, and ends none.
fn tokens_of(text: &str) -> Vec<Vec<Sign>> {
    let mut tokens = Vec::new();
    let mut token: Vec<Sign> = Vec::new();
    for (start, c) in text.char_indices() {
        let end = start + c.len_utf8();
        match meaning_of(c) {
            Meaning::Nothing => {}
            Meaning::Other => {
                if !token.is_empty() {
                    tokens.push(std::mem::take(&mut token));
                }
            }
            meaning => {
                token.push(Sign { meaning, start, end });
                if c == 'ß' || c == 'ẞ' {
                    token.push(Sign { meaning, start, end });
                }
            }
        }
    }
    if !token.is_empty() {
        tokens.push(token);
    }
    tokens.into_iter().filter(|token| token.iter().any(|sign| matches!(sign.meaning, Meaning::Letter(_)))).collect()
}

/// From the first letter to the last: in `**damn!!!` and `4word2` the signs at the ends are none.
fn letters_of(token: &[Sign]) -> (usize, usize) {
    let is_letter = |sign: &Sign| matches!(sign.meaning, Meaning::Letter(_));
    let start = token.iter().position(is_letter).unwrap_or(0);
    let end = token.iter().rposition(is_letter).map_or(token.len(), |at| at + 1);
    (start, end)
}

/// `*$hit*` is emphasis, not a word with stars for letters.
fn without_stars(token: &[Sign]) -> &[Sign] {
    let is_star = |sign: &Sign| sign.meaning == Meaning::Any;
    let start = token.iter().position(|sign| !is_star(sign)).unwrap_or(0);
    let end = token.iter().rposition(|sign| !is_star(sign)).map_or(0, |at| at + 1);
    &token[start..end.max(start)]
}

fn span(signs: &[Sign]) -> (usize, usize) {
    (signs.first().map_or(0, |sign| sign.start), signs.last().map_or(0, |sign| sign.end))
}

/// What the signs may be meant to say: both meanings of 1, and letters that are drawn out as one or as two.
fn spellings(signs: &[Sign]) -> Vec<String> {
    let spell = |second: bool| -> String {
        signs
            .iter()
            .map(|sign| match sign.meaning {
                Meaning::Letter(letter) => letter,
                Meaning::Instead(one, other) => {
                    if second {
                        other
                    } else {
                        one
                    }
                }
                _ => '*',
            })
            .collect()
    };
    let mut all = vec![spell(false)];
    if signs.iter().any(|sign| matches!(sign.meaning, Meaning::Instead(one, other) if one != other)) {
        all.push(spell(true));
    }
    for at in 0..all.len() {
        for keep in [1, 2] {
            let shorter = drawn_in(&all[at], keep);
            if !all.contains(&shorter) {
                all.push(shorter);
            }
        }
    }
    all
}

/// Three times the same letter and more becomes one, or two: two may be how the word is written.
fn drawn_in(word: &str, keep: usize) -> String {
    let letters: Vec<char> = word.chars().collect();
    let mut shorter = String::new();
    let mut at = 0;
    while at < letters.len() {
        let run = letters[at..].iter().take_while(|c| **c == letters[at]).count();
        let kept = if run >= 3 && letters[at] != '*' { keep } else { run };
        shorter.extend(std::iter::repeat(letters[at]).take(kept));
        at += run;
    }
    shorter
}

/// What people put between the letters of a word, and not between those of a formula.
fn is_spacing(c: char) -> bool {
    c.is_whitespace() || matches!(c, '.' | '-' | '_' | '~' | '\'' | '·' | '•' | '/')
}

/// Single letters, each a space or a sign from the next.
fn spaced_runs(text: &str, tokens: &[Vec<Sign>]) -> Vec<Vec<Sign>> {
    let mut runs = Vec::new();
    let mut run: Vec<Sign> = Vec::new();
    for token in tokens {
        let (start, end) = letters_of(token);
        let is_single = end - start == 1;
        let gap = run.last().map_or("", |last| &text[last.end..token[start].start]);
        if !is_single || gap.chars().count() > 2 || !gap.chars().all(is_spacing) {
            runs.push(std::mem::take(&mut run));
        }
        if is_single {
            run.push(token[start]);
        }
    }
    runs.push(run);
    runs
}
