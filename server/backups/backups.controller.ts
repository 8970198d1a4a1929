import type { IncomingMessage, ServerResponse } from 'node:http';
import { Get, Post, Req, Res, StreamableFile } from '@nestjs/common';
import { ApiBody, ApiConsumes } from '@nestjs/swagger';
import { SwitchboardError } from '@switchboard/protocol';
import * as v from 'valibot';
import { RoleDirectory } from '../access/role-directory.ts';
import { Requires } from '../api/access.ts';
import { ApiController } from '../api/api-controller.ts';
import { Answers, AnswersFile } from '../api/api-response.ts';
import { BodyDeadlines } from '../api/body-deadlines.ts';
import { CurrentCaller, type Caller } from '../api/caller.ts';
import { AuditService } from '../audit/audit.service.ts';
import { BackupsService } from './backups.service.ts';
import { Restores } from './restores.ts';

/** Its registered media type (https://www.iana.org/assignments/media-types/application/vnd.sqlite3). */
const SQLITE = 'application/vnd.sqlite3';
const UPLOAD_TYPES = [SQLITE, 'application/octet-stream'];

const restarting = v.object({ restarting: v.literal(true) });

/** The database as a file, out and in. It holds everything, so it is for administrators alone. */
@ApiController('backups', 'Backups')
export class BackupsController {
  readonly #backups: BackupsService;
  readonly #restores: Restores;
  readonly #roles: RoleDirectory;
  readonly #audit: AuditService;
  readonly #bodies: BodyDeadlines;

  constructor(
    backups: BackupsService,
    restores: Restores,
    roles: RoleDirectory,
    audit: AuditService,
    bodies: BodyDeadlines,
  ) {
    this.#backups = backups;
    this.#restores = restores;
    this.#roles = roles;
    this.#audit = audit;
    this.#bodies = bodies;
  }

  @Get('current')
  @Requires('server.manage')
  @AnswersFile(SQLITE, {
    summary: 'Download the database as it is now',
    description:
      'For administrators, or by an API key of one. It holds password hashes and the keys of webhooks: keep it safe.',
  })
  async downloadBackup(
    @CurrentCaller() actor: Caller,
    @Res({ passthrough: true }) response: ServerResponse,
  ): Promise<StreamableFile> {
    this.#refuseOthers(actor);
    const { name, bytes, stream } = await this.#backups.make();
    response.once('close', () => stream.destroy());
    if (response.destroyed) stream.destroy();
    await this.#audit.record({ actor, action: 'backup.download', detail: { bytes } });
    return new StreamableFile(stream, {
      type: SQLITE,
      disposition: `attachment; filename="${name}"`,
      length: bytes,
    });
  }

  @Post('restore')
  @Requires('server.manage')
  @ApiConsumes(SQLITE)
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  @Answers(restarting, {
    summary: 'Replace the database by a backup',
    description:
      'For administrators who are logged in. The backup, 1 GiB at most, is checked and brought up to date before anything is ' +
      'touched. Then everyone is disconnected for a moment and comes back to what the backup holds. Every log-in but the one that ' +
      'asks for this ends. What was there before is kept on the server, as `switchboard.before-restore.sqlite`.',
    status: 202,
    errors: ['backup.invalid', 'backup.newer', 'backup.too_large', 'backup.in_progress', 'protocol.too_slow'],
    example: { restarting: true },
  })
  async restoreBackup(
    @CurrentCaller() actor: Caller,
    @Req() request: IncomingMessage,
    @Res({ passthrough: true }) response: ServerResponse,
  ): Promise<v.InferOutput<typeof restarting>> {
    // What is left of a refused upload is not read to its end.
    response.setHeader('Connection', 'close');
    this.#refuseOthers(actor);
    if (actor.kind !== 'account') throw new SwitchboardError('access.denied', 'An API key cannot do this: log in.');
    const [type = ''] = (request.headers['content-type'] ?? '').split(';');
    if (!UPLOAD_TYPES.includes(type.trim().toLowerCase())) {
      throw new SwitchboardError('protocol.invalid', `Send the file itself, with Content-Type: ${SQLITE}.`);
    }
    const announced = request.headers['content-length'];
    // The refusal needs the socket that an iterator would destroy.
    const body = request.iterator({ destroyOnReturn: false });
    this.#bodies.lift(request);
    await this.#restores.receive(body, announced === undefined ? undefined : Number(announced), actor);
    // Nothing tells of a close that was before; then nobody waits for the restore either.
    if (response.destroyed) await this.#restores.discard();
    else response.once('close', () => this.#restores.apply());
    return { restarting: true };
  }

  #refuseOthers({ userId }: Caller): void {
    if (this.#roles.rolesOf(userId).some(({ builtIn }) => builtIn === 'admin')) return;
    throw new SwitchboardError('access.denied', 'Only administrators may do this.');
  }
}
