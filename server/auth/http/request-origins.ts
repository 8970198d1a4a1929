import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import { callerAddress } from '../../api/caller-address.ts';
import { remoteNetwork } from '../../common/remote-network.ts';
import { ServerConfig } from '../../config/server-config.ts';
import type { RequestOrigin } from '../accounts/accounts.service.ts';
import { deviceName } from '../log-ins/device-name.ts';
import { readDeviceCookie } from './device-cookie.ts';

/** Says where requests come from. */
@Injectable()
export class RequestOrigins {
  readonly #config: ServerConfig;

  constructor(config: ServerConfig) {
    this.#config = config;
  }

  of(request: IncomingMessage): RequestOrigin {
    const address = callerAddress(request, this.#config.trustedProxies).replace(/^::ffff:/i, '');
    const { cookie, 'user-agent': userAgent } = request.headers;
    return {
      device: deviceName(userAgent),
      address,
      network: remoteNetwork(address),
      knownDevices: readDeviceCookie(cookie),
    };
  }
}
