//! Sends code as code: what one writes is looked at, and what is code gets its language and a tidy indentation.

mod detect;
mod languages;
mod tidy;

use std::sync::Mutex;

use switchboard::{config, hooks, Code, CommandEvent, CommandResult, SendEvent, Verdict};

hooks! {
    on_command => command,
    on_config => configure,
    on_message_send => format_message,
}

const MAX_TEXT_UNITS: usize = 4_000;
const MAX_LANGUAGE_UNITS: usize = 64;
/// The editor's name for what is in no language.
const PLAIN: &str = "plaintext";

/// What becomes of the next message.
enum Next {
    /// It is looked at, where that is wanted.
    Looked,
    /// It is code: of this language, or of the one that it looks like.
    Code(Option<String>),
    Text,
}

struct State {
    next: Next,
    /// Until somebody changes the settings.
    is_automatic: bool,
}

static STATE: Mutex<State> = Mutex::new(State { next: Next::Looked, is_automatic: true });

fn configure(_: switchboard::PluginEvent) {
    if let Ok(mut state) = STATE.lock() {
        state.is_automatic = config::flag("automatic");
    }
}

fn command(event: CommandEvent) -> CommandResult {
    let mut state = match STATE.lock() {
        Ok(state) => state,
        Err(_) => return CommandResult::default(),
    };
    let word = event.args.to_ascii_lowercase();
    let language = languages::named(&word);
    CommandResult::reply(match (word.as_str(), language) {
        ("", _) => {
            state.next = Next::Code(None);
            "Your next message is sent as code.".to_owned()
        }
        ("text", _) => {
            state.next = Next::Text;
            "Your next message is sent as it is.".to_owned()
        }
        ("on", _) | ("off", _) => {
            state.is_automatic = word == "on";
            if state.is_automatic {
                "What looks like code is sent as code from now on.".to_owned()
            } else {
                "Messages are sent as you write them from now on; /code sends the next one as code.".to_owned()
            }
        }
        (_, Some(language)) => {
            let reply = format!("Your next message is sent as code: {language}.");
            state.next = Next::Code(Some(language.to_owned()));
            reply
        }
        _ => "That is no language I know. /code python sends your next message as Python, /code as what it looks like, /code text as it is; /code off and /code on are for all.".to_owned(),
    })
}

fn format_message(event: SendEvent) -> Verdict {
    let (next, is_automatic) = match STATE.lock() {
        Ok(mut state) => (std::mem::replace(&mut state.next, Next::Looked), state.is_automatic),
        Err(_) => return Verdict::Pass,
    };
    // It is code already: from an editor, with its place.
    if event.code.is_some() {
        return Verdict::Pass;
    }
    match next {
        Next::Text => Verdict::Pass,
        Next::Code(language) => {
            let (inner, fenced) = tidy::unfenced(&event.text).unwrap_or_else(|| (event.text.clone(), None));
            let language = language.or(fenced).or_else(|| detect::best_guess(&inner).map(str::to_owned));
            as_code(&inner, language)
        }
        Next::Looked if !is_automatic => Verdict::Pass,
        Next::Looked => {
            if let Some((inner, fenced)) = tidy::unfenced(&event.text) {
                let language = fenced.or_else(|| detect::best_guess(&inner).map(str::to_owned));
                return as_code(&inner, language);
            }
            let min_lines = config::number("minLines") as usize;
            match detect::language_of(&event.text, min_lines) {
                Some(language) => as_code(&event.text, Some(language.to_owned())),
                None => Verdict::Pass,
            }
        }
    }
}

fn as_code(text: &str, language: Option<String>) -> Verdict {
    let language = language.unwrap_or_else(|| PLAIN.to_owned());
    let width = config::number("indent") as usize;
    let tidied = tidy::tidied(text, &language, width);
    let fits = |text: &str| text.encode_utf16().count() <= MAX_TEXT_UNITS;
    let sent = if fits(&tidied) { tidied } else { text.to_owned() };
    if sent.trim().is_empty() || !fits(&sent) || language.encode_utf16().count() > MAX_LANGUAGE_UNITS {
        return Verdict::Pass;
    }
    let lines = sent.lines().count() as u32;
    let code = Code { language, path: String::new(), workspace: String::new(), start_line: 1, end_line: lines };
    Verdict::RewriteAsCode(sent, code)
}
