import { ConsoleLogger, type LogLevel } from '@nestjs/common';

const LEVELS: readonly LogLevel[] = ['fatal', 'error', 'warn', 'log', 'debug'];

/** How Nest puts the application together: of interest when debugging only. */
const ASSEMBLY = new Set(['NestFactory', 'InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestApplication']);

/** Nest's own logger without the noise of its start. Nothing it is given holds a secret, a message's text or audio. */
export class ServerLogger extends ConsoleLogger {
  constructor(level: LogLevel) {
    super({ prefix: 'Switchboard', logLevels: LEVELS.slice(0, LEVELS.indexOf(level) + 1) });
  }

  override error(message: unknown, ...rest: unknown[]): void {
    // What stops the start is thrown as well, and `main` says it once.
    if (rest.at(-1) !== 'ExceptionHandler') super.error(message, ...rest);
  }

  override log(message: unknown, ...rest: unknown[]): void {
    const context = rest.at(-1);
    if (typeof context === 'string' && ASSEMBLY.has(context)) this.debug(message, ...rest);
    else super.log(message, ...rest);
  }
}
