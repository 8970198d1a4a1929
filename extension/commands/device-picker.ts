import * as vscode from 'vscode';
import type { AudioDevice, VoiceClientApi } from '@switchboard/client';
import { withoutIcons } from '../notifications/plain-text.ts';
import { levelBar } from './level-bar.ts';

const { t } = vscode.l10n;

interface DeviceItem extends vscode.QuickPickItem {
  /** Null for the system's default. */
  readonly deviceId: string | null;
}

/** Lets one choose a microphone, with its level while it is open, or a speaker. */
export async function pickDevice(client: VoiceClientApi, kind: AudioDevice['kind']): Promise<void> {
  await client.refreshDevices();
  const picker = vscode.window.createQuickPick<DeviceItem>();
  picker.title = kind === 'microphone' ? t('Select Microphone') : t('Select Speaker');
  const draw = (): void => {
    const { devices, microphoneId, speakerId } = client.state;
    const chosen = kind === 'microphone' ? microphoneId : speakerId;
    const items = itemsOf(
      devices.filter((device) => device.kind === kind),
      chosen,
    );
    picker.items = items;
    picker.activeItems = items.filter(({ deviceId }) => deviceId === chosen);
  };
  draw();
  const showLevel = (dbfs: number): void => {
    picker.placeholder = t('Level: {0}', levelBar(dbfs));
  };
  // Told when it changes: until then it is silence.
  if (kind === 'microphone' && client.state.microphone.status === 'on') showLevel(-Infinity);
  let known = client.state.devices;
  const stops = [
    client.subscribe(({ devices }) => {
      if (devices === known) return;
      known = devices;
      draw();
    }),
    ...(kind === 'microphone' ? [client.onLevel(showLevel)] : []),
  ];
  const closed = new Promise<void>((resolve) => picker.onDidHide(resolve));
  let wanted: DeviceItem | undefined;
  picker.onDidAccept(() => {
    [wanted] = picker.selectedItems;
    picker.hide();
  });
  picker.show();
  try {
    await closed;
  } finally {
    for (const stop of stops) stop();
    picker.dispose();
  }
  if (wanted === undefined) return;
  await (kind === 'microphone' ? client.useMicrophone(wanted.deviceId) : client.useSpeaker(wanted.deviceId));
}

function itemsOf(devices: readonly AudioDevice[], chosen: string | null): DeviceItem[] {
  const item = (label: string, deviceId: string | null): DeviceItem => ({
    label: withoutIcons(label),
    ...(deviceId === chosen ? { iconPath: new vscode.ThemeIcon('check'), description: t('in use') } : {}),
    deviceId,
  });
  return [
    item(t('System Default'), null),
    ...devices.map(({ id, label }, index) => item(label === '' ? t('Device {0}', index + 1) : label, id)),
  ];
}
