use crate::links::{self, LinkPolicy};
use crate::lists::{Entry, ENGLISH, GERMAN};
use crate::normal::entry_form;
use crate::words::WordList;
use switchboard::{config, Verdict};

const MAX_TEXT_UNITS: usize = 4_000;
const REMOVED_LINK: &str = "[link removed]";

pub struct Filter {
    words: WordList,
    links: LinkPolicy,
    rejects_words: bool,
    rejects_links: bool,
    reads_code: bool,
}

/// A part of a text, in bytes, and what becomes of it.
struct Finding {
    start: usize,
    end: usize,
    instead: String,
}

impl Filter {
    pub fn from_config() -> Filter {
        let mut entries: Vec<Entry> = Vec::new();
        if config::flag("english") {
            entries.extend_from_slice(ENGLISH);
        }
        if config::flag("german") {
            entries.extend_from_slice(GERMAN);
        }
        let own = config::text("moreWords");
        let allowed = config::text("allowedWords");
        Filter {
            words: WordList::new(&entries, lines_of(&own), lines_of(&allowed).map(entry_form).collect()),
            links: LinkPolicy::new(&config::text("links"), lines_of(&config::text("domains"))),
            rejects_words: config::text("wordAction") == "reject",
            rejects_links: config::text("linkAction") == "reject",
            reads_code: config::flag("readCode"),
        }
    }

    pub fn check(&self, text: &str, is_code: bool) -> Verdict {
        if is_code && !self.reads_code {
            return Verdict::Pass;
        }
        let links = links::find(text);
        let mut findings = Vec::new();
        for link in &links {
            if self.links.allows(&link.host) {
                continue;
            }
            if self.rejects_links {
                return Verdict::Reject(self.links.reason(&link.host));
            }
            findings.push(Finding { start: link.start, end: link.end, instead: REMOVED_LINK.to_owned() });
        }
        let is_in_link = |at: usize| links.iter().any(|link| (link.start..link.end).contains(&at));
        for (start, end) in self.words.find(text) {
            if is_in_link(start) {
                continue;
            }
            if self.rejects_words {
                return Verdict::Reject("It has a word in it that is not wanted here.".to_owned());
            }
            findings.push(Finding { start, end, instead: masked(&text[start..end]) });
        }
        if findings.is_empty() {
            return Verdict::Pass;
        }
        let cleaned = replaced(text, findings);
        if cleaned.encode_utf16().count() > MAX_TEXT_UNITS {
            return Verdict::Reject("It has a link in it that is not allowed here.".to_owned());
        }
        Verdict::Rewrite(cleaned)
    }
}

fn lines_of(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c| c == '\n' || c == ',').map(str::trim).filter(|line| !line.is_empty())
}

fn replaced(text: &str, mut findings: Vec<Finding>) -> String {
    findings.sort_by_key(|finding| finding.start);
    let mut cleaned = String::with_capacity(text.len());
    let mut at = 0;
    for finding in findings {
        if finding.start < at {
            continue;
        }
        cleaned.push_str(&text[at..finding.start]);
        cleaned.push_str(&finding.instead);
        at = finding.end;
    }
    cleaned.push_str(&text[at..]);
    cleaned
}

/// The first letter and stars: one sees what was meant, and that it was not said. Escaped they would be no emphasis in Markdown; so it is dots.
fn masked(word: &str) -> String {
    word.chars().enumerate().map(|(at, c)| if at == 0 || c.is_whitespace() { c } else { '•' }).collect()
}
