//! JSON (RFC 8259), read strictly.

const MAX_DEPTH: usize = 64;

/// A value as it was read. What is asked for and is not there is null, empty, 0 or false: what the host says has been checked already.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    List(Vec<Json>),
    Fields(Vec<(String, Json)>),
}

static NULL: Json = Json::Null;

impl Json {
    pub fn parse(text: &str) -> Option<Json> {
        let mut reader = Reader { bytes: text.as_bytes(), text, at: 0 };
        let value = reader.value(0)?;
        reader.space();
        (reader.at == text.len()).then_some(value)
    }

    pub fn is_null(&self) -> bool {
        matches!(self, Json::Null)
    }

    /// Of two fields with one name it is the last.
    pub fn get(&self, name: &str) -> &Json {
        match self {
            Json::Fields(fields) => {
                fields.iter().rev().find(|(field, _)| field == name).map_or(&NULL, |(_, value)| value)
            }
            _ => &NULL,
        }
    }

    pub fn items(&self) -> &[Json] {
        match self {
            Json::List(items) => items,
            _ => &[],
        }
    }

    pub fn text(&self, name: &str) -> String {
        match self.get(name) {
            Json::Text(text) => text.clone(),
            _ => String::new(),
        }
    }

    pub fn number(&self, name: &str) -> f64 {
        match self.get(name) {
            Json::Number(number) => *number,
            _ => 0.0,
        }
    }

    pub fn flag(&self, name: &str) -> bool {
        matches!(self.get(name), Json::Bool(true))
    }
}

struct Reader<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or(0)
    }

    fn space(&mut self) {
        while matches!(self.peek(), b' ' | b'\n' | b'\r' | b'\t') {
            self.at += 1;
        }
    }

    fn take(&mut self, byte: u8) -> bool {
        let is_next = self.at < self.bytes.len() && self.peek() == byte;
        self.at += usize::from(is_next);
        is_next
    }

    fn value(&mut self, depth: usize) -> Option<Json> {
        self.space();
        match self.peek() {
            b'"' => self.string().map(Json::Text),
            b'{' | b'[' if depth >= MAX_DEPTH => None,
            b'{' => self.fields(depth).map(Json::Fields),
            b'[' => self.list(depth).map(Json::List),
            b'-' | b'0'..=b'9' => self.number().map(Json::Number),
            b'n' => self.word("null", Json::Null),
            b't' => self.word("true", Json::Bool(true)),
            b'f' => self.word("false", Json::Bool(false)),
            _ => None,
        }
    }

    fn word(&mut self, word: &str, value: Json) -> Option<Json> {
        if !self.bytes[self.at..].starts_with(word.as_bytes()) {
            return None;
        }
        self.at += word.len();
        Some(value)
    }

    fn fields(&mut self, depth: usize) -> Option<Vec<(String, Json)>> {
        let mut fields = Vec::new();
        self.at += 1;
        self.space();
        if self.take(b'}') {
            return Some(fields);
        }
        loop {
            self.space();
            if self.peek() != b'"' {
                return None;
            }
            let name = self.string()?;
            self.space();
            if !self.take(b':') {
                return None;
            }
            fields.push((name, self.value(depth + 1)?));
            self.space();
            if !self.take(b',') {
                return self.take(b'}').then_some(fields);
            }
        }
    }

    fn list(&mut self, depth: usize) -> Option<Vec<Json>> {
        let mut items = Vec::new();
        self.at += 1;
        self.space();
        if self.take(b']') {
            return Some(items);
        }
        loop {
            items.push(self.value(depth + 1)?);
            self.space();
            if !self.take(b',') {
                return self.take(b']').then_some(items);
            }
        }
    }

    fn number(&mut self) -> Option<f64> {
        let (number, length) = number_at(&self.bytes[self.at..])?;
        self.at += length;
        Some(number)
    }

    fn string(&mut self) -> Option<String> {
        self.at += 1;
        let mut text = String::new();
        let mut start = self.at;
        while self.at < self.bytes.len() {
            match self.peek() {
                b'"' => {
                    text.push_str(&self.text[start..self.at]);
                    self.at += 1;
                    return Some(text);
                }
                b'\\' => {
                    text.push_str(&self.text[start..self.at]);
                    self.at += 1;
                    text.push(self.escaped()?);
                    start = self.at;
                }
                0..=0x1f => return None,
                _ => self.at += 1,
            }
        }
        None
    }

    fn escaped(&mut self) -> Option<char> {
        let escape = self.peek();
        self.at += 1;
        match escape {
            b'"' | b'\\' | b'/' => Some(char::from(escape)),
            b'b' => Some('\u{8}'),
            b'f' => Some('\u{c}'),
            b'n' => Some('\n'),
            b'r' => Some('\r'),
            b't' => Some('\t'),
            b'u' => self.point(),
            _ => None,
        }
    }

    fn unit(&mut self) -> Option<u32> {
        let mut unit = 0;
        for _ in 0..4 {
            unit = unit * 16 + char::from(self.peek()).to_digit(16)?;
            self.at += 1;
        }
        Some(unit)
    }

    /// A surrogate without its other half becomes U+FFFD: a text here is always UTF-8.
    fn point(&mut self) -> Option<char> {
        let high = self.unit()?;
        if (0xd800..0xdc00).contains(&high) && self.bytes[self.at..].starts_with(b"\\u") {
            let back = self.at;
            self.at += 2;
            let low = self.unit()?;
            if (0xdc00..0xe000).contains(&low) {
                return char::from_u32(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00));
            }
            self.at = back;
        }
        Some(char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER))
    }
}

/// A number as JSON writes it, and nothing else.
pub fn parse_number(text: &str) -> Option<f64> {
    let (number, length) = number_at(text.as_bytes())?;
    (length == text.len()).then_some(number)
}

/// The number that begins here, and its length. Exact with up to 15 digits and powers of ten up to 22 (Clinger 1990), else to the last digit or
/// two: the standard library's way has tables of 20 KB.
fn number_at(bytes: &[u8]) -> Option<(f64, usize)> {
    let digit_at = |at: usize| bytes.get(at).filter(|byte| byte.is_ascii_digit()).map(|byte| byte - b'0');
    let is_negative = bytes.first() == Some(&b'-');
    let start = usize::from(is_negative);
    let mut at = start;
    let mut digits = 0.0;
    while let Some(digit) = digit_at(at) {
        digits = digits * 10.0 + f64::from(digit);
        at += 1;
    }
    if at == start || (bytes[start] == b'0' && at > start + 1) {
        return None;
    }
    let mut exponent = 0;
    if bytes.get(at) == Some(&b'.') {
        at += 1;
        digit_at(at)?;
        while let Some(digit) = digit_at(at) {
            // Further ones are beyond what a double holds.
            if digits < 9e14 {
                digits = digits * 10.0 + f64::from(digit);
                exponent -= 1;
            }
            at += 1;
        }
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        at += 1;
        let is_small = bytes.get(at) == Some(&b'-');
        at += usize::from(matches!(bytes.get(at), Some(b'+' | b'-')));
        digit_at(at)?;
        let mut given = 0;
        while let Some(digit) = digit_at(at) {
            given = (given * 10 + i32::from(digit)).min(10_000);
            at += 1;
        }
        exponent += if is_small { -given } else { given };
    }
    let number = scaled(digits, exponent);
    Some((if is_negative { -number } else { number }, at))
}

fn scaled(digits: f64, exponent: i32) -> f64 {
    if digits == 0.0 {
        return 0.0;
    }
    // In two parts: 1e-310 is a number, 1e310 is none.
    let (first, rest) = (exponent.clamp(-300, 300), exponent - exponent.clamp(-300, 300));
    let mut number = digits;
    for part in [first, rest] {
        let power = (0..part.unsigned_abs().min(400)).fold(1.0, |power: f64, _| power * 10.0);
        number = if part < 0 { number / power } else { number * power };
    }
    number
}

/// Writes an object field by field: `Writer::new().text("reply", "Hi").end()`.
pub struct Writer {
    written: String,
}

impl Writer {
    #[allow(clippy::new_without_default)]
    pub fn new() -> Writer {
        Writer { written: String::new() }
    }

    fn name(&mut self, name: &str) {
        self.written.push(if self.written.is_empty() { '{' } else { ',' });
        quote_into(&mut self.written, name);
        self.written.push(':');
    }

    #[must_use]
    pub fn text(mut self, name: &str, value: &str) -> Writer {
        self.name(name);
        quote_into(&mut self.written, value);
        self
    }

    /// NaN and the infinities, which JSON has not, become null.
    #[must_use]
    pub fn number(self, name: &str, value: f64) -> Writer {
        if value.is_finite() {
            self.json(name, &value.to_string())
        } else {
            self.json(name, "null")
        }
    }

    #[must_use]
    pub fn integer(self, name: &str, value: i64) -> Writer {
        self.json(name, &value.to_string())
    }

    #[must_use]
    pub fn flag(self, name: &str, value: bool) -> Writer {
        self.json(name, if value { "true" } else { "false" })
    }

    /// What is JSON already.
    #[must_use]
    pub fn json(mut self, name: &str, value: &str) -> Writer {
        self.name(name);
        self.written.push_str(value);
        self
    }

    pub fn end(mut self) -> String {
        if self.written.is_empty() {
            self.written.push('{');
        }
        self.written.push('}');
        self.written
    }
}

/// A text as JSON.
pub fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quote_into(&mut quoted, text);
    quoted
}

fn quote_into(into: &mut String, text: &str) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    into.push('"');
    for character in text.chars() {
        match character {
            '"' => into.push_str("\\\""),
            '\\' => into.push_str("\\\\"),
            '\n' => into.push_str("\\n"),
            '\r' => into.push_str("\\r"),
            '\t' => into.push_str("\\t"),
            '\0'..='\u{1f}' => {
                into.push_str("\\u00");
                into.push(char::from(HEX[character as usize >> 4]));
                into.push(char::from(HEX[character as usize & 15]));
            }
            _ => into.push(character),
        }
    }
    into.push('"');
}
