import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { ANSWER, Answers, AnswersNothing } from './api-response.ts';

const fruit = v.object({ name: v.string() });

class Routes {
  @Answers(fruit, { summary: 'One', errors: ['api.not_found'] })
  one(): { name: string; seed: string } {
    return { name: 'pear', seed: 'kept' };
  }

  @Answers(v.array(fruit), { summary: 'Many' })
  async many(): Promise<{ name: string }[]> {
    return Promise.resolve([]);
  }

  // @ts-expect-error what is answered is not what was declared
  @Answers(fruit, { summary: 'Wrong' })
  wrong(): { name: number } {
    return { name: 1 };
  }

  // @ts-expect-error what is answered later is not what was declared
  @Answers(fruit, { summary: 'Wrong' })
  async wrongLater(): Promise<string> {
    return Promise.resolve('');
  }

  // @ts-expect-error something is answered
  @AnswersNothing({ summary: 'Nothing' })
  something(): string {
    return '';
  }
}

describe('Answers', () => {
  it('holds the method to its schema, which the compiler checks above, and keeps its errors', () => {
    expect(Reflect.getMetadata(ANSWER, Routes.prototype.one)).toEqual({ errors: ['api.not_found'] });
    expect(Reflect.getMetadata(ANSWER, Routes.prototype.many)).toEqual({ errors: [] });
  });
});
