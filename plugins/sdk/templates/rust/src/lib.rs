use std::f64::consts::PI;
use std::sync::Mutex;

use switchboard::{config, hooks, CommandEvent, CommandResult, Frame, SAMPLE_RATE_HZ};

hooks! {
    on_audio_frame_captured => tremble,
    on_command => hello,
}

/// Where the trembling is, in radians: kept between frames, so that they fit together.
static PHASE: Mutex<f64> = Mutex::new(0.0);

/// 20 ms of your voice, before it is encoded: 960 samples between −1 and 1.
fn tremble(samples: &mut Frame) -> bool {
    let step = 2.0 * PI * config::number("speed") / SAMPLE_RATE_HZ as f64;
    let mut phase = PHASE.lock().unwrap();
    for sample in samples {
        *sample *= (0.6 + 0.4 * phase.sin()) as f32;
        *phase += step;
    }
    true
}

/// Somebody has typed /hello.
fn hello(event: CommandEvent) -> CommandResult {
    CommandResult::reply(format!("Hello, {}!", event.member.nickname))
}
