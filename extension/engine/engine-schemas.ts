import {
  channelAudio,
  epochGrant,
  id,
  laneKind,
  MAX_PLUGIN_CLIP_SAMPLES,
  MAX_PLUGINS,
  token,
  voiceGrant,
  whisperGrant,
  whisperTarget,
} from '@switchboard/protocol';
import * as v from 'valibot';
import { sandboxId } from './sandbox-schemas.ts';

/*
 * The commands and events of the voice engine (`EngineCommand`, `EngineEvent`) as they are checked on arrival in the other
 * process. A form that is missing here does not compile where it is sent; a field that is missing is not dropped in silence,
 * the message is refused.
 */

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const activation = v.variant('mode', [
  v.strictObject({ mode: v.literal('voice'), activationDbfs: v.number(), releaseDbfs: v.number() }),
  v.strictObject({ mode: v.literal('push-to-talk') }),
]);

const sandboxIds = v.pipe(v.array(sandboxId), v.maxLength(MAX_PLUGINS), v.readonly());
const clip = v.custom<Int16Array>(
  (samples) => samples instanceof Int16Array && samples.length <= MAX_PLUGIN_CLIP_SAMPLES,
);

export const engineCommand = v.variant('type', [
  v.strictObject({ type: v.literal('enter'), grant: voiceGrant, controlHost: v.string(), secure: v.boolean() }),
  v.strictObject({ type: v.literal('leave') }),
  v.strictObject({ type: v.literal('hurry') }),
  v.strictObject({ type: v.literal('member.add'), memberId: id, token }),
  v.strictObject({ type: v.literal('member.remove'), memberId: id }),
  v.strictObject({ type: v.literal('epoch'), epoch: epochGrant }),
  v.strictObject({ type: v.literal('audio'), audio: channelAudio }),
  v.strictObject({ type: v.literal('self'), muted: v.boolean(), deafened: v.boolean() }),
  v.strictObject({ type: v.literal('volume'), memberId: id, gain: v.number() }),
  v.strictObject({ type: v.literal('activation'), activation }),
  v.strictObject({ type: v.literal('talk'), pressed: v.boolean() }),
  v.strictObject({ type: v.literal('typing'), typing: v.boolean() }),
  v.strictObject({ type: v.literal('echo'), on: v.boolean() }),
  v.strictObject({ type: v.literal('plugins'), captured: sandboxIds, received: sandboxIds }),
  v.strictObject({ type: v.literal('clip'), samples: clip }),
  v.strictObject({ type: v.literal('whisper.target'), target: whisperTarget }),
  v.strictObject({ type: v.literal('whisper.listen'), grant: whisperGrant }),
  v.strictObject({ type: v.literal('whisper.forget'), targetToken: token }),
  v.strictObject({ type: v.literal('whisper.start'), targetToken: v.nullable(token) }),
  v.strictObject({ type: v.literal('whisper.stop') }),
]);

const laneState = v.variant('status', [
  v.strictObject({ status: v.literal('idle') }),
  v.strictObject({ status: v.literal('connecting') }),
  v.strictObject({ status: v.literal('connected'), lane: laneKind }),
  v.strictObject({ status: v.literal('unreachable') }),
]);

const speakerStats = v.strictObject({
  memberId: id,
  received: count,
  concealed: count,
  recovered: count,
  late: count,
  duplicate: count,
  depth: count,
});

const pluginStats = v.strictObject({
  sandboxId,
  frames: count,
  missed: count,
  meanUs: v.number(),
  maxUs: v.number(),
});

const voiceStats = v.strictObject({
  lane: v.nullable(laneKind),
  roundTripMs: v.nullable(v.number()),
  lossUp: v.number(),
  lossDown: v.number(),
  inputLevelDbfs: v.number(),
  frameCostMs: v.number(),
  packetsSent: count,
  packetsReceived: count,
  speakers: v.pipe(v.array(speakerStats), v.readonly()),
  plugins: v.pipe(v.array(pluginStats), v.readonly()),
  dropped: v.strictObject({
    malformed: count,
    unknown_token: count,
    not_authentic: count,
    wrong_epoch: count,
    undecodable: count,
    overflow: count,
  }),
});

export const engineEvent = v.variant('type', [
  v.strictObject({ type: v.literal('lane'), lane: laneState }),
  v.strictObject({ type: v.literal('speaking'), memberId: id, speaking: v.boolean() }),
  v.strictObject({ type: v.literal('whispering'), memberId: id, whispering: v.boolean() }),
  v.strictObject({ type: v.literal('self.speaking'), speaking: v.boolean() }),
  v.strictObject({ type: v.literal('echo.ended') }),
  v.strictObject({ type: v.literal('level'), dbfs: v.number() }),
  v.strictObject({ type: v.literal('stats'), stats: voiceStats }),
]);
