import type { DeviceFigures } from '../device-audio.ts';

/** Between a test and the process with its devices. */

export type DeviceCommand = { readonly id: number } & DeviceOrder;

export type DeviceOrder =
  | { readonly type: 'start' | 'closeMicrophone' | 'devices' | 'heard' | 'figures' | 'close' }
  | { readonly type: 'openMicrophone' | 'useSpeaker'; readonly deviceId: string | undefined };

export type DeviceTold =
  | { readonly type: 'ready' }
  | { readonly type: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly type: 'refusal'; readonly id: number; readonly code: string; readonly message: string }
  | { readonly type: 'devicesChanged' | 'microphoneLost' }
  | { readonly type: 'log'; readonly text: string };

export interface ProcessFigures extends DeviceFigures {
  /** Of the loop alone: renderings without a frame, and frames left out. */
  readonly missing: number;
  readonly dropped: number;
  readonly cpuMs: number;
}
