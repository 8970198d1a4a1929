use crate::host::{fail, input_length, output, read_input};

/// Samples of a frame: 20 ms at 48 kHz.
pub const FRAME_SAMPLES: usize = 960;
pub const SAMPLE_RATE_HZ: usize = 48_000;
pub type Frame = [f32; FRAME_SAMPLES];

const FRAME_BYTES: usize = FRAME_SAMPLES * 4;

pub(crate) fn process(handler: fn(&mut Frame) -> bool) {
    if input_length() != FRAME_BYTES {
        fail("The frame is not of 960 samples.");
        return;
    }
    let mut frame: Frame = [0.0; FRAME_SAMPLES];
    // Floats and bytes are both of any bits, and Wasm is little-endian as the frame is.
    let bytes = unsafe { std::slice::from_raw_parts_mut(frame.as_mut_ptr().cast::<u8>(), FRAME_BYTES) };
    read_input(bytes);
    if !handler(&mut frame) {
        return;
    }
    output(unsafe { std::slice::from_raw_parts(frame.as_ptr().cast::<u8>(), FRAME_BYTES) });
}
