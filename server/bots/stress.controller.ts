import { Delete, Get, Post } from '@nestjs/common';
import { Requires } from '../api/access.ts';
import { ApiController } from '../api/api-controller.ts';
import { Answers, AnswersNothing } from '../api/api-response.ts';
import { CurrentCaller, type Caller } from '../api/caller.ts';
import { ValidBody } from '../api/valid.ts';
import { newStress, stress, type NewStress, type Stress } from './stress.schemas.ts';
import { StressService } from './stress.service.ts';

/** How much this machine takes: bots that talk in a room. */
@ApiController('stress', 'Operation')
export class StressController {
  readonly #stress: StressService;

  constructor(stressService: StressService) {
    this.#stress = stressService;
  }

  @Post()
  @Requires('server.manage')
  @Answers(stress, {
    summary: 'Start a stress test',
    description:
      'Bots come into a room and talk, with sessions and voice as people have them. It ends by itself after its time, when more than 20 % of the ' +
      'packets are lost or the server is more than 200 ms late for 5 s, and with the server.',
    status: 202,
    errors: [
      'stress.running',
      'stress.people_present',
      'stress.channel_unsuitable',
      'channel.not_found',
      'server.full',
    ],
  })
  startStress(@CurrentCaller() caller: Caller, @ValidBody(newStress) plan: NewStress): Promise<Stress> {
    return this.#stress.start(caller, plan);
  }

  @Get()
  @Requires('server.manage')
  @Answers(stress, { summary: 'See the stress test that runs, or the last one' })
  getStress(): Stress {
    return this.#stress.status;
  }

  @Delete()
  @Requires('server.manage')
  @AnswersNothing({ summary: 'Stop the stress test', errors: ['stress.not_running'] })
  stopStress(@CurrentCaller() caller: Caller): Promise<void> {
    return this.#stress.stop(caller);
  }
}
