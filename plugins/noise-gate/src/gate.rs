use switchboard::{Frame, FRAME_SAMPLES, SAMPLE_RATE_HZ};

/// Loudness is measured in blocks: 2.5 ms.
const BLOCK: usize = 120;
const BLOCKS: usize = FRAME_SAMPLES / BLOCK;
const BLOCKS_PER_MS: f32 = SAMPLE_RATE_HZ as f32 / 1000.0 / BLOCK as f32;
/// The gate opens so many blocks before what it opens for, as far as that is in the same frame: no delay is added for it.
const LOOKAHEAD: usize = 3;
/// Once open it stays so down to this far below the threshold: a voice that wavers about the threshold does not flutter.
const HYSTERESIS_DB: f32 = 5.0;
const SILENCE_DB: f32 = -120.0;

pub struct Settings {
    pub threshold_db: f32,
    pub attack_ms: f32,
    pub hold_ms: f32,
    pub release_ms: f32,
    /// How much weaker it is while closed; from 80 dB on nothing is left.
    pub reduction_db: f32,
}

pub struct Gate {
    pub settings: Settings,
    /// 0 is closed, 1 is open: between them the gain moves along a curve without corners.
    position: f32,
    is_wanted: bool,
    /// Blocks since it was loud enough.
    quiet_blocks: f32,
    loudest_db: f32,
}

impl Gate {
    pub const fn new() -> Gate {
        Gate {
            settings: Settings {
                threshold_db: -48.0,
                attack_ms: 2.0,
                hold_ms: 200.0,
                release_ms: 150.0,
                reduction_db: 60.0,
            },
            position: 0.0,
            is_wanted: false,
            quiet_blocks: 0.0,
            loudest_db: SILENCE_DB,
        }
    }

    pub fn is_open(&self) -> bool {
        self.is_wanted
    }

    pub fn take_loudest_db(&mut self) -> f32 {
        std::mem::replace(&mut self.loudest_db, SILENCE_DB)
    }

    /// Whether it changed anything.
    pub fn process(&mut self, frame: &mut Frame) -> bool {
        let mut levels_db = [SILENCE_DB; BLOCKS];
        for (level, block) in levels_db.iter_mut().zip(frame.chunks_exact(BLOCK)) {
            *level = level_db(block);
            self.loudest_db = self.loudest_db.max(*level);
        }
        let mut is_changed = false;
        for at in 0..BLOCKS {
            let ahead = &levels_db[at..BLOCKS.min(at + 1 + LOOKAHEAD)];
            self.decide(ahead.iter().copied().fold(SILENCE_DB, f32::max));
            is_changed |= self.apply(&mut frame[at * BLOCK..(at + 1) * BLOCK]);
        }
        is_changed
    }

    fn decide(&mut self, level_db: f32) {
        let threshold = self.settings.threshold_db - if self.is_wanted { HYSTERESIS_DB } else { 0.0 };
        if level_db >= threshold {
            self.is_wanted = true;
            self.quiet_blocks = 0.0;
            return;
        }
        self.quiet_blocks += 1.0;
        self.is_wanted = self.is_wanted && self.quiet_blocks <= self.settings.hold_ms * BLOCKS_PER_MS;
    }

    fn apply(&mut self, block: &mut [f32]) -> bool {
        let step = if self.is_wanted {
            1.0 / samples_of(self.settings.attack_ms)
        } else {
            -1.0 / samples_of(self.settings.release_ms)
        };
        let is_open = self.is_wanted && self.position >= 1.0;
        if is_open {
            return false;
        }
        for sample in block {
            self.position = (self.position + step).clamp(0.0, 1.0);
            *sample *= self.gain();
        }
        true
    }

    fn gain(&self) -> f32 {
        let closed = if self.settings.reduction_db >= 80.0 { 0.0 } else { exp10(-self.settings.reduction_db / 20.0) };
        let smooth = self.position * self.position * (3.0 - 2.0 * self.position);
        closed + (1.0 - closed) * smooth
    }
}

fn samples_of(ms: f32) -> f32 {
    (ms * SAMPLE_RATE_HZ as f32 / 1000.0).max(1.0)
}

fn exp10(x: f32) -> f32 {
    10.0_f32.powf(x)
}

/// Root mean square, as dB of a full sine.
fn level_db(block: &[f32]) -> f32 {
    let mean = block.iter().map(|sample| sample * sample).sum::<f32>() / block.len() as f32;
    if mean > 1e-12 {
        10.0 * (2.0 * mean).log10()
    } else {
        SILENCE_DB
    }
}
