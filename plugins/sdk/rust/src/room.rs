use crate::events::{FromJson, Member, Room};
use crate::host::{fetch_json, members_json, send_json, Refused};
use crate::json::{Json, Writer};

/// At the client: a message in the name of who runs the plugin, to the room they are in. Needs the permission `message.send`.
pub fn send_message(text: &str) -> Result<(), Refused> {
    send_json(&Writer::new().text("text", text).end()).map(|_| ())
}

/// At the server: a message in the plugin's name. Needs the permission `message.send`.
pub fn send_message_to(room_id: &str, text: &str) -> Result<(), Refused> {
    send_json(&Writer::new().text("text", text).text("roomId", room_id).end()).map(|_| ())
}

pub struct RoomMembers {
    pub room: Room,
    pub members: Vec<Member>,
}

/// Who is in the room; `None` in none. Needs the permission `members.read`.
pub fn members() -> Option<RoomMembers> {
    let json = Json::parse(&members_json())?;
    let room = json.get("room");
    (!room.is_null()).then(|| RoomMembers {
        room: Room::from_json(room),
        members: json.get("members").items().iter().map(Member::from_json).collect(),
    })
}

pub struct HttpRequest<'a> {
    /// GET, POST, PUT, PATCH or DELETE.
    pub method: &'a str,
    pub url: &'a str,
    pub headers: &'a [(&'a str, &'a str)],
    pub body: &'a str,
}

/// Asks for something by HTTP; `on_http` is told what came of it, with the number that this answers. Needs the permission `http`.
pub fn http_fetch(request: &HttpRequest) -> Result<u64, Refused> {
    let headers = request.headers.iter().fold(Writer::new(), |json, (name, value)| json.text(name, value));
    fetch_json(
        &Writer::new()
            .text("method", request.method)
            .text("url", request.url)
            .json("headers", &headers.end())
            .text("body", request.body)
            .end(),
    )
}
