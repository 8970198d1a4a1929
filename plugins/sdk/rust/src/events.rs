//! What hooks are told.

use crate::json::Json;

/// What is in every event.
#[derive(Clone, Debug)]
pub struct PluginEvent {
    /// Milliseconds since 1970: a plugin has no clock of its own.
    pub now_ms: i64,
    /// New each time: what chance begins with. Not for secrets.
    pub seed: u64,
}

#[derive(Clone, Debug)]
pub struct Room {
    pub id: String,
    pub name: String,
}

/// Somebody in a room. `id` ends with the visit, `user_id` stays.
#[derive(Clone, Debug)]
pub struct Person {
    pub id: String,
    pub user_id: String,
    pub nickname: String,
    /// Who runs the plugin; nobody at the server.
    pub is_self: bool,
}

#[derive(Clone, Debug)]
pub struct Member {
    pub person: Person,
    pub muted: bool,
    pub speaking: bool,
}

/// Where the code of a message is from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    pub language: String,
    /// Empty where it is not known.
    pub path: String,
    pub workspace: String,
    /// The first line and the last, from 1.
    pub start_line: u32,
    pub end_line: u32,
}

#[derive(Clone, Debug)]
pub struct CommandEvent {
    pub base: PluginEvent,
    pub name: String,
    /// What follows the name, trimmed.
    pub args: String,
    pub member: Person,
    pub room: Room,
}

/// Somebody comes into a room, or leaves it.
#[derive(Clone, Debug)]
pub struct VisitEvent {
    pub base: PluginEvent,
    pub member: Person,
    pub room: Room,
}

/// Somebody has come to the server.
#[derive(Clone, Debug)]
pub struct ConnectEvent {
    pub base: PluginEvent,
    pub member: Person,
    pub guest: bool,
}

/// A message: at the client one that has come, at the server one that is about to be stored.
#[derive(Clone, Debug)]
pub struct MessageEvent {
    pub base: PluginEvent,
    /// Empty at the server: it has none yet.
    pub id: String,
    pub user_id: String,
    pub nickname: String,
    pub is_self: bool,
    pub text: String,
    /// The text is code.
    pub code: Option<Code>,
    pub created_at_ms: i64,
    pub room: Room,
}

/// One is about to send a message.
#[derive(Clone, Debug)]
pub struct SendEvent {
    pub base: PluginEvent,
    pub text: String,
    pub code: Option<Code>,
    pub room: Room,
}

#[derive(Clone, Debug)]
pub struct SpeakingEvent {
    pub base: PluginEvent,
    pub member: Person,
    pub speaking: bool,
}

/// What `http_fetch` asked for has come, or will not.
#[derive(Clone, Debug)]
pub struct HttpEvent {
    pub base: PluginEvent,
    pub request_id: u64,
    /// 0 where there was no answer; `error` says why.
    pub status: u16,
    pub body: String,
    pub error: String,
}

/// What is read from the JSON of an event.
pub trait FromJson {
    fn from_json(json: &Json) -> Self;
}

impl FromJson for PluginEvent {
    fn from_json(json: &Json) -> Self {
        PluginEvent { now_ms: json.number("nowMs") as i64, seed: json.number("seed") as u64 }
    }
}

impl FromJson for Room {
    fn from_json(json: &Json) -> Self {
        Room { id: json.text("id"), name: json.text("name") }
    }
}

impl FromJson for Person {
    fn from_json(json: &Json) -> Self {
        Person {
            id: json.text("id"),
            user_id: json.text("userId"),
            nickname: json.text("nickname"),
            is_self: json.flag("self"),
        }
    }
}

impl FromJson for Member {
    fn from_json(json: &Json) -> Self {
        Member { person: Person::from_json(json), muted: json.flag("muted"), speaking: json.flag("speaking") }
    }
}

fn code_of(json: &Json) -> Option<Code> {
    let code = json.get("code");
    (!code.is_null()).then(|| Code {
        language: code.text("language"),
        path: code.text("path"),
        workspace: code.text("workspace"),
        start_line: code.number("startLine") as u32,
        end_line: code.number("endLine") as u32,
    })
}

impl FromJson for CommandEvent {
    fn from_json(json: &Json) -> Self {
        CommandEvent {
            base: PluginEvent::from_json(json),
            name: json.text("name"),
            args: json.text("args"),
            member: Person::from_json(json.get("member")),
            room: Room::from_json(json.get("room")),
        }
    }
}

impl FromJson for VisitEvent {
    fn from_json(json: &Json) -> Self {
        VisitEvent {
            base: PluginEvent::from_json(json),
            member: Person::from_json(json.get("member")),
            room: Room::from_json(json.get("room")),
        }
    }
}

impl FromJson for ConnectEvent {
    fn from_json(json: &Json) -> Self {
        ConnectEvent {
            base: PluginEvent::from_json(json),
            member: Person::from_json(json.get("member")),
            guest: json.flag("guest"),
        }
    }
}

impl FromJson for MessageEvent {
    fn from_json(json: &Json) -> Self {
        let base = PluginEvent::from_json(json);
        let inner = json.get("message");
        let message = if inner.is_null() { json } else { inner };
        let author = message.get("author");
        MessageEvent {
            id: message.text("id"),
            user_id: author.text("userId"),
            nickname: author.text("nickname"),
            is_self: author.flag("self"),
            text: message.text("text"),
            code: code_of(message),
            created_at_ms: if inner.is_null() { base.now_ms } else { message.number("createdAt") as i64 },
            room: Room::from_json(json.get("room")),
            base,
        }
    }
}

impl FromJson for SendEvent {
    fn from_json(json: &Json) -> Self {
        SendEvent {
            base: PluginEvent::from_json(json),
            text: json.text("text"),
            code: code_of(json),
            room: Room::from_json(json.get("room")),
        }
    }
}

impl FromJson for SpeakingEvent {
    fn from_json(json: &Json) -> Self {
        SpeakingEvent {
            base: PluginEvent::from_json(json),
            member: Person::from_json(json.get("member")),
            speaking: json.flag("speaking"),
        }
    }
}

impl FromJson for HttpEvent {
    fn from_json(json: &Json) -> Self {
        HttpEvent {
            base: PluginEvent::from_json(json),
            request_id: json.number("requestId") as u64,
            status: json.number("status") as u16,
            body: json.text("body"),
            error: json.text("error"),
        }
    }
}
