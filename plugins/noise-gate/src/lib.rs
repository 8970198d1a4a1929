//! Silence where nobody speaks: the plugin's settings, its command, and the gate behind the microphone.

mod gate;

use std::sync::Mutex;

use gate::{Gate, Settings};
use switchboard::json::parse_number;
use switchboard::{config, hooks, CommandEvent, CommandResult, Frame, PluginEvent};

hooks! {
    on_audio_frame_captured => process,
    on_command => command,
    on_config => configure,
}

static GATE: Mutex<Gate> = Mutex::new(Gate::new());

const LOWEST_DB: f32 = -90.0;
const HIGHEST_DB: f32 = -10.0;

fn process(frame: &mut Frame) -> bool {
    GATE.lock().map_or(false, |mut gate| gate.process(frame))
}

fn configure(_: PluginEvent) {
    let number = |name| config::number(name) as f32;
    if let Ok(mut gate) = GATE.lock() {
        gate.settings = Settings {
            threshold_db: number("thresholdDb"),
            attack_ms: number("attackMs"),
            hold_ms: number("holdMs"),
            release_ms: number("releaseMs"),
            reduction_db: number("reductionDb"),
        };
    }
}

/// `/gate` says how it stands, `/gate -50` sets the threshold until the settings are changed.
fn command(event: CommandEvent) -> CommandResult {
    let mut gate = match GATE.lock() {
        Ok(gate) => gate,
        Err(_) => return CommandResult::default(),
    };
    if !event.args.is_empty() {
        let number = event.args.trim_end_matches("dB").trim_end().replace('\u{2212}', "-");
        match parse_number(&number) {
            Some(db) if (LOWEST_DB..=HIGHEST_DB).contains(&(db as f32)) => gate.settings.threshold_db = db as f32,
            _ => {
                return CommandResult::reply(format!(
                    "The threshold is a number from {} to {}: /gate -50",
                    whole(LOWEST_DB),
                    whole(HIGHEST_DB)
                ))
            }
        }
    }
    let threshold = whole(gate.settings.threshold_db);
    let state = if gate.is_open() { "open" } else { "closed" };
    let level = gate.take_loudest_db();
    CommandResult::reply(if level > LOWEST_DB {
        let level = whole(level);
        format!("The gate opens at {threshold} dB and is {state}. The loudest since you last asked was {level} dB.")
    } else {
        format!("The gate opens at {threshold} dB and is {state}. Nothing has been heard since you last asked.")
    })
}

/// Decimals of a loudness say nothing, and to write them takes more code than the gate.
fn whole(db: f32) -> i32 {
    db.round() as i32
}
