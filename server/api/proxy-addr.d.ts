/** The part of `proxy-addr`, which Express brings, that is used here; it has no types of its own. */
declare module 'proxy-addr' {
  import type { IncomingMessage } from 'node:http';

  type Trust = (address: string, hop: number) => boolean;

  function proxyAddr(request: IncomingMessage, trust: Trust): string;
  namespace proxyAddr {
    /** @throws TypeError for what is neither an address, nor a CIDR, nor `loopback`, `linklocal` or `uniquelocal` */
    function compile(trusted: readonly string[]): Trust;
  }
  export default proxyAddr;
}
