import { Controller, Get, Param, Post, Delete } from '@nestjs/common';
import { SwitchboardError } from '@switchboard/protocol';
import * as v from 'valibot';
import { Public, Requires, RequiresAccount } from '../access.ts';
import { ApiController } from '../api-controller.ts';
import { Answers, AnswersFile, AnswersNothing } from '../api-response.ts';
import { CurrentCaller, type Caller } from '../caller.ts';
import { named } from '../named.ts';
import { OwnOrigin } from '../own-origin.guard.ts';
import { pageOf, pageQuery, paged, type Page } from '../page.ts';
import { flag } from '../query-values.ts';
import { ValidBody, ValidParam, ValidQuery } from '../valid.ts';

const colour = named('Colour', v.picklist(['red', 'green']));
const fruit = named(
  'Fruit',
  v.object({ name: v.string(), grams: v.pipe(v.number(), v.integer()), colour: v.optional(colour) }),
);
const newFruit = named(
  'NewFruit',
  v.strictObject({
    name: v.pipe(v.string(), v.trim(), v.maxLength(8, 'at most 8 characters')),
    grams: v.optional(v.pipe(v.number(), v.integer()), 100),
    parts: v.optional(v.array(v.strictObject({ colour }))),
  }),
);
const fruitsQuery = v.strictObject({ ...pageQuery(v.tuple([v.number()])), ripe: v.optional(flag) });
const id = v.pipe(v.string(), v.regex(/^[a-z]{1,8}$/, 'one to eight letters'));

const FRUITS = Array.from({ length: 120 }, (_, i) => ({ number: i, name: `fruit ${i}`, grams: i, secret: 'seed' }));

/** Routes of every kind. */
@ApiController('fruits', 'fruits')
export class FruitsController {
  @Get()
  @Requires('user.manage')
  @Answers(paged(fruit), { summary: 'List the fruits' })
  listFruits(@ValidQuery(fruitsQuery) { limit, after }: v.InferOutput<typeof fruitsQuery>): Page<(typeof FRUITS)[0]> {
    const rows = FRUITS.filter(({ number }) => number > (after?.[0] ?? -1)).slice(0, limit + 1);
    return pageOf(
      rows,
      limit,
      ({ number }) => [number],
      (row) => row,
    );
  }

  @Post()
  @Public()
  @Answers(fruit, {
    summary: 'Make a fruit',
    status: 201,
    errors: ['auth.nickname_taken'],
    example: { name: 'pear', grams: 100 },
  })
  makeFruit(@ValidBody(newFruit) body: v.InferOutput<typeof newFruit>): Promise<v.InferOutput<typeof newFruit>> {
    return Promise.resolve(body);
  }

  @Get('mine')
  @RequiresAccount()
  @Answers(v.object({ kind: v.string(), userId: v.string() }), { summary: 'Whose fruits' })
  whoseFruits(@CurrentCaller() caller: Caller): Caller {
    return caller;
  }

  @Delete('of/:channel/:fruit')
  @Requires('channel.manage', { channel: 'channel' })
  @AnswersNothing({ summary: 'Delete a fruit', errors: ['channel.not_found'] })
  async deleteFruit(
    @ValidParam('channel', id) channel: string,
    @ValidParam('fruit', id) _fruit: string,
  ): Promise<void> {
    if (channel === 'none') return Promise.reject(new SwitchboardError('channel.not_found'));
    return Promise.resolve();
  }

  @Post('cookie')
  @Public()
  @OwnOrigin()
  @AnswersNothing({ summary: 'Read a cookie' })
  readCookie(): void {}

  @Get('text')
  @Public()
  @AnswersFile('text/plain', { summary: 'Fruits as text' })
  fruitsAsText(): string {
    return 'pear';
  }

  @Get('limited')
  @Public()
  @AnswersNothing({ summary: 'Limited', errors: ['server.rate_limited'] })
  limitedFruit(): void {
    throw new SwitchboardError('server.rate_limited', 'Wait.', { retryAfterMs: 1_200 });
  }

  @Get('either')
  @RequiresAccount({ orKey: true })
  @AnswersNothing({ summary: 'For any caller' })
  forAnyCaller(): void {}

  @Get('inside')
  @Public()
  @AnswersNothing({ summary: 'Broken, with a sentence' })
  insideFruit(): void {
    throw new SwitchboardError('server.internal', 'The inside, with a secret.');
  }

  @Get('broken')
  @Public()
  @AnswersNothing({ summary: 'Broken' })
  brokenFruit(): void {
    throw new Error('the inside, with a secret');
  }

  @Get('wrong')
  @Public()
  @Answers(fruit, { summary: 'Not a fruit' })
  wrongFruit(): { name: string; grams: number } {
    return { name: 'half', grams: 0.5 };
  }
}

/** Beside the API. */
@Controller('elsewhere')
export class ElsewhereController {
  @Get('refused')
  refused(): void {
    throw new SwitchboardError('server.full');
  }

  @Get('broken/:what')
  broken(@Param('what') _what: string): void {
    throw new Error('the inside');
  }
}
