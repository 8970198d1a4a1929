//! One function for each hook: it reads the event, calls the plugin's own, and writes what that answers. The macro `hooks` calls them.

use crate::audio::{self, Frame};
use crate::events::{
    CommandEvent, ConnectEvent, FromJson, HttpEvent, MessageEvent, PluginEvent, SendEvent, SpeakingEvent, VisitEvent,
};
use crate::host::{fail, input_length, output, read_input, take_failure};
use crate::json::{Json, Writer};
use crate::results::{CommandResult, Verdict};

fn event<E: FromJson>() -> Option<E> {
    let mut bytes = vec![0; input_length()];
    read_input(&mut bytes);
    let json = String::from_utf8(bytes).ok().and_then(|text| Json::parse(&text));
    if json.is_none() {
        fail("The event is no JSON.");
    }
    json.map(|json| E::from_json(&json))
}

fn ended() -> i32 {
    i32::from(take_failure())
}

fn tell<E: FromJson>(handler: fn(E)) -> i32 {
    if let Some(event) = event() {
        handler(event);
    }
    ended()
}

fn answer<E: FromJson>(handler: impl FnOnce(E) -> String) -> i32 {
    if let Some(event) = event() {
        let json = handler(event);
        if !json.is_empty() {
            output(json.as_bytes());
        }
    }
    ended()
}

pub fn on_command(handler: fn(CommandEvent) -> CommandResult) -> i32 {
    answer(|event| handler(event).to_json())
}

/// After the start, and when somebody has changed a setting: `config` answers anew.
pub fn on_config(handler: fn(PluginEvent)) -> i32 {
    tell(handler)
}

pub fn on_timer(handler: fn(PluginEvent)) -> i32 {
    tell(handler)
}

pub fn on_http(handler: fn(HttpEvent)) -> i32 {
    tell(handler)
}

/// What it answers, only who has come is shown. Server.
pub fn on_connect(handler: fn(ConnectEvent) -> Option<String>) -> i32 {
    answer(|event| handler(event).map_or_else(String::new, |text| Writer::new().text("notice", &text).end()))
}

/// At the client the answer counts for nothing.
pub fn on_user_join_channel(handler: fn(VisitEvent) -> Verdict) -> i32 {
    answer(|event| handler(event).to_json())
}

pub fn on_user_leave_channel(handler: fn(VisitEvent)) -> i32 {
    tell(handler)
}

pub fn on_message(handler: fn(MessageEvent) -> Verdict) -> i32 {
    answer(|event| handler(event).to_json())
}

pub fn on_message_send(handler: fn(SendEvent) -> Verdict) -> i32 {
    answer(|event| handler(event).to_json())
}

pub fn on_speaking(handler: fn(SpeakingEvent)) -> i32 {
    tell(handler)
}

/// One's own voice, before it is sent. The handler changes the samples (−1 to 1) where they are, and returns whether it did.
pub fn on_audio_frame_captured(handler: fn(&mut Frame) -> bool) -> i32 {
    audio::process(handler);
    ended()
}

/// The voice of another, before it is heard; `speaker` says whose.
pub fn on_audio_frame_received(handler: fn(&mut Frame) -> bool) -> i32 {
    audio::process(handler);
    ended()
}
