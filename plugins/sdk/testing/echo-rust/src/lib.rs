//! For the tests of the SDK: reads JSON and writes it again, and calls every function of the host.

use switchboard::json::{quote, Json, Writer};
use switchboard::{
    config, fail, hooks, http_fetch, log, members, play_clip, send_message, set_status, storage, CommandEvent,
    CommandResult, HttpRequest, MessageEvent, Random, Verdict,
};

hooks! {
    on_command => answer,
    on_message => annotate,
}

fn annotate(event: MessageEvent) -> Verdict {
    let place = match &event.code {
        Some(code) => format!("{} {} {}-{}", code.language, code.path, code.start_line, code.end_line),
        None => "text".to_owned(),
    };
    Verdict::Annotate(format!(
        "{} {} {} {} {}: {}",
        event.id, event.nickname, event.is_self, event.created_at_ms, place, event.text
    ))
}

fn answer(event: CommandEvent) -> CommandResult {
    match event.args.as_str() {
        "host" => CommandResult::reply(use_host()),
        "fail" => {
            fail("It went wrong: 😀");
            CommandResult::default()
        }
        "chance" => {
            let mut random = Random::new(event.base.seed);
            CommandResult::reply(format!("{} {}", random.below(1_000_000), random.next()))
        }
        args => CommandResult::reply(Json::parse(args).map_or("no JSON".to_owned(), |json| written(&json))),
    }
}

fn written(json: &Json) -> String {
    match json {
        Json::Null => "null".to_owned(),
        Json::Bool(value) => value.to_string(),
        Json::Number(number) => Writer::new().number("n", *number).end()[5..].trim_end_matches('}').to_owned(),
        Json::Text(text) => quote(text),
        Json::List(items) => format!("[{}]", items.iter().map(written).collect::<Vec<_>>().join(",")),
        Json::Fields(fields) => {
            fields.iter().fold(Writer::new(), |json, (name, value)| json.json(name, &written(value))).end()
        }
    }
}

fn use_host() -> String {
    log::debug("debug");
    log::info("info 😀");
    log::warn("warn");
    log::error("error");
    storage::set("kept", "Grüße 😀");
    storage::set("gone", "x");
    storage::set("gone", "");
    let request =
        HttpRequest { method: "GET", url: "https://example.org/ü", headers: &[("accept", "text/plain")], body: "" };
    let names = members().map_or("nobody".to_owned(), |room| {
        let first = &room.members[0];
        format!("{}{}", first.person.nickname, if first.muted { " muted" } else { "" })
    });
    [
        config::text("word"),
        if config::flag("flag") { "yes" } else { "no" }.to_owned(),
        config::number("half").to_string(),
        storage::get("kept"),
        format!("[{}]", storage::get("gone")),
        answered(send_message("message \"😀\"")),
        answered(set_status("status")),
        answered(play_clip(&[-32768, 0, 32767])),
        http_fetch(&request).map_or("refused".to_owned(), |id| id.to_string()),
        names,
    ]
    .join("|")
}

fn answered(result: Result<(), switchboard::Refused>) -> String {
    match result {
        Ok(()) => "0".to_owned(),
        Err(refused) => format!("{:?}", refused),
    }
}
