//! What hooks answer.

use crate::events::Code;
use crate::json::Writer;

/// The answer to a command.
#[derive(Clone, Debug, Default)]
pub struct CommandResult {
    /// For who gave the command alone.
    pub reply: Option<String>,
    /// For the room.
    pub message: Option<String>,
}

impl CommandResult {
    pub fn reply(text: impl Into<String>) -> CommandResult {
        CommandResult { reply: Some(text.into()), message: None }
    }

    pub fn announce(text: impl Into<String>) -> CommandResult {
        CommandResult { reply: None, message: Some(text.into()) }
    }

    pub(crate) fn to_json(&self) -> String {
        let mut json = Writer::new();
        if let Some(reply) = &self.reply {
            json = json.text("reply", reply);
        }
        if let Some(message) = &self.message {
            json = json.text("message", message);
        }
        json.end()
    }
}

/// What becomes of a message, or of somebody who wants to come in.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// Things stay as they are.
    Pass,
    /// `on_message` at the client: the message is shown with a note under it.
    Annotate(String),
    /// `on_message` at the client: the message is not shown, the reason is.
    Hide(String),
    /// `on_message` at the server, `on_message_send`: another text instead.
    Rewrite(String),
    /// `on_message_send`: code instead.
    RewriteAsCode(String, Code),
    /// `on_message_send`: the message stays with who wrote it.
    Cancel(String),
    /// `on_message` at the server: the message is not stored.
    Reject(String),
    /// `on_user_join_channel` at the server: they stay outside.
    Refuse(String),
}

impl Verdict {
    /// Empty where things stay as they are.
    pub(crate) fn to_json(&self) -> String {
        let (action, field, words) = match self {
            Verdict::Pass => return String::new(),
            Verdict::Annotate(note) => ("annotate", "note", note),
            Verdict::Hide(reason) => ("hide", "reason", reason),
            Verdict::Rewrite(text) | Verdict::RewriteAsCode(text, _) => ("rewrite", "text", text),
            Verdict::Cancel(reason) => ("cancel", "reason", reason),
            Verdict::Reject(reason) => ("reject", "reason", reason),
            Verdict::Refuse(reason) => ("refuse", "reason", reason),
        };
        let json = Writer::new().text("action", action).text(field, words);
        match self {
            Verdict::RewriteAsCode(_, code) => json.json("code", &code_json(code)).end(),
            _ => json.end(),
        }
    }
}

fn code_json(code: &Code) -> String {
    let mut json = Writer::new().text("language", &code.language);
    if !code.path.is_empty() {
        json = json.text("path", &code.path);
    }
    if !code.workspace.is_empty() {
        json = json.text("workspace", &code.workspace);
    }
    json.integer("startLine", i64::from(code.start_line)).integer("endLine", i64::from(code.end_line)).end()
}
