import { FRAME_SAMPLES, SwitchboardError } from '@switchboard/protocol';
import { openAudio } from '../open-audio.ts';
import type { DeviceCommand, DeviceTold } from './device-messages.ts';
import { FrameLoop } from './frame-loop.ts';

/*
 * Real devices in a process of their own, told what to do by a test: native libraries linger, and some end their process.
 * The argument is what it does with the sound: `loop` plays what it hears, `tone` plays a tone, `listen` plays nothing.
 * The second one leaves a library out: its name.
 */

const TONE_HZ = 440;
const TONE_AMPLITUDE = 0.25;

const [mode = 'listen', without = ''] = process.argv.slice(2);
const heard: Float32Array[] = [];
const loop = new FrameLoop();
let toneSample = 0;

function tell(told: DeviceTold): void {
  process.send?.(told);
}

function tone(out: Float32Array): void {
  for (let i = 0; i < FRAME_SAMPLES; i++, toneSample++) {
    out[i] = TONE_AMPLITUDE * Math.sin((2 * Math.PI * TONE_HZ * toneSample) / 48_000);
  }
}

const audio = await openAudio({
  log: (text) => tell({ type: 'log', text }),
  load: (name) =>
    without.split(',').includes(name) ? Promise.reject(new Error('left out')) : (import(name) as Promise<unknown>),
});

async function obey(command: DeviceCommand): Promise<unknown> {
  switch (command.type) {
    case 'start':
      return audio.start(
        {
          captured: (frame) => {
            if (mode === 'loop') loop.captured(frame);
            else heard.push(frame.slice());
          },
          render: (out) => {
            if (mode === 'loop') loop.render(out);
            else if (mode === 'tone') tone(out);
            else out.fill(0);
          },
        },
        {
          devicesChanged: () => tell({ type: 'devicesChanged' }),
          microphoneLost: () => tell({ type: 'microphoneLost' }),
        },
      );
    case 'openMicrophone':
      return audio.openMicrophone(command.deviceId);
    case 'closeMicrophone':
      audio.closeMicrophone();
      return undefined;
    case 'useSpeaker':
      return audio.useSpeaker(command.deviceId);
    case 'devices':
      return audio.devices();
    case 'heard':
      return heard;
    case 'figures': {
      const { user, system } = process.cpuUsage();
      return { ...audio.figures, missing: loop.missing, dropped: loop.dropped, cpuMs: (user + system) / 1_000 };
    }
    case 'close':
      return audio.close();
  }
}

process.on('message', (command: DeviceCommand) => {
  obey(command).then(
    (value) => tell({ type: 'answer', id: command.id, value }),
    (error: unknown) => {
      const code = error instanceof SwitchboardError ? error.code : String(error);
      tell({ type: 'refusal', id: command.id, code, message: error instanceof Error ? error.message : '' });
    },
  );
});
process.on('disconnect', () => process.exit());
tell({ type: 'ready' });
