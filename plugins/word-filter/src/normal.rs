//! Letters as they are meant: without case, accents, look-alikes and leetspeak.

/// A character that may be part of a word.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Meaning {
    Letter(char),
    /// A digit or a sign that stands for a letter: `5` for s; `1` for i, or for l.
    Instead(char, char),
    /// `*`, for any letter.
    Any,
    /// Seen by nobody, such as a space of no width.
    Nothing,
    /// Not of a word.
    Other,
}

pub fn meaning_of(c: char) -> Meaning {
    if c.is_ascii_alphabetic() {
        return Meaning::Letter(c.to_ascii_lowercase());
    }
    match c {
        '0' => Meaning::Instead('o', 'o'),
        '1' | '!' | '|' => Meaning::Instead('i', 'l'),
        '3' | '€' => Meaning::Instead('e', 'e'),
        '4' | '@' => Meaning::Instead('a', 'a'),
        '5' | '$' => Meaning::Instead('s', 's'),
        '7' | '+' => Meaning::Instead('t', 't'),
        '8' => Meaning::Instead('b', 'b'),
        '9' => Meaning::Instead('g', 'g'),
        '*' => Meaning::Any,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{300}'..='\u{36f}' => Meaning::Nothing,
        _ if c.is_alphabetic() => Meaning::Letter(plain(c)),
        _ => Meaning::Other,
    }
}

/// A letter without its accent, or what a foreign one looks like. `ß` is an s: its second one is added by `folded`.
fn plain(c: char) -> char {
    let lower = lower(c);
    match lower {
        'à'..='å' | 'ā' | 'ă' | 'ą' | 'а' | 'α' => 'a',
        'ç' | 'ć' | 'č' | 'с' => 'c',
        'è'..='ë' | 'ē' | 'ė' | 'ę' | 'ě' | 'е' | 'ё' | 'ε' => 'e',
        'ì'..='ï' | 'ī' | 'į' | 'ı' | 'і' | 'ι' => 'i',
        'ĸ' | 'к' | 'κ' => 'k',
        'ñ' | 'ń' | 'ň' | 'η' => 'n',
        'ò'..='ö' | 'ø' | 'ō' | 'ő' | 'о' | 'ο' => 'o',
        'ù'..='ü' | 'ū' | 'ů' | 'ű' | 'υ' | 'ц' => 'u',
        'ý' | 'ÿ' | 'у' => 'y',
        'ś' | 'š' | 'ş' | 'ß' | 'ѕ' => 's',
        'р' | 'ρ' => 'p',
        'х' | 'χ' => 'x',
        'т' | 'τ' => 't',
        'н' => 'h',
        'ź' | 'ż' | 'ž' => 'z',
        // Letters in circles and of other widths.
        'ａ'..='ｚ' => ascii_from(lower, 'ａ'),
        'ⓐ'..='ⓩ' => ascii_from(lower, 'ⓐ'),
        other => other,
    }
}

/// In lower case, for Latin, Greek and Cyrillic: the standard library's tables for all scripts are larger than this plugin.
pub fn lower(c: char) -> char {
    let shifted = match c {
        'A'..='Z' | 'À'..='Ö' | 'Ø'..='Þ' | 'Α'..='Ω' | 'А'..='Я' | 'Ａ'..='Ｚ' => 32,
        'Ѐ'..='Џ' => 80,
        'Ⓐ'..='Ⓩ' => 26,
        // There each large letter is before its small one.
        'Ā'..='ķ' | 'Ŋ'..='ŷ' if c as u32 % 2 == 0 => 1,
        'Ĺ'..='ň' | 'Ź'..='Ž' if c as u32 % 2 == 1 => 1,
        'ẞ' => return 'ß',
        _ => 0,
    };
    char::from_u32(c as u32 + shifted).unwrap_or(c)
}

fn ascii_from(c: char, first: char) -> char {
    char::from(b'a' + (c as u32 - first as u32) as u8)
}

/// A word of a list, in the form that texts are compared in. A `*` at its ends is left to the caller.
pub fn entry_form(word: &str) -> String {
    let mut form = String::new();
    for c in word.chars() {
        if let Meaning::Letter(letter) | Meaning::Instead(letter, _) = meaning_of(c) {
            form.push(letter);
            if c == 'ß' || c == 'ẞ' {
                form.push(letter);
            }
        }
    }
    form
}
