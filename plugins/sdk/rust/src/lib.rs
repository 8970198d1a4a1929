//! For plugins in Rust: hooks as plain functions, and what a plugin may ask of its host. No crates but this one.
//!
//! ```ignore
//! use switchboard::{hooks, CommandEvent, CommandResult};
//!
//! hooks! { on_command => greet }
//!
//! fn greet(event: CommandEvent) -> CommandResult {
//!     CommandResult::reply(format!("Hello, {}!", event.member.nickname))
//! }
//! ```
//!
//! What is to outlive a call belongs into a `static` (a `Mutex` of it is free: there are no threads), what is to outlive the plugin into
//! [`storage`].

mod audio;
mod events;
pub mod hook;
mod host;
pub mod json;
mod random;
mod results;
mod room;

pub use audio::{Frame, FRAME_SAMPLES, SAMPLE_RATE_HZ};
pub use events::{
    Code, CommandEvent, ConnectEvent, HttpEvent, Member, MessageEvent, Person, PluginEvent, Room, SendEvent,
    SpeakingEvent, VisitEvent,
};
pub use host::{config, fail, log, play_clip, set_status, speaker, storage, Refused};
pub use random::Random;
pub use results::{CommandResult, Verdict};
pub use room::{http_fetch, members, send_message, send_message_to, HttpRequest, RoomMembers};

/// Says which function answers which hook: `hooks! { on_command => roll, on_config => configure }`.
#[macro_export]
macro_rules! hooks {
    ($($hook:ident => $handler:path),+ $(,)?) => {
        $(
            #[no_mangle]
            pub extern "C" fn $hook() -> i32 {
                $crate::hook::$hook($handler)
            }
        )+
    };
}
