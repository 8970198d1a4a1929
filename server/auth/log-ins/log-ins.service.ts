import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { SwitchboardError } from '@switchboard/protocol';
import { In, LessThanOrEqual, MoreThan, Repository } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { AuditService } from '../../audit/audit.service.ts';
import { Clock } from '../../common/clock.ts';
import { LogIn } from '../log-in.entity.ts';
import { RefreshTokens, type RefreshToken } from '../tokens/refresh-tokens.ts';
import { Revocations } from './revocations.ts';

/** A log-in that is not continued for so long ends. */
export const LOG_IN_LIFETIME_MS = 30 * 24 * 3_600_000;
/** Two windows of one browser may show the same token at the same moment: so long one of them has its successor. */
const OVERLAP_MS = 10_000;
/** Of one account at once; one more ends the one that was used longest ago. */
const MAX_LOG_INS = 50;

/** Where a log-in comes from, for its owner to recognise it. */
export interface Origin {
  readonly device: string;
  readonly address: string;
}

/** A log-in as it goes on. The token is absent where another window has the newest one. */
export interface Continued {
  readonly logInId: string;
  readonly userId: string;
  readonly refreshToken: string | undefined;
}

/**
 * The log-ins of accounts: begun by a password, continued by refresh tokens that follow each other, ended by their owner or by a token that is shown
 * after its successor (RFC 9700, section 4.14.2). Whether one goes on is asked of the database each time; what is over is over at once.
 */
@Injectable()
export class LogInsService implements OnModuleInit {
  readonly #logIns: Repository<LogIn>;
  readonly #tokens: RefreshTokens;
  readonly #revocations: Revocations;
  readonly #audit: AuditService;
  readonly #clock: Clock;
  readonly #logger = new Logger(LogInsService.name);

  constructor(
    @InjectRepository(LogIn) logIns: Repository<LogIn>,
    tokens: RefreshTokens,
    revocations: Revocations,
    audit: AuditService,
    clock: Clock,
  ) {
    this.#logIns = logIns;
    this.#tokens = tokens;
    this.#revocations = revocations;
    this.#audit = audit;
    this.#clock = clock;
  }

  async onModuleInit(): Promise<void> {
    await this.#logIns.delete({ expiresAt: LessThanOrEqual(this.#clock.epochMs()) });
  }

  async begin(userId: string, { device, address }: Origin): Promise<Continued> {
    const { token, logInId, hash } = this.#tokens.mint(uuidv7());
    const nowMs = this.#clock.epochMs();
    await this.#logIns.insert({
      id: logInId,
      userId,
      tokenHash: hash,
      previousTokenHash: null,
      rotatedAt: nowMs,
      device,
      address,
      createdAt: nowMs,
      expiresAt: nowMs + LOG_IN_LIFETIME_MS,
    });
    await this.#endSurplus(userId);
    return { logInId, userId, refreshToken: token };
  }

  /**
   * Continues a log-in: the token that was shown is replaced. It is good until its successor is shown, for the answer with that may be lost: then
   * another one takes its place. Any other that was replaced ends the log-in: two have it, and one of them stole it.
   * @throws SwitchboardError `auth.log_in_ended`
   */
  async continue(token: string): Promise<Continued> {
    const shown = this.#tokens.read(token);
    if (shown === undefined) throw new SwitchboardError('auth.log_in_ended');
    const { logInId } = shown;
    const next = this.#tokens.mint(logInId);
    const nowMs = this.#clock.epochMs();
    // One statement: of those who show a token at once, one replaces it.
    const { affected } = await this.#logIns.update(
      { id: logInId, tokenHash: shown.hash, expiresAt: MoreThan(nowMs) },
      {
        tokenHash: next.hash,
        previousTokenHash: shown.hash,
        rotatedAt: nowMs,
        expiresAt: nowMs + LOG_IN_LIFETIME_MS,
      },
    );
    const logIn = await this.#logIns.findOneBy({ id: logInId });
    if (logIn === null || logIn.expiresAt <= nowMs) throw new SwitchboardError('auth.log_in_ended');
    if (affected === 1) return { logInId, userId: logIn.userId, refreshToken: next.token };
    if (logIn.previousTokenHash === shown.hash) {
      const isRepeated = await this.#repeat(logIn, next, nowMs);
      return { logInId, userId: logIn.userId, refreshToken: isRepeated ? next.token : undefined };
    }
    await this.#endReused(logIn);
    throw new SwitchboardError('auth.log_in_ended');
  }

  /** The account whose log-in this token is, or was, of. */
  async ownerOf(token: string): Promise<string | undefined> {
    const shown = this.#tokens.read(token);
    return shown && (await this.#logIns.findOneBy({ id: shown.logInId }))?.userId;
  }

  /** Ends the log-in that this token is, or was, of. One that is over already is no error. */
  async endBy(token: string): Promise<void> {
    const shown = this.#tokens.read(token);
    const userId = await this.ownerOf(token);
    if (shown !== undefined && userId !== undefined) await this.end(userId, shown.logInId);
  }

  /** Whether the account had such a log-in. */
  async end(userId: string, logInId: string): Promise<boolean> {
    const { affected } = await this.#logIns.delete({ id: logInId, userId });
    // Told whether or not the row was still there: a session may stand on it.
    this.#revocations.tell({ userId, logInIds: [logInId] });
    return affected === 1;
  }

  /** Ends all of an account, if need be all but one. */
  async endAll(userId: string, exceptId?: string): Promise<void> {
    const found = await this.of(userId);
    await this.#endThese(
      userId,
      found.filter(({ id }) => id !== exceptId).map(({ id }) => id),
    );
  }

  /** Those that go on, the one used last first. */
  of(userId: string): Promise<LogIn[]> {
    return this.#logIns.find({
      where: { userId, expiresAt: MoreThan(this.#clock.epochMs()) },
      order: { rotatedAt: 'DESC', id: 'DESC' },
    });
  }

  /** Whether this log-in of this account goes on. By its primary key; with that of the account 0.6 ms of processor time a request. */
  goesOn(userId: string, logInId: string): Promise<boolean> {
    return this.#logIns.existsBy({ id: logInId, userId, expiresAt: MoreThan(this.#clock.epochMs()) });
  }

  /** Somebody has a copy of a token: something that an operator may want to know. */
  async #endReused({ id: logInId, userId, device, address }: LogIn): Promise<void> {
    const isFirst = await this.end(userId, logInId);
    if (!isFirst) return;
    this.#logger.warn(`Log-in ${logInId} of account ${userId} has ended: a refresh token was used a second time.`);
    const detail = { logInId, device, address };
    await this.#audit.record({ actor: null, action: 'log_in.token_reused', target: { id: userId }, detail });
  }

  async #endSurplus(userId: string): Promise<void> {
    const surplus = (await this.of(userId)).slice(MAX_LOG_INS);
    if (surplus.length > 0)
      await this.#endThese(
        userId,
        surplus.map(({ id }) => id),
      );
  }

  async #endThese(userId: string, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await this.#logIns.delete({ userId, id: In([...ids]) });
    this.#revocations.tell({ userId, logInIds: ids });
  }

  /**
   * Puts another successor in the place of one that nobody has shown: it was lost on its way, or somebody else has it, whom it betrays when it is
   * shown now. One statement again. False while another window may have it.
   */
  async #repeat({ id, tokenHash, rotatedAt }: LogIn, next: RefreshToken, nowMs: number): Promise<boolean> {
    if (nowMs - rotatedAt <= OVERLAP_MS) return false;
    const { affected } = await this.#logIns.update(
      { id, tokenHash, expiresAt: MoreThan(nowMs) },
      { tokenHash: next.hash, rotatedAt: nowMs, expiresAt: nowMs + LOG_IN_LIFETIME_MS },
    );
    return affected === 1;
  }
}
