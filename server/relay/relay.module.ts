import { Module, type DynamicModule, type FactoryProvider, type ModuleMetadata } from '@nestjs/common';
import type { RelayOptions } from './relay-options.ts';
import { ThreadedVoiceRelay } from './threaded-voice-relay.ts';
import { VoiceRelay } from './voice-relay.ts';

/** Where the relay's options come from, as for a provider of Nest. */
export type RelayModuleOptions = Pick<ModuleMetadata, 'imports'> &
  Pick<FactoryProvider<RelayOptions>, 'inject' | 'useFactory'>;

/** Provides `VoiceRelay`. It opens no port before `start()` is called, and stops with the application. */
@Module({})
export class RelayModule {
  static register({ imports = [], inject = [], useFactory }: RelayModuleOptions): DynamicModule {
    const options = Symbol('RelayOptions');
    return {
      module: RelayModule,
      imports,
      providers: [
        { provide: options, inject, useFactory },
        { provide: VoiceRelay, inject: [options], useFactory: (given: RelayOptions) => new ThreadedVoiceRelay(given) },
      ],
      exports: [VoiceRelay],
    };
  }
}
