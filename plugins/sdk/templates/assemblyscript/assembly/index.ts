import { CommandEvent, CommandResult, config, onAudioFrameCaptured, onCommand, reply } from 'switchboard';

/** 20 ms of your voice, before it is encoded: 960 samples between −1 and 1. */
export function on_audio_frame_captured(): i32 {
  return onAudioFrameCaptured(tremble);
}

/** Somebody has typed /hello. */
export function on_command(): i32 {
  return onCommand(hello);
}

/** Where the trembling is, in radians: kept between frames, so that they fit together. */
let phase: f64 = 0;

function tremble(samples: StaticArray<f32>): bool {
  const step = (2 * Math.PI * config.number('speed')) / 48_000;
  for (let at = 0; at < samples.length; at++) {
    samples[at] = samples[at] * <f32>(0.6 + 0.4 * Math.sin(phase));
    phase += step;
  }
  return true;
}

function hello(event: CommandEvent): CommandResult {
  return reply(`Hello, ${event.member.nickname}!`);
}
