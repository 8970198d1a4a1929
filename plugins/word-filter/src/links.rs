//! Links in a text, and whether where they lead is allowed.

use crate::normal::lower;

/// Endings by which a name without `https://` and `www.` is taken for a link: none that is also one of files, as `.rs`, `.py`, `.md` and `.zip`.
const ENDINGS: &[&str] = &[
    "com", "net", "org", "info", "biz", "io", "gg", "ru", "cn", "xyz", "top", "tv", "eu", "de", "at", "ch", "uk", "us",
    "fr", "nl", "it", "es", "app", "dev", "link", "click", "site", "online", "shop", "store", "club", "live", "pro",
    "vip", "icu", "win", "bid", "loan", "casino", "porn", "xxx", "sex", "cam", "ly", "gl", "to", "cc", "tk", "ml",
    "ga", "cf", "gq", "co",
];
const SCHEMES: &[&str] = &["http", "https", "ftp", "ws", "wss"];

pub struct Link {
    /// In bytes.
    pub start: usize,
    pub end: usize,
    pub host: String,
}

enum Rule {
    Any,
    None,
    OnlyListed,
    NotListed,
}

pub struct LinkPolicy {
    rule: Rule,
    domains: Vec<String>,
}

impl LinkPolicy {
    pub fn new<'a>(rule: &str, domains: impl Iterator<Item = &'a str>) -> LinkPolicy {
        let rule = match rule {
            "none" => Rule::None,
            "only listed" => Rule::OnlyListed,
            "not listed" => Rule::NotListed,
            _ => Rule::Any,
        };
        let domains = domains.map(|domain| host_of(domain.rsplit("//").next().unwrap_or(domain))).collect();
        LinkPolicy { rule, domains }
    }

    pub fn allows(&self, host: &str) -> bool {
        match self.rule {
            Rule::Any => true,
            Rule::None => false,
            Rule::OnlyListed => self.lists(host),
            Rule::NotListed => !self.lists(host),
        }
    }

    pub fn reason(&self, host: &str) -> String {
        match self.rule {
            Rule::None => "Links are not allowed here.".to_owned(),
            _ => format!("Links to {} are not allowed here.", host.chars().take(100).collect::<String>()),
        }
    }

    /// A domain, and what is below it.
    fn lists(&self, host: &str) -> bool {
        self.domains.iter().any(|domain| {
            host.strip_suffix(domain.as_str()).map_or(false, |rest| rest.is_empty() || rest.ends_with('.'))
        })
    }
}

pub fn find(text: &str) -> Vec<Link> {
    let mut links: Vec<Link> = Vec::new();
    for (start, word) in words_of(text) {
        let mut inner = 0;
        // Several may be stuck together.
        while let Some((at, host, end)) = link_in(&word[inner..]) {
            links.push(Link { start: start + inner + at, end: start + inner + end, host });
            inner += end;
        }
    }
    links
}

fn words_of(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_edge =
        |c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '(' | ')' | '[' | ']' | '{' | '}' | '`' | '|');
    text.split(is_edge)
        .filter(|word| !word.is_empty())
        .map(move |word| (word.as_ptr() as usize - text.as_ptr() as usize, word))
}

/// Where the link begins in a word without spaces, where it leads, and where it ends.
fn link_in(word: &str) -> Option<(usize, String, usize)> {
    let trimmed =
        word.trim_end_matches(|c: char| matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '_' | '~'));
    if let Some((start, rest)) = scheme_in(trimmed) {
        let end = next_link(&trimmed[rest..]).map_or(trimmed.len(), |at| rest + at);
        let host = host_of(&trimmed[rest..end]);
        return (!host.is_empty()).then(|| (start, host, end));
    }
    let start = trimmed.find(|c: char| c.is_alphanumeric())?;
    let host = host_of(&trimmed[start..]);
    let labels: Vec<&str> = host.split('.').collect();
    let is_name = labels.len() >= 2 && labels.iter().all(|label| is_label(label));
    let last = labels.last()?;
    let is_link = is_name
        && (labels[0] == "www" && labels.len() >= 3
            || ENDINGS.contains(last)
            || (trimmed[start..].contains('/')
                && last.chars().all(char::is_alphabetic)
                && last.len() >= 2
                && has_path(trimmed, last)));
    // An address of mail is no link.
    (is_link && !trimmed.contains('@')).then(|| (start, host, trimmed.len()))
}

/// `example.rs/offer` leads somewhere, `src/main.rs` does not: the name is before the first slash.
fn has_path(word: &str, last: &str) -> bool {
    word.split('/').next().map_or(false, |name| name.chars().map(lower).collect::<String>().ends_with(last))
}

fn is_label(label: &str) -> bool {
    !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-') && !label.starts_with('-')
}

/// Where a scheme begins, and what follows its slashes: browsers take any number of them, and the other kind.
fn scheme_in(word: &str) -> Option<(usize, usize)> {
    word.match_indices(':').find_map(|(colon, _)| {
        let slashes = word[colon + 1..].chars().take_while(|c| *c == '/' || *c == '\\').count();
        if slashes < 2 {
            return None;
        }
        // No scheme is longer.
        let before = word.as_bytes()[colon.saturating_sub(5)..colon].to_ascii_lowercase();
        // The longest: `https` ends with none of the others, but `wss` is found before `ws`.
        let endings = SCHEMES.iter().filter(|scheme| before.ends_with(scheme.as_bytes()));
        let scheme = endings.max_by_key(|scheme| scheme.len())?;
        Some((colon - scheme.len(), colon + 1 + slashes))
    })
}

/// Where another link begins that is separated by nothing but a comma.
fn next_link(rest: &str) -> Option<usize> {
    rest.match_indices(|c| c == ',' || c == ';').map(|(at, _)| at).find(|at| begins_with_scheme(&rest[at + 1..]))
}

fn begins_with_scheme(rest: &str) -> bool {
    let end = rest.bytes().take(6).position(|byte| byte == b':').map(|colon| colon + 3);
    end.and_then(|end| rest.get(..end)).and_then(scheme_in).map_or(false, |(start, _)| start == 0)
}

/// The host of what follows a scheme, as a browser would read it: after a name and password, before a port, in lower case.
fn host_of(rest: &str) -> String {
    let authority = rest.split(|c| matches!(c, '/' | '\\' | '?' | '#')).next().unwrap_or("");
    let host = authority.rsplit('@').next().unwrap_or("");
    let host = host.split(':').next().unwrap_or("");
    let decoded = percent_decoded(host);
    let plain: String = decoded
        .chars()
        .map(|c| if matches!(c, '。' | '．' | '｡') { '.' } else { c })
        .filter(|c| !matches!(c, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}'))
        .map(lower)
        .collect();
    plain.trim_matches('.').to_owned()
}

fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    let digit = |at: usize| bytes.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    while at < bytes.len() {
        match (bytes[at], digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                decoded.push((high * 16 + low) as u8);
                at += 3;
            }
            (byte, _, _) => {
                decoded.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8(decoded).unwrap_or_default()
}
