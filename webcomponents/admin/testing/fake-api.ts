import { house, type House } from './fixtures.ts';
import { plugin } from './plugin-fixtures.ts';

export interface Call {
  /** Such as `POST /api/roles`. */
  readonly route: string;
  readonly body: unknown;
  readonly query: URLSearchParams;
  readonly token: string | null;
}

type Handler = (call: Call, ids: readonly string[]) => unknown;

class Refusal {
  readonly status: number;
  readonly body: unknown;
  constructor(status: number, code: string, message: string, field?: string) {
    this.status = status;
    this.body = { error: { code, message, ...(field === undefined ? {} : { field }) } };
  }
}

/** The server's API, as `fetch` sees it: in memory, with the shapes of its description. */
export class FakeApi {
  readonly house: House;
  readonly calls: Call[] = [];
  /** What routes answer instead. */
  readonly #scripts = new Map<string, Handler>();
  /** Nothing answers at all. */
  offline = false;
  /** Whether the browser has a cookie that is good. */
  cookie = true;
  setupOpen = false;
  #tokens = 0;
  #valid = '';
  #made = 0;

  constructor(content: House = house()) {
    this.house = content;
  }

  /** Whatever was said to the server by this route. */
  of(route: string): Call[] {
    return this.calls.filter((call) => call.route === route);
  }

  script(route: string, handler: Handler): void {
    this.#scripts.set(route, handler);
  }

  refuse(route: string, status: number, code: string, message: string, field?: string): void {
    this.script(route, () => new Refusal(status, code, message, field));
  }

  /** The access token has run out. */
  expire(): void {
    this.#valid = '';
  }

  /** Calls that are not answered yet. */
  pending = 0;

  readonly fetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    this.pending++;
    try {
      return await this.#respond(input, init);
    } finally {
      this.pending--;
    }
  };

  async #respond(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
    const request = new Request(input, init);
    if (this.offline) throw new TypeError('Failed to fetch');
    const url = new URL(request.url);
    const text = await request.text();
    const isJson = request.headers.get('content-type')?.includes('json') ?? false;
    const call: Call = {
      route: `${request.method} ${url.pathname}`,
      body: isJson && text !== '' ? JSON.parse(text) : text,
      query: url.searchParams,
      token: request.headers.get('authorization'),
    };
    this.calls.push(call);
    const isPublic = /^(GET|POST) \/api\/auth\/(login|refresh|setup)$/.test(call.route);
    const answer =
      !isPublic && call.token !== `Bearer ${this.#valid}`
        ? new Refusal(401, 'auth.token_expired', 'The sign-in has run out.')
        : this.#answer(call);
    if (answer instanceof Response) return answer;
    if (answer instanceof Refusal) return Response.json(answer.body, { status: answer.status });
    return answer === undefined ? new Response(null, { status: 204 }) : Response.json(answer);
  }

  #answer(call: Call): unknown {
    const scripted = this.#scripts.get(call.route);
    if (scripted !== undefined) return scripted(call, []);
    for (const [pattern, handler] of Object.entries(this.#routes)) {
      const found = new RegExp(`^${pattern.replaceAll('*', '([^/]+)')}$`).exec(call.route);
      if (found !== null) return handler(call, found.slice(1));
    }
    return new Refusal(404, 'api.not_found', 'There is nothing at this address.');
  }

  #enter(): unknown {
    this.cookie = true;
    this.#valid = `token-${++this.#tokens}`;
    return { accessToken: this.#valid, expiresAt: Date.now() + 900_000, user: this.house.me };
  }

  #id(): string {
    return `made-${++this.#made}`;
  }

  readonly #routes: Readonly<Record<string, Handler>> = {
    'GET /api/auth/setup': () => ({ open: this.setupOpen }),
    'POST /api/auth/setup': ({ body }) => {
      const { code } = body as { code: string };
      if (code !== 'right-code') return new Refusal(400, 'auth.setup_code_wrong', 'The code of the link is not right.');
      this.setupOpen = false;
      return this.#enter();
    },
    'POST /api/auth/login': ({ body }) =>
      (body as { password: string }).password === 'right password'
        ? this.#enter()
        : new Refusal(401, 'auth.credentials_invalid', 'The sign-in was not accepted.'),
    'POST /api/auth/refresh': () =>
      this.cookie ? this.#enter() : new Refusal(401, 'auth.token_missing', 'There is no sign-in.'),
    'POST /api/auth/logout': () => {
      this.cookie = false;
    },
    'POST /api/auth/password': () => undefined,
    'GET /api/auth/me': () => this.house.me,

    'GET /api/users': ({ query }) => {
      const search = query.get('search')?.toLowerCase() ?? '';
      const items = this.house.users.filter(
        ({ username, roles }) =>
          username.includes(search) && (!query.has('role') || roles.some(({ id }) => id === query.get('role'))),
      );
      return { items, next: null };
    },
    'PATCH /api/users/*': ({ body }, [id]) => {
      const user = this.house.users.find((one) => one.id === id)!;
      const { roleIds, nickname } = body as { roleIds?: string[]; nickname?: string };
      if (nickname !== undefined) user.nickname = nickname;
      if (roleIds !== undefined) user.roles = this.house.roles.filter((role) => roleIds.includes(role.id));
      return user;
    },
    'DELETE /api/users/*': (_call, [id]) => {
      this.house.users = this.house.users.filter((user) => user.id !== id);
    },
    'POST /api/users/*/password': () => undefined,

    'GET /api/roles': () => ({ items: this.house.roles, next: null }),
    'POST /api/roles': ({ body }) => {
      const made = { id: this.#id(), builtIn: null, memberCount: 0, ...(body as object) } as House['roles'][number];
      this.house.roles = [...this.house.roles, made];
      return made;
    },
    'PATCH /api/roles/*': ({ body }, [id]) => {
      this.house.roles = this.house.roles.map((role) => (role.id === id ? { ...role, ...(body as object) } : role));
      return this.house.roles.find((role) => role.id === id);
    },
    'DELETE /api/roles/*': (_call, [id]) => {
      this.house.roles = this.house.roles.filter((role) => role.id !== id);
    },

    'GET /api/servers': () => ({ items: [{ id: 'server', name: 'Switchboard' }], next: null }),
    'GET /api/channels': () => ({ items: this.house.channels, next: null }),
    'POST /api/channels': ({ body }) => {
      const { password, ...rest } = body as Record<string, unknown>;
      const base = { topic: '', position: 99, temporary: false, members: 0, locked: password !== undefined };
      const made = { id: this.#id(), ...base, ...rest } as House['channels'][number];
      this.house.channels = [...this.house.channels, made];
      return made;
    },
    'PATCH /api/channels/*': ({ body }, [id]) => {
      this.house.channels = this.house.channels.map((one) => (one.id === id ? { ...one, ...(body as object) } : one));
      return this.house.channels.find((one) => one.id === id);
    },
    'DELETE /api/channels/*': (_call, [id]) => {
      this.house.channels = this.house.channels.filter((channel) => channel.id !== id);
    },
    'GET /api/channels/*/rules': (_call, [id]) => ({ items: this.house.rules[id!] ?? [] }),
    'PUT /api/channels/*/rules': ({ body }, [id]) => {
      this.house.rules[id!] = (body as { items: House['rules'][string] }).items;
      return body;
    },

    'GET /api/messages': ({ query }) => {
      const search = query.get('search')?.toLowerCase() ?? '';
      const { messages } = this.house;
      return {
        items: messages.filter(
          ({ text, channelId }) =>
            text.toLowerCase().includes(search) && (!query.has('channelId') || channelId === query.get('channelId')),
        ),
        next: null,
      };
    },
    'DELETE /api/messages/*': (_call, [id]) => {
      this.house.messages = this.house.messages.filter((message) => message.id !== id);
    },

    'GET /api/sessions': () => ({ items: this.house.sessions, next: null }),
    'POST /api/mute/*': ({ body }, [id]) =>
      this.#changeSession(id, { serverMuted: (body as { muted: boolean }).muted }),
    'POST /api/deafen/*': ({ body }, [id]) =>
      this.#changeSession(id, { serverDeafened: (body as { deafened: boolean }).deafened }),
    'POST /api/move/*': ({ body }, [id]) => this.#changeSession(id, body as { channelId: string }),
    'POST /api/kick/*': (_call, [id]) => this.#endSession(id),
    'POST /api/ban/*': (_call, [id]) => this.#endSession(id),

    'GET /api/bans': () => ({ items: this.house.bans, next: null }),
    'POST /api/bans': ({ body }) => {
      const made = {
        id: this.#id(),
        userId: null,
        nickname: '',
        createdBy: 'user-ada',
        createdByName: 'Ada',
        createdAt: Date.now(),
      };
      const ban = { ...made, ...(body as object) } as House['bans'][number];
      this.house.bans = [ban, ...this.house.bans];
      return ban;
    },
    'DELETE /api/bans/*': (_call, [id]) => {
      this.house.bans = this.house.bans.filter((ban) => ban.id !== id);
    },
    'GET /api/audit': ({ query }) => {
      const items = this.house.audit.filter(
        ({ action, actorId }) =>
          (!query.has('action') || action === query.get('action')) &&
          (!query.has('actorId') || actorId === query.get('actorId')),
      );
      return { items, next: null };
    },

    'GET /api/stats': () => this.house.stats,
    'GET /api/stats/history': () => this.house.history,
    'POST /api/notices': () => undefined,
    'GET /api/settings': () => this.house.settings,
    'PATCH /api/settings': ({ body }) => {
      this.house.settings = { ...this.house.settings, ...(body as object) };
      return this.house.settings;
    },

    'GET /api/webhooks': () => ({ items: this.house.webhooks }),
    'POST /api/webhooks': ({ body }) => {
      const made = { id: this.#id(), createdAt: Date.now(), ...(body as object) } as House['webhooks'][number];
      this.house.webhooks = [...this.house.webhooks, made];
      return { ...made, secret: 'whsec_once' };
    },
    'PATCH /api/webhooks/*': ({ body }, [id]) => {
      this.house.webhooks = this.house.webhooks.map((hook) =>
        hook.id === id ? { ...hook, ...(body as object) } : hook,
      );
      return this.house.webhooks.find((hook) => hook.id === id);
    },
    'DELETE /api/webhooks/*': (_call, [id]) => {
      this.house.webhooks = this.house.webhooks.filter((hook) => hook.id !== id);
    },
    'GET /api/webhooks/*/deliveries': () => ({ items: this.house.deliveries, next: null }),
    'POST /api/webhooks/*/test': () => this.house.deliveries[0],

    'GET /api/api-keys': () => ({ items: this.house.keys, next: null }),
    'POST /api/api-keys': ({ body }) => {
      const base = { id: this.#id(), createdBy: 'user-ada', createdAt: Date.now(), lastUsedAt: null };
      const apiKey = { ...base, ...(body as object) } as House['keys'][number];
      this.house.keys = [apiKey, ...this.house.keys];
      return { apiKey, key: 'sbk_once' };
    },
    'DELETE /api/api-keys/*': (_call, [id]) => {
      this.house.keys = this.house.keys.filter((key) => key.id !== id);
    },
    'GET /api/invites': () => ({ items: this.house.invites, next: null }),
    'POST /api/invites': ({ body }) => {
      const base = { id: this.#id(), uses: 0, createdBy: 'user-ada', createdAt: Date.now() };
      const invite = { ...base, ...(body as object) } as House['invites'][number];
      this.house.invites = [invite, ...this.house.invites];
      return { invite, code: 'code-once' };
    },
    'DELETE /api/invites/*': (_call, [id]) => {
      this.house.invites = this.house.invites.filter((invite) => invite.id !== id);
    },

    'GET /api/logs': ({ query }) => {
      const levels = ['error', 'warn', 'log', 'debug'];
      const most = levels.indexOf(query.get('level') ?? 'debug');
      return { items: this.house.logs.filter(({ level }) => levels.indexOf(level) <= most) };
    },
    'GET /api/backups/current': () =>
      new Response('SQLite format 3', {
        headers: { 'content-disposition': 'attachment; filename="switchboard.sqlite"' },
      }),
    'POST /api/backups/restore': () => ({ restarting: true }),
    'GET /api/plugins': () => ({ items: this.house.plugins }),
    'GET /api/plugins/available': () => ({ items: this.house.bundled }),
    'POST /api/plugins/inspect': () => this.house.bundled[0],
    'POST /api/plugins': ({ query }) =>
      this.#installPlugin(this.house.bundled[0]?.id, {
        enable: query.get('enable') === 'true',
        offer: query.get('offer') === 'true',
      }),
    'POST /api/plugins/available/*/install': ({ body }, [id]) =>
      this.#installPlugin(id, body as { enable: boolean; offer: boolean }),
    'PUT /api/plugins/order': ({ body }) => {
      const { ids } = body as { ids: string[] };
      this.house.plugins = ids.flatMap((id) => this.house.plugins.filter((plugin) => plugin.id === id));
      return { items: this.house.plugins };
    },
    'PATCH /api/plugins/*': ({ body }, [id]) => this.#changePlugin(id, body as object),
    'POST /api/plugins/*/restart': (_call, [id]) =>
      this.#changePlugin(id, { status: { kind: 'starting', problem: null } }),
    'GET /api/plugins/*/log': () => ({ items: this.house.pluginLog }),
    'GET /api/plugins/*/readme': () => ({ readme: 'Its **README**, with a link: https://example.org/plugin' }),
    'DELETE /api/plugins/*': (_call, [id]) => {
      this.house.plugins = this.house.plugins.filter((plugin) => plugin.id !== id);
    },

    'GET /api/stress': () => this.house.stress,
    'POST /api/stress': ({ body }) => {
      this.house.stress = { ...this.house.stress, ...(body as object), running: true };
      return this.house.stress;
    },
    'DELETE /api/stress': () => {
      this.house.stress = { ...this.house.stress, running: false, ended: 'It was stopped by Ada.' };
    },
  };

  #changePlugin(id: string | undefined, change: Partial<House['plugins'][number]>): unknown {
    this.house.plugins = this.house.plugins.map((one) => (one.id === id ? { ...one, ...change } : one));
    return this.house.plugins.find((one) => one.id === id);
  }

  #installPlugin(id: string | undefined, { enable, offer }: { enable: boolean; offer: boolean }): unknown {
    const found = this.house.bundled.find((one) => one.id === id)!;
    const before = this.house.plugins.find((one) => one.id === id);
    const { version, consents, name } = found;
    if (before !== undefined) return this.#changePlugin(id, { version, consents });
    const made = plugin({ ...found, id: found.id, name, enabled: enable, offered: offer });
    this.house.plugins = [...this.house.plugins, made];
    return made;
  }

  #changeSession(id: string | undefined, change: Partial<House['sessions'][number]>): undefined {
    this.house.sessions = this.house.sessions.map((one) => (one.memberId === id ? { ...one, ...change } : one));
  }

  #endSession(id: string | undefined): undefined {
    this.house.sessions = this.house.sessions.filter(({ memberId }) => memberId !== id);
  }
}
