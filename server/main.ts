import { existsSync } from 'node:fs';
import { inspect } from 'node:util';
import { SecretsError } from './auth/tokens/server-secrets.ts';
import { ConfigError, ServerConfig } from './config/server-config.ts';
import { NewerDatabaseError } from './database/open-database.ts';
import { PortError } from './common/listen.ts';
import { SwitchboardError } from '@switchboard/protocol';
import { SwitchboardServer } from './switchboard-server.ts';
import { CertificateError } from './tls/server-certificate.ts';

/** After this a stop is no longer graceful. */
const STOP_LIMIT_MS = 5_000;
const ENVIRONMENT_FILE = '.env';

async function main(): Promise<void> {
  if (existsSync(ENVIRONMENT_FILE)) process.loadEnvFile(ENVIRONMENT_FILE);
  const config = ServerConfig.from(process.env);
  const server = await SwitchboardServer.start(config);
  greet(server);
  server.onReopened(() => {
    greet(server);
  });
  stopOnSignal(server);
  complain(await server.failed);
  process.exit(1);
}

function greet({ config, url, setupUrl, ports, certificate, voiceSocket }: SwitchboardServer): void {
  const lines = [
    '',
    `  ${config.name} is ready: ${url}`,
    '',
    `  control  ${String(ports.control)}/tcp`,
    `  voice    ${String(ports.voice)}/udp and tcp; ${voiceSocket.kind} socket, threads: ${String(voiceSocket.threads)}`,
    `  data     ${config.dataDir}`,
  ];
  if (setupUrl !== undefined) {
    lines.push('', '  It has no administrator yet. Who opens this address makes that account:', `  ${setupUrl}`);
  }
  if (voiceSocket.because !== undefined) {
    lines.push('', `  Voice uses the portable socket, which is slower: ${voiceSocket.because}.`);
  }
  if (certificate.generatedFingerprint !== undefined) {
    lines.push(
      '',
      '  Its certificate was made here; browsers will ask. Its SHA-256 fingerprint:',
      `  ${certificate.generatedFingerprint}`,
    );
  }
  say(`${lines.join('\n')}\n`);
}

function stopOnSignal(server: SwitchboardServer): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) process.exit(1);
    stopping = true;
    say('Stopping. Once more to stop at once.');
    setTimeout(() => process.exit(1), STOP_LIMIT_MS).unref();
    server.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        complain(error);
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** What a person can mend is said in a sentence, without a stack. */
function complain(error: unknown): void {
  const mendable = [ConfigError, NewerDatabaseError, PortError, CertificateError, SecretsError, SwitchboardError];
  const isMendable = error instanceof Error && mendable.some((kind) => error instanceof kind);
  process.stderr.write(`${isMendable ? error.message : inspect(error)}\n`);
}

main().catch((error: unknown) => {
  complain(error);
  process.exitCode = 1;
});
