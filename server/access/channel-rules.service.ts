import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { namesOf, setOf, SwitchboardError, type Permission, type PermissionSet } from '@switchboard/protocol';
import { Repository } from 'typeorm';
import { AuditService } from '../audit/audit.service.ts';
import { ChannelsService } from '../channels/channels.service.ts';
import { AccessService } from './access.service.ts';
import type { Actor } from './actor.ts';
import { AdministrationTurns } from './administration-turns.ts';
import { ChannelRule } from './channel-rule.entity.ts';
import { RoleDirectory, rulesOf } from './role-directory.ts';

/** What a channel, and those below it, allow and deny to a role. */
export interface RuleOfRole {
  readonly roleId: string;
  readonly allow: readonly Permission[];
  readonly deny: readonly Permission[];
}

const NOTHING = { allow: 0, deny: 0 };

/** Changes what channels allow and deny: in the database with the audit entry, then in memory, one change after the other. */
@Injectable()
export class ChannelRulesService {
  readonly #rules: Repository<ChannelRule>;
  readonly #directory: RoleDirectory;
  readonly #access: AccessService;
  readonly #channels: ChannelsService;
  readonly #audit: AuditService;
  readonly #turns: AdministrationTurns;

  constructor(
    @InjectRepository(ChannelRule) rules: Repository<ChannelRule>,
    directory: RoleDirectory,
    access: AccessService,
    channels: ChannelsService,
    audit: AuditService,
    turns: AdministrationTurns,
  ) {
    this.#rules = rules;
    this.#directory = directory;
    this.#access = access;
    this.#channels = channels;
    this.#audit = audit;
    this.#turns = turns;
  }

  rulesOf(channelId: string): RuleOfRole[] {
    return [...this.#directory.rulesOf(channelId)].map(([roleId, { allow, deny }]) => ({
      roleId,
      allow: namesOf(allow),
      deny: namesOf(deny),
    }));
  }

  /**
   * Replaces all rules of a channel. What is given by that, to whatever role, the actor has there; what is taken, is taken from roles
   * below their rank.
   * @throws SwitchboardError `channel.not_found`, `role.not_found`, `access.*`
   */
  setRules(actor: Actor, channelId: string, rules: readonly RuleOfRole[]): Promise<void> {
    return this.#turns.take(async () => {
      if (!this.#access.may(actor, 'see', channelId)) throw new SwitchboardError('channel.not_found');
      if (!this.#access.may(actor, 'channel.manage', channelId)) throw new SwitchboardError('access.denied');
      const channel = this.#channels.get(channelId);
      const before = this.rulesOf(channelId);
      const rows = rules
        .map(({ roleId, allow, deny }) => ({ channelId, roleId, allow: setOf(allow), deny: setOf(deny) }))
        .filter(({ allow, deny }) => allow !== 0 || deny !== 0);
      this.#refuseEscalation(actor, channelId, rows);
      await this.#rules.manager.transaction(async (manager) => {
        await manager.delete(ChannelRule, { channelId });
        if (rows.length > 0) await manager.insert(ChannelRule, rows);
        const detail = { before, after: rules };
        await this.#audit.record({ actor, action: 'channel.rules', target: channel, detail }, manager);
      });
      this.#directory.apply((memory) => {
        if (rows.length > 0) memory.rules.set(channelId, rulesOf(rows));
        else memory.rules.delete(channelId);
      });
    });
  }

  #refuseEscalation(actor: Actor, channelId: string, rows: readonly ChannelRule[]): void {
    const before = this.#directory.rulesOf(channelId);
    const after = rulesOf(rows);
    for (const roleId of new Set([...before.keys(), ...after.keys()])) {
      const { rank } = this.#directory.get(roleId);
      const { given, taken } = difference(before.get(roleId) ?? NOTHING, after.get(roleId) ?? NOTHING);
      if ((given & ~this.#access.permissionsOf(actor, channelId)) !== 0) {
        throw new SwitchboardError('access.not_yours_to_give');
      }
      const isBelow = rank < this.#access.rankOf(actor) || this.#access.isUnlimitedAdmin(actor);
      if (taken !== 0 && !isBelow) throw new SwitchboardError('access.rank');
    }
  }
}

interface Rule {
  readonly allow: PermissionSet;
  readonly deny: PermissionSet;
}

/** Taking a denial away gives, as allowing does. */
function difference(before: Rule, after: Rule): { given: PermissionSet; taken: PermissionSet } {
  return {
    given: (after.allow & ~before.allow) | (before.deny & ~after.deny),
    taken: (after.deny & ~before.deny) | (before.allow & ~after.allow),
  };
}
