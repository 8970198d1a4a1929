import { describe, expect, it } from 'vitest';
import { lastingPorts } from '../testing/lasting-ports.ts';
import { scratchFolder, ServerProcess, settingsFor } from '../testing/server-process.ts';
import { ControlClient } from '../testing/control-client.ts';
import { PASSWORD } from '../security/testing/world.ts';

describe('a server process that restores a backup', () => {
  it('opens again by itself, says so, and still stops as it is told to', async () => {
    await using folder = await scratchFolder();
    const server = new ServerProcess(settingsFor(folder.path, await lastingPorts()), folder.path);
    const url = await server.ready();
    const code = /#setup=(\S+)/.exec(server.text)?.[1];
    const setup = await fetch(`${url}/api/auth/setup`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code, username: 'root', password: PASSWORD, cookie: false }),
    });
    const { accessToken } = (await setup.json()) as { accessToken: string };
    const headers = { authorization: `Bearer ${accessToken}` };
    const backup = await (await fetch(`${url}/api/backups/current`, { headers })).arrayBuffer();

    const client = await ControlClient.connect(server.controlPort);
    await client.hello({ type: 'guest', nickname: 'Ada' });
    const restored = await fetch(`${url}/api/backups/restore`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/vnd.sqlite3' },
      body: backup,
    });
    expect(restored.status).toBe(202);
    expect(await client.closed).toBe(1001);

    await expect.poll(() => server.text.match(/is ready: (\S+)/g)).toEqual([`is ready: ${url}`, `is ready: ${url}`]);
    const again = await ControlClient.connect(server.controlPort);
    await again.hello({ type: 'guest', nickname: 'Ada' });
    const exit = server.kill('SIGTERM');
    expect(await again.closed).toBe(1001);
    expect(await exit).toEqual({ code: 0, signal: null });
  });
});
