import '../admin-app/admin-app.ts';
import { Session } from '../api/session.ts';
import { loadAdminLocale } from '../strings/load-locale.ts';
import { FakeApi } from './fake-api.ts';
import { house } from './fixtures.ts';

/*
 * The dashboard over a made server: `?as=moderator&state=signed-out&lang=de#rooms`, to be looked at while one changes it.
 */

const asked = new URLSearchParams(location.search);
document.documentElement.lang = asked.get('lang') ?? 'en';
void loadAdminLocale(document.documentElement.lang);

const api = new FakeApi(
  asked.get('as') === 'moderator'
    ? house([
        'see',
        'join',
        'chat.delete',
        'member.mute',
        'member.move',
        'member.kick',
        'member.ban',
        'audit.read',
        'invite.create',
      ])
    : house(),
);
const stateNow = asked.get('state');
api.cookie = stateNow !== 'signed-out' && stateNow !== 'set-up';
api.setupOpen = stateNow === 'set-up';
api.offline = stateNow === 'offline';
if (stateNow === 'stress') {
  const at = (i: number): number => Date.now() - (60 - i) * 1_000;
  api.house.stress = {
    ...api.house.stress,
    running: true,
    bots: 120,
    talkers: 6,
    channelId: 'party',
    history: Array.from({ length: 60 }, (_, i) => ({
      at: at(i),
      present: 120,
      sentPerS: 300,
      serverCpuPct: 50,
      botsCpuPct: Math.min(1, i / 12) * 71,
      eventLoopDelayMs: 3,
      deliveredPerS: Math.min(1, i / 12) * 35_000 + 600 * Math.sin(i),
      lossPct: i > 40 ? (i - 40) / 30 : 0,
      delayP50Ms: 1.2 + Math.sin(i / 3) / 4,
      delayP99Ms: 4 + Math.sin(i / 2),
      cpuPct: Math.min(1, i / 12) * 46,
    })),
  };
}
const app = document.createElement('admin-app');
app.session = new Session(api.fetch);
document.body.append(app);
