import { describe, expect, it } from 'vitest';
import { accessLibc, type Libc, type LibcAccess } from '../sockets/libc.ts';
import { chooseSocket } from './socket-choice.ts';

const access = accessLibc();

describe('chooseSocket', () => {
  it('takes the portable socket when told to, and asks no further', () => {
    const choice = chooseSocket('portable', () => {
      throw new Error('not to be called');
    });
    expect(choice).toEqual({ socket: 'portable', because: undefined });
  });

  it.each(['auto', 'batched'] as const)(
    'takes the portable socket where the C library cannot be called: %s',
    (wanted) => {
      const choice = chooseSocket(wanted, () => ({ unavailable: 'there is none' }));
      expect(choice).toEqual({ socket: 'portable', because: 'there is none' });
    },
  );

  describe.skipIf('unavailable' in access)('where the C library can be called', () => {
    const { libc: real } = access as { libc: Libc };

    /** The real one, but for these calls. */
    function but(calls: Partial<Libc>): () => LibcAccess {
      return () => ({ libc: { ...real, ...calls } });
    }

    it.each(['auto', 'batched'] as const)('takes the batched socket once a packet came back: %s', (wanted) => {
      expect(chooseSocket(wanted).socket).toBe('batched');
    });

    it.each<[string, Partial<Libc>, string]>([
      ['opens no socket', { socket: () => -1, errno: () => 1 }, 'socket EPERM'],
      ['binds none', { bind: () => -1, errno: () => 1 }, 'bind EPERM'],
      ['sends nothing', { sendmmsg: () => -1, errno: () => 38 }, 'a packet to itself did not arrive'],
      ['loses what it sends', { sendmmsg: (_fd, _headers, count) => count }, 'a packet to itself did not arrive'],
      ['receives nothing', { recvmmsg: () => -1, errno: () => 38 }, 'a packet to itself did not arrive'],
      ['knows no end of waiting', { setsockopt: () => -1, errno: () => 92 }, 'setsockopt ENOPROTOOPT'],
      ['wakes nobody up', { write: () => 1 }, 'a thread that waits is not woken up'],
    ])('takes the portable socket where the system %s, and says why', (_what, calls, reason) => {
      const choice = chooseSocket('auto', but(calls));
      expect(choice).toEqual({ socket: 'portable', because: `its system calls fail here: ${reason}` });
    });

    it('takes the portable socket where a call throws', () => {
      const recvmmsg = (): never => {
        throw new TypeError('no such function');
      };
      expect(chooseSocket('auto', but({ recvmmsg }))).toMatchObject({
        because: expect.stringContaining('no such function'),
      });
    });

    it('closes what it tried with', () => {
      const open = new Set<number>();
      const count: Partial<Libc> = {
        socket: (family, type, protocol) => {
          const fd = real.socket(family, type, protocol);
          open.add(fd);
          return fd;
        },
        close: (fd) => {
          open.delete(fd);
          return real.close(fd);
        },
      };
      chooseSocket('auto', but(count));
      chooseSocket('auto', but({ ...count, bind: () => -1 }));
      chooseSocket('auto', but({ ...count, sendmmsg: () => -1 }));
      let sockets = 0;
      const onlyOne: Partial<Libc> = { socket: (...at) => (sockets++ === 0 ? count.socket!(...at) : -1) };
      chooseSocket('auto', but({ ...count, ...onlyOne }));
      expect(sockets).toBe(2);
      expect(open.size).toBe(0);
    });
  });
});
