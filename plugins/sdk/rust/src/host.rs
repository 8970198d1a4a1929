//! What a plugin asks of its host. Everything that passes lies in memory of the host's, where it has an address; it is gone when the hook returns.
//! Only what a plugin uses becomes an import of its module, so that no permission is asked for in vain.

use std::sync::atomic::{AtomicBool, Ordering};

mod env {
    #[link(wasm_import_module = "extism:host/env")]
    extern "C" {
        pub fn alloc(bytes: u64) -> u64;
        pub fn free(address: u64);
        pub fn length(address: u64) -> u64;
        pub fn load_u8(address: u64) -> u32;
        pub fn load_u64(address: u64) -> u64;
        pub fn store_u8(address: u64, value: u32);
        pub fn store_u64(address: u64, value: u64);
        pub fn input_length() -> u64;
        pub fn input_load_u8(offset: u64) -> u32;
        pub fn input_load_u64(offset: u64) -> u64;
        pub fn output_set(address: u64, bytes: u64);
        pub fn error_set(address: u64);
        pub fn config_get(key: u64) -> u64;
        pub fn var_get(key: u64) -> u64;
        pub fn var_set(key: u64, value: u64);
        pub fn log_debug(text: u64);
        pub fn log_info(text: u64);
        pub fn log_warn(text: u64);
        pub fn log_error(text: u64);
    }
}

mod user {
    #[link(wasm_import_module = "extism:host/user")]
    extern "C" {
        pub fn send_message(json: u64) -> i64;
        pub fn set_status(text: u64) -> i64;
        pub fn play_clip(samples: u64) -> i64;
        pub fn http_fetch(json: u64) -> i64;
        pub fn members() -> i64;
        pub fn speaker() -> i64;
    }
}

const WORD: usize = 8;

/// Why a host function did nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    Invalid,
    /// Too often, or too much.
    Quota,
    /// Not now: one is in no room.
    Unavailable,
}

impl Refused {
    pub(crate) fn check(answer: i64) -> Result<u64, Refused> {
        match answer {
            0.. => Ok(answer as u64),
            -2 => Err(Refused::Quota),
            -3 => Err(Refused::Unavailable),
            _ => Err(Refused::Invalid),
        }
    }
}

/// Copies bytes into the host's memory. No bytes have the address 0.
pub(crate) fn to_host(bytes: &[u8]) -> u64 {
    if bytes.is_empty() {
        return 0;
    }
    let address = unsafe { env::alloc(bytes.len() as u64) };
    let words = bytes.chunks_exact(WORD);
    let rest = words.remainder();
    let mut at = address;
    for word in words {
        let value = u64::from_le_bytes([word[0], word[1], word[2], word[3], word[4], word[5], word[6], word[7]]);
        unsafe { env::store_u64(at, value) };
        at += WORD as u64;
    }
    for (offset, byte) in rest.iter().enumerate() {
        unsafe { env::store_u8(at + offset as u64, u32::from(*byte)) };
    }
    address
}

fn copied(into: &mut [u8], word_at: impl Fn(u64) -> u64, byte_at: impl Fn(u64) -> u32) {
    let mut at = 0;
    for bytes in into.chunks_mut(WORD) {
        if bytes.len() == WORD {
            bytes.copy_from_slice(&word_at(at).to_le_bytes());
        } else {
            for (offset, byte) in bytes.iter_mut().enumerate() {
                *byte = byte_at(at + offset as u64) as u8;
            }
        }
        at += WORD as u64;
    }
}

pub(crate) fn from_host(address: u64) -> Vec<u8> {
    if address == 0 {
        return Vec::new();
    }
    let mut bytes = vec![0; unsafe { env::length(address) } as usize];
    copied(&mut bytes, |at| unsafe { env::load_u64(address + at) }, |at| unsafe { env::load_u8(address + at) });
    bytes
}

/// What the host holds as text is UTF-8.
pub(crate) fn text_from_host(address: u64) -> String {
    String::from_utf8(from_host(address)).unwrap_or_default()
}

pub(crate) fn input_length() -> usize {
    unsafe { env::input_length() as usize }
}

pub(crate) fn read_input(into: &mut [u8]) {
    copied(into, |at| unsafe { env::input_load_u64(at) }, |at| unsafe { env::input_load_u8(at) });
}

pub(crate) fn output(bytes: &[u8]) {
    unsafe { env::output_set(to_host(bytes), bytes.len() as u64) };
}

static FAILED: AtomicBool = AtomicBool::new(false);

/// The hook ends with an error: one sentence, for who looks at the plugin's log.
pub fn fail(reason: &str) {
    unsafe { env::error_set(to_host(reason.as_bytes())) };
    FAILED.store(true, Ordering::Relaxed);
}

/// Whether the hook has failed; the next has not.
pub(crate) fn take_failure() -> bool {
    FAILED.swap(false, Ordering::Relaxed)
}

/// The plugin's settings, as people have set them.
pub mod config {
    use super::{env, text_from_host, to_host};
    use crate::json::parse_number;

    /// Empty where there is no such setting.
    pub fn text(name: &str) -> String {
        unsafe {
            let key = to_host(name.as_bytes());
            let value = env::config_get(key);
            env::free(key);
            text_from_host(value)
        }
    }

    pub fn flag(name: &str) -> bool {
        text(name) == "true"
    }

    /// NaN where the setting is no number.
    pub fn number(name: &str) -> f64 {
        parse_number(&text(name)).unwrap_or(f64::NAN)
    }
}

/// What stays when the plugin is started again. Needs the permission `storage`.
pub mod storage {
    use super::{env, from_host, text_from_host, to_host};

    /// Empty where nothing is stored.
    pub fn get(key: &str) -> String {
        text_from_host(unsafe { env::var_get(to_host(key.as_bytes())) })
    }

    pub fn get_bytes(key: &str) -> Vec<u8> {
        from_host(unsafe { env::var_get(to_host(key.as_bytes())) })
    }

    /// An empty text is the same as none. What is more than the plugin may store ends the hook with an error.
    pub fn set(key: &str, value: &str) {
        set_bytes(key, value.as_bytes());
    }

    pub fn set_bytes(key: &str, value: &[u8]) {
        unsafe { env::var_set(to_host(key.as_bytes()), to_host(value)) };
    }
}

/// Lines of the plugin's log. Needs the permission `log`.
pub mod log {
    use super::{env, to_host};

    pub fn debug(text: &str) {
        unsafe { env::log_debug(to_host(text.as_bytes())) };
    }

    pub fn info(text: &str) {
        unsafe { env::log_info(to_host(text.as_bytes())) };
    }

    pub fn warn(text: &str) {
        unsafe { env::log_warn(to_host(text.as_bytes())) };
    }

    pub fn error(text: &str) {
        unsafe { env::log_error(to_host(text.as_bytes())) };
    }
}

/// One's own status. Needs the permission `status.set`.
pub fn set_status(text: &str) -> Result<(), Refused> {
    Refused::check(unsafe { user::set_status(to_host(text.as_bytes())) }).map(|_| ())
}

/// Plays a clip into the room: 48 kHz, mono, at most ten seconds. Needs the permission `clip.play`.
pub fn play_clip(samples: &[i16]) -> Result<(), Refused> {
    let bytes: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
    Refused::check(unsafe { user::play_clip(to_host(&bytes)) }).map(|_| ())
}

/// Whose frame it is: 0 for one's own microphone, else a number that stays the same while that one is in the room.
pub fn speaker() -> u64 {
    unsafe { user::speaker() as u64 }
}

pub(crate) fn send_json(json: &str) -> Result<u64, Refused> {
    Refused::check(unsafe { user::send_message(to_host(json.as_bytes())) })
}

pub(crate) fn fetch_json(json: &str) -> Result<u64, Refused> {
    Refused::check(unsafe { user::http_fetch(to_host(json.as_bytes())) })
}

pub(crate) fn members_json() -> String {
    match Refused::check(unsafe { user::members() }) {
        Ok(address) => text_from_host(address),
        Err(_) => String::new(),
    }
}
