//! Whether a text is code, and in which language. In doubt it is none: text that is shown as code is worse than code that is shown as text.

use crate::languages::{Language, LANGUAGES};
use switchboard::json::Json;

/// What there must be for a language, at the least, and by how much more than for any other (in tenths).
const ENOUGH: u16 = 60;
const ENOUGH_FOR_A_GUESS: u16 = 30;
const LEAD: u32 = 12;
/// Of its own, for a language that has all of another's.
const ENOUGH_OF_ITS_OWN: u16 = 30;
/// Once more counts a third, so often.
const REPEATS: usize = 4;
/// What a token at the start of a line has to say for its line to be taken for code, and for no sentence.
const WEAK: u16 = 10;
const STRONG: u16 = 30;
/// Of each hundred lines that are not empty.
const MOST_PROSE: usize = 25;
const LEAST_CODE: usize = 60;

pub fn language_of(text: &str, min_lines: usize) -> Option<&'static str> {
    let lines: Vec<&str> = text.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
    if lines.len() < min_lines.max(1) {
        return None;
    }
    if is_json(text) {
        return Some("json");
    }
    if is_yaml(&lines) {
        return Some("yaml");
    }
    let share = |count: usize| count * 100 / lines.len();
    let prose = lines.iter().filter(|line| is_prose(line)).count();
    let code = lines.iter().filter(|line| is_like_code(line)).count();
    if share(prose) > MOST_PROSE || share(code) < LEAST_CODE {
        return None;
    }
    best_of(text, ENOUGH)
}

/// For what is code, because somebody says so.
pub fn best_guess(text: &str) -> Option<&'static str> {
    if is_json(text) {
        return Some("json");
    }
    best_of(text, ENOUGH_FOR_A_GUESS)
}

fn best_of(text: &str, enough: u16) -> Option<&'static str> {
    let small = text.to_ascii_lowercase();
    let own: Vec<u16> =
        LANGUAGES.iter().map(|language| score(language, if language.ignores_case { &small } else { text })).collect();
    let score_of = |id: &str| LANGUAGES.iter().position(|language| language.id == id).map_or(0, |at| own[at]);
    let mut best: Option<(&Language, u16)> = None;
    let mut second = 0;
    for (at, language) in LANGUAGES.iter().enumerate() {
        let total = match language.extends {
            Some(_) if own[at] < ENOUGH_OF_ITS_OWN => 0,
            Some(base) => own[at] + score_of(base),
            None => own[at],
        };
        match best {
            Some((leader, most)) if total <= most => {
                if leader.extends != Some(language.id) {
                    second = total.max(second);
                }
            }
            _ => {
                if let Some((before, most)) = best {
                    if language.extends != Some(before.id) {
                        second = most.max(second);
                    }
                }
                best = Some((language, total));
            }
        }
    }
    let (language, most) = best?;
    (most >= enough && u32::from(most) * 10 >= u32::from(second) * LEAD).then(|| language.id)
}

fn score(language: &Language, text: &str) -> u16 {
    let mut sum = 0;
    let mut different = 0;
    for (token, weight) in language.tokens {
        let count = count_of(token, text).min(REPEATS) as u16;
        if count > 0 {
            sum += weight + weight / 3 * (count - 1);
            different += 1;
        }
    }
    // One sign alone says little, however often it is there.
    if different >= 2 {
        sum
    } else {
        sum / 2
    }
}

fn count_of(token: &str, text: &str) -> usize {
    if let Some(whole) = token.strip_prefix('=') {
        if whole.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return text.lines().filter(|line| line.trim() == whole).count();
        }
    }
    if let Some(start) = token.strip_prefix('^') {
        return text.lines().filter(|line| line.trim_start().starts_with(start)).count();
    }
    let is_word = |c: Option<char>| c.map_or(false, |c| c.is_ascii_alphanumeric() || c == '_');
    let (starts_word, ends_word) = (is_word(token.chars().next()), is_word(token.chars().next_back()));
    text.match_indices(token)
        .filter(|(at, _)| {
            let before = text[..*at].chars().next_back();
            let after = text[at + token.len()..].chars().next();
            !(starts_word && is_word(before) || ends_word && is_word(after))
        })
        .count()
}

/// An object, or a list of more than numbers, over several lines.
fn is_json(text: &str) -> bool {
    let trimmed = text.trim();
    if !(trimmed.starts_with('{') || trimmed.starts_with('[')) || !trimmed.contains('"') || !trimmed.contains('\n') {
        return false;
    }
    match Json::parse(trimmed) {
        Some(Json::Fields(fields)) => !fields.is_empty(),
        Some(Json::List(items)) => items.iter().any(|item| matches!(item, Json::Fields(_) | Json::Text(_))),
        _ => false,
    }
}

/// Names with values, something nested below a name, and nothing else: lists of people's answers look similar.
fn is_yaml(lines: &[&str]) -> bool {
    let mut nested = 0;
    let mut before = "";
    for line in lines {
        let inner = line.trim_start();
        let item = inner.strip_prefix("- ").unwrap_or(inner);
        let is_comment = inner.starts_with('#') || *line == "---";
        let is_item = inner.starts_with("- ") && !item.ends_with('.');
        if !is_comment && !is_item && !is_field(item) {
            return false;
        }
        let indent = line.len() - inner.len();
        let indent_before = before.len() - before.trim_start().len();
        if before.ends_with(':')
            && (indent > indent_before || indent == indent_before && is_item)
            && is_field(before.trim_start())
        {
            nested += 1;
        }
        before = line;
    }
    lines.len() >= 3 && nested > 0 && lines.iter().filter(|line| is_field(line.trim_start())).count() >= 2
}

fn is_field(line: &str) -> bool {
    let name = line.split(':').next().unwrap_or("");
    let rest = &line[name.len()..];
    let is_name =
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '$'));
    is_name && (rest == ":" || rest.starts_with(": ")) && !name.starts_with("http")
}

const CODE_SIGNS: &[char] =
    &['{', '}', '(', ')', '[', ']', ';', '=', '<', '>', '$', '#', '&', '|', '*', '+', '/', '\\', '_', '"', '`', '@'];

/// A sentence: words, and few signs.
fn is_prose(line: &str) -> bool {
    let inner = line.trim();
    let words = inner
        .split_whitespace()
        .filter(|word| word.chars().all(|c| c.is_alphabetic() || ".,!?'’:;-".contains(c)))
        .count();
    let all = inner.split_whitespace().count();
    let signs = inner.chars().filter(|c| CODE_SIGNS.contains(c)).count();
    let is_comment = inner.starts_with("//")
        || inner.starts_with('#')
        || inner.starts_with('*')
        || inner.starts_with("/*")
        || inner.starts_with("--");
    if inner.ends_with(['?', '!'].as_slice()) && words >= 2 && words == all {
        return true;
    }
    let is_command = starts_like(inner, STRONG);
    !is_comment
        && !is_command
        && words >= 4
        && words * 10 >= all * 8
        && signs <= 1
        && !inner.ends_with([';', '{', '}', ':', ','].as_slice())
}

fn is_like_code(line: &str) -> bool {
    let inner = line.trim();
    let signs = inner.chars().filter(|c| CODE_SIGNS.contains(c)).count();
    inner.ends_with([';', '{', '}', ':', ',', ')', '(', ']', '['].as_slice())
        || line.len() > inner.len() + 1
        || signs >= 2
        || matches!(inner, "end" | "fi" | "done" | "else" | "then" | "do" | "begin")
        || starts_like(inner, WEAK)
}

/// Whether a line begins as one of some language does.
fn starts_like(line: &str, least: u16) -> bool {
    let begins = |language: &Language, start: &str| {
        let head = line.get(..start.len()).unwrap_or("");
        head == start || language.ignores_case && head.eq_ignore_ascii_case(start)
    };
    LANGUAGES.iter().any(|language| {
        let starts = language.tokens.iter().filter(|(_, weight)| *weight >= least);
        starts.filter_map(|(token, _)| token.strip_prefix('^')).any(|start| begins(language, start))
    })
}
