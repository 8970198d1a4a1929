import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DomainEvents } from './domain-events.ts';

const person = { memberId: 'm', userId: 'u', nickname: 'Ada', guest: true };
const joined = { person, channelId: 'lobby' };

describe('DomainEvents', () => {
  beforeEach(() => Logger.overrideLogger(false));
  afterEach(() => Logger.overrideLogger(['error']));

  it('tells each listener of its event, in the order in which they came', () => {
    const sut = new DomainEvents();
    const told: unknown[] = [];
    sut.on('room.joined', (event) => told.push(['first', event]));
    sut.on('room.joined', (event) => told.push(['second', event]));
    sut.on('room.left', () => told.push('another event'));
    sut.emit('room.joined', joined);
    expect(told).toEqual([
      ['first', joined],
      ['second', joined],
    ]);
  });

  it('tells the others, and whoever emits nothing, when one fails', () => {
    const sut = new DomainEvents();
    const listener = vi.fn();
    sut.on('room.joined', () => {
      throw new Error('broken');
    });
    sut.on('room.joined', listener);
    sut.emit('room.joined', joined);
    expect(listener).toHaveBeenCalledWith(joined);
  });

  it('tells nothing to who has stopped listening', () => {
    const sut = new DomainEvents();
    const listener = vi.fn();
    const stop = sut.on('room.joined', listener);
    stop();
    sut.emit('room.joined', joined);
    expect(listener).not.toHaveBeenCalled();
  });
});
