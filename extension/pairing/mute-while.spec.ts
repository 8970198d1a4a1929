import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MuteWhile } from './mute-while.ts';

/** Somebody with a microphone, between themselves and the machine. */
class Scene {
  readonly sut = new MuteWhile();
  muted = false;
  active = false;

  set(changes: { active?: boolean; muted?: boolean }): void {
    Object.assign(this, changes);
    // What is set is told again, as a state is.
    for (;;) {
      const wanted = this.sut.follow(this);
      if (wanted === undefined) return;
      this.muted = wanted;
    }
  }
}

describe('MuteWhile', () => {
  it('mutes meanwhile, and unmutes afterwards', () => {
    const scene = new Scene();
    scene.set({ active: true });
    expect(scene.muted).toBe(true);
    scene.set({ active: false });
    expect(scene.muted).toBe(false);
  });

  it('leaves who was muted before as they were', () => {
    const scene = new Scene();
    scene.set({ muted: true });
    scene.set({ active: true });
    scene.set({ active: false });
    expect(scene.muted).toBe(true);
  });

  it('does not fight who unmutes, or mutes again, meanwhile', () => {
    const scene = new Scene();
    scene.set({ active: true });
    scene.set({ muted: false });
    expect(scene.muted).toBe(false);
    scene.set({ muted: true });
    scene.set({ active: false });
    expect(scene.muted).toBe(true);
  });

  it('leaves who wants to be muted meanwhile as they are', () => {
    const scene = new Scene();
    scene.set({ active: true });
    scene.sut.keep();
    scene.set({ active: false });
    expect(scene.muted).toBe(true);
    scene.set({ muted: false });
    scene.set({ active: true });
    scene.set({ active: false });
    expect(scene.muted).toBe(false);
  });

  it('changes nothing by itself but at the beginning and the end', () => {
    const change = fc.oneof(
      fc.boolean().map((active) => ({ active })),
      fc.boolean().map((muted) => ({ muted })),
    );
    fc.assert(
      fc.property(fc.array(change), (changes) => {
        const scene = new Scene();
        for (const wanted of changes) {
          scene.set(wanted);
          if ('muted' in wanted) expect(scene.muted).toBe(wanted.muted);
        }
      }),
    );
  });
});
