import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setOf, type Permission } from '@switchboard/protocol';
import { DataSource } from 'typeorm';
import { AuditEntry } from '../../audit/audit-entry.entity.ts';
import { AuditService } from '../../audit/audit.service.ts';
import type { Passwords } from '../../auth/passwords/passwords.ts';
import { ChannelManagementService } from '../../channels/channel-management.service.ts';
import { Channel } from '../../channels/channel.entity.ts';
import { ChannelsService } from '../../channels/channels.service.ts';
import { ServerConfig } from '../../config/server-config.ts';
import { databaseOptions, openDatabase } from '../../database/open-database.ts';
import { VirtualServer } from '../../servers/virtual-server.entity.ts';
import { ManualClock } from '../../testing/manual-clock.ts';
import { UserRole } from '../../users/user-role.entity.ts';
import { User } from '../../users/user.entity.ts';
import { AccessService } from '../access.service.ts';
import { accountActor, type Actor } from '../actor.ts';
import { AdministrationTurns } from '../administration-turns.ts';
import { ChannelRule } from '../channel-rule.entity.ts';
import { ChannelRulesService } from '../channel-rules.service.ts';
import { RoleDirectory } from '../role-directory.ts';
import { Role, type BuiltInRole } from '../role.entity.ts';
import { RolesService } from '../roles.service.ts';

/** Roles, rules and channels on a real database, without the rest of the server. */
export class Administration implements AsyncDisposable {
  readonly folder: string;
  readonly database: DataSource;
  readonly clock = new ManualClock();
  readonly directory: RoleDirectory;
  readonly channels: ChannelsService;
  readonly access: AccessService;
  readonly roles: RolesService;
  readonly rules: ChannelRulesService;
  readonly management: ChannelManagementService;

  private constructor(folder: string, database: DataSource) {
    this.folder = folder;
    this.database = database;
    const of = database.getRepository.bind(database);
    const { clock } = this;
    const audit = new AuditService(of(AuditEntry), clock);
    const turns = new AdministrationTurns();
    this.directory = new RoleDirectory(of(Role), of(UserRole), of(ChannelRule), clock);
    this.channels = new ChannelsService(of(VirtualServer), of(Channel), ServerConfig.from({}), clock);
    const { directory, channels } = this;
    this.access = new AccessService(directory, channels);
    const { access } = this;
    this.roles = new RolesService(of(Role), directory, access, channels, audit, clock, turns);
    this.rules = new ChannelRulesService(of(ChannelRule), directory, access, channels, audit, turns);
    const passwords = { hash: (text: string) => Promise.resolve(`hash of ${text}`) } as unknown as Passwords;
    this.management = new ChannelManagementService(
      of(Channel),
      channels,
      access,
      directory,
      passwords,
      audit,
      clock,
      turns,
    );
  }

  /** @param folder of one that was stopped: the same database again. */
  static async start(folder?: string): Promise<Administration> {
    const used = folder ?? (await mkdtemp(join(tmpdir(), 'switchboard-')));
    const at = new Administration(used, await openDatabase(new DataSource(databaseOptions(join(used, 'db.sqlite')))));
    await at.directory.onModuleInit();
    await at.channels.onModuleInit();
    return at;
  }

  roleId(name: BuiltInRole): string {
    return this.directory.builtIn(name).id;
  }

  channelId(name: string): string {
    const channel = this.channels.channels.find((each) => each.name === name);
    if (channel === undefined) throw new Error(`no channel ${name}`);
    return channel.id;
  }

  /** An account with these roles besides Member. */
  async person(name: string, ...roleIds: readonly string[]): Promise<Actor> {
    const row = { id: name, username: name, usernameKey: name, passwordHash: 'x', nickname: name, createdAt: 0 };
    await this.database.getRepository(User).insert(row);
    await this.database.transaction((manager) => this.roles.giveAtRegistration(name, roleIds, manager));
    await this.roles.reload(name);
    return accountActor(name, name);
  }

  /** An account with a role of its own: of this rank, with these permissions. */
  async ranked(name: string, rank: number, ...permissions: readonly Permission[]): Promise<Actor> {
    const admin = await this.person(`admin for ${name}`, this.roleId('admin'));
    const { id } = await this.roles.create(admin, { name: `role of ${name}`, rank, colour: null, permissions });
    return this.person(name, id);
  }

  async audited(): Promise<string[]> {
    const entries = await this.database.getRepository(AuditEntry).find({ order: { id: 'ASC' } });
    return entries.map(({ action }) => action);
  }

  async stop(): Promise<void> {
    await this.database.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.database.isInitialized) await this.stop();
    await rm(this.folder, { recursive: true });
  }
}

/** The same person through an API key. */
export function keyOf(actor: Actor, ...permissions: readonly Permission[]): Actor {
  return { ...actor, limit: setOf(permissions) };
}
