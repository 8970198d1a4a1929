//! Indentation as it should be: none that all lines have, no blanks at ends, no tabs among spaces.

use crate::languages::by_id;

const TAB: usize = 4;
/// There tabs are the language's own.
const KEEPS_TABS: &[&str] = &["go", "makefile"];

/// What is in a block of Markdown that is the whole text, and the language that it names.
pub fn unfenced(text: &str) -> Option<(String, Option<String>)> {
    let trimmed = text.trim();
    let fence: String = trimmed.chars().take_while(|c| *c == '`').collect();
    if fence.len() < 3 {
        return None;
    }
    let (first, rest) = trimmed[fence.len()..].split_once('\n')?;
    let inner = rest.strip_suffix(fence.as_str())?;
    if first.contains('`') || inner.lines().any(|line| line.trim_start().starts_with(fence.as_str())) {
        return None;
    }
    let word = first.trim().split_whitespace().next().unwrap_or("").to_ascii_lowercase();
    let language = crate::languages::named(&word).map_or(word.clone(), str::to_owned);
    Some((inner.trim_end_matches('\n').to_owned(), (!word.is_empty()).then(|| language)))
}

/// Idempotent: what is tidy stays as it is.
pub fn tidied(text: &str, language: &str, width: usize) -> String {
    let keeps_tabs = KEEPS_TABS.contains(&language);
    let mut lines: Vec<String> = text
        .lines()
        .map(|line| if keeps_tabs { line.trim_end().to_owned() } else { without_tabs(line.trim_end()) })
        .collect();
    while lines.first().map_or(false, String::is_empty) {
        lines.remove(0);
    }
    while lines.last().map_or(false, String::is_empty) {
        lines.pop();
    }
    outdent(&mut lines);
    let is_flat = lines.iter().all(|line| indent_of(line) == 0);
    if is_flat && by_id(language).map_or(language == "json", |language| language.has_braces) {
        lines = indented(&lines, if keeps_tabs { "\t".to_owned() } else { " ".repeat(width) });
    }
    lines.join("\n")
}

fn indent_of(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '\t'].as_slice()).len()
}

fn without_tabs(line: &str) -> String {
    let mut column = 0;
    let mut at = 0;
    for byte in line.bytes() {
        match byte {
            b' ' => column += 1,
            b'\t' => column += TAB - column % TAB,
            _ => break,
        }
        at += 1;
    }
    " ".repeat(column) + &line[at..]
}

/// Takes away what all lines are indented by. Where only the first is not, it was selected from its first letter on: the others tell.
fn outdent(lines: &mut [String]) {
    let least =
        |lines: &[String]| lines.iter().filter(|line| !line.is_empty()).map(|line| indent_of(line)).min().unwrap_or(0);
    let common = least(lines);
    let from = usize::from(common == 0 && lines.len() > 2);
    let rest = if from == 1 { least(&lines[1..]) } else { common };
    // The last line closes what the first one opens: they belong to one column.
    let closes = lines
        .last()
        .map_or(false, |line| line.trim_start().starts_with(['}', ')', ']'].as_slice()) || line.trim() == "end");
    if from == 1 && !(closes && lines.last().map_or(0, |line| indent_of(line)) == rest) {
        return;
    }
    for line in lines[from..].iter_mut().filter(|line| !line.is_empty()) {
        *line = line[rest..].to_owned();
    }
}

/// Lines without any indentation get one from their braces.
fn indented(lines: &[String], step: String) -> Vec<String> {
    let mut depth: usize = 0;
    let mut is_comment = false;
    let mut result = Vec::with_capacity(lines.len());
    for line in lines {
        let leading = line.chars().take_while(|c| matches!(c, '}' | ')' | ']')).count();
        let own = if is_comment { depth } else { depth.saturating_sub(leading) };
        result.push(if line.is_empty() { String::new() } else { step.repeat(own) + line });
        depth = depth_after(line, depth, &mut is_comment);
    }
    result
}

/// Braces in texts and comments do not count.
fn depth_after(line: &str, before: usize, is_comment: &mut bool) -> usize {
    let mut depth = before;
    let mut quote: Option<char> = None;
    let mut characters = line.chars().peekable();
    while let Some(c) = characters.next() {
        let next = characters.peek().copied();
        if *is_comment {
            if c == '*' && next == Some('/') {
                *is_comment = false;
            }
            continue;
        }
        match (quote, c) {
            (Some(_), '\\') => {
                characters.next();
            }
            (Some(open), _) => {
                if c == open {
                    quote = None;
                }
            }
            (None, '"' | '`') => quote = Some(c),
            // A letter's quote, or the name of a lifetime.
            (None, '\'') if line.matches('\'').count() % 2 == 0 => quote = Some(c),
            (None, '/') if next == Some('/') => break,
            (None, '/') if next == Some('*') => *is_comment = true,
            (None, '{' | '(' | '[') => depth += 1,
            (None, '}' | ')' | ']') => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    depth
}
