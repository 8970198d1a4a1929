import { Delete, Get, Post } from '@nestjs/common';
import { id, namesOf } from '@switchboard/protocol';
import { AccessService } from '../../access/access.service.ts';
import { Requires } from '../../api/access.ts';
import { ApiController } from '../../api/api-controller.ts';
import { Answers, AnswersNothing } from '../../api/api-response.ts';
import { CurrentCaller, type Caller } from '../../api/caller.ts';
import { paged, pageOf, type Page } from '../../api/page.ts';
import { ValidBody, ValidParam, ValidQuery } from '../../api/valid.ts';
import type { ApiKey } from '../api-key.entity.ts';
import {
  apiKey,
  apiKeysQuery,
  madeApiKey,
  newApiKey,
  type ApiKeysQuery,
  type ApiKeyView,
  type MadeApiKeyView,
  type NewApiKeyBody,
} from './api-keys.schemas.ts';
import { ApiKeysService } from './api-keys.service.ts';

@ApiController('api-keys', 'API keys')
export class ApiKeysController {
  readonly #keys: ApiKeysService;
  readonly #access: AccessService;

  constructor(keys: ApiKeysService, access: AccessService) {
    this.#keys = keys;
    this.#access = access;
  }

  @Get()
  @Requires('server.manage')
  @Answers(paged(apiKey), { summary: 'List the API keys', description: 'The newest first, everyone’s.' })
  async listApiKeys(@ValidQuery(apiKeysQuery) { limit, after }: ApiKeysQuery): Promise<Page<ApiKeyView>> {
    const rows = await this.#keys.list(limit + 1, after?.[0]);
    return pageOf(rows, limit, ({ id: key }) => [key], viewOf);
  }

  @Post()
  @Requires('server.manage')
  @Answers(madeApiKey, {
    summary: 'Make an API key',
    description: 'For people: an API key makes none.',
    status: 201,
    errors: ['access.not_yours_to_give'],
  })
  async createApiKey(
    @CurrentCaller() caller: Caller,
    @ValidBody(newApiKey) wanted: NewApiKeyBody,
  ): Promise<MadeApiKeyView> {
    const { key, secret } = await this.#keys.create(this.#access.actorOf(caller), wanted);
    return { apiKey: viewOf(key), key: secret };
  }

  @Delete(':id')
  @Requires('server.manage')
  @AnswersNothing({ summary: 'Take an API key back', errors: ['api_key.not_found'] })
  async deleteApiKey(@CurrentCaller() caller: Caller, @ValidParam('id', id) keyId: string): Promise<void> {
    await this.#keys.revoke(this.#access.actorOf(caller), keyId);
  }
}

function viewOf({ id: keyId, name, permissions, createdBy, createdAt, expiresAt, lastUsedAt }: ApiKey): ApiKeyView {
  return { id: keyId, name, permissions: namesOf(permissions), createdBy, createdAt, expiresAt, lastUsedAt };
}
