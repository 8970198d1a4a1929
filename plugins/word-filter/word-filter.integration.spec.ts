import { describe, expect, it } from 'vitest';
import { describeBuilds } from '../sdk/testing/builds.ts';
import type { PluginBench } from '../sdk/testing/plugin-bench.ts';

const PASS = { action: 'pass' };
const author = { userId: 'u1', nickname: 'Ada', self: false };
const room = { id: 'r1', name: 'Room' };
const send = (sut: PluginBench, text: string, code: object | null = null) =>
  sut.call('on_message', { author, text, code, room });
const code = { language: 'c', startLine: 1, endLine: 1 };

/** Words of names, places, animals, food, science and code, and sentences that have a bad one across a space or within a good one. */
const INNOCENT = `Scunthorpe Penistone Clitheroe Lightwater Essex Sussex Middlesex Arsenal Niger Nigeria Slutsk Wankel Wank
assassin assistant assess class classic passenger bass mass grass compass embarrass ambassador cassette harassment
cocktail cockpit peacock Hancock Hitchcock shuttlecock Dickens Dickinson medick dick dickes Ass Assistent Pik-Ass
shiitake shitake shifted shirt ship it push it hit shih-tzu Matsushita analysis analog canal document cumulative circumstance
therapist grape drapes scrape titan title constitution button competition Titanic Muschi Maine Coon raccoon tycoon
pissoir Pissarro Kansas retardant snigger niggardly Fagott fagus suffix faquir
Marsch barsch Barsch forsch Arschin Minute Nutter mutter Futter Fickle fickle Ficus knifflig Figuren Hurenkinder Schuhwichse
Spaten Spass Spaß spastisch Mongolei MongoDB Scheit Schiff schien Scheitel schweißen heißen weißt Scheich Miststock Pissarro Negev Allegro negativ
the cat sat on the mat. I am a dog. a b c d e f g. x y z = 1 2 3 4 5. 5 * 5 * 5 = 125, a*b*c, f*g
f(u, c, k) 1337 8008 2*3*4 **bold** *emphasis* C++ @ada $100 100€ !important :+1: as holes. Grüße aus Köln, schöne Straße.
What a beautiful day! Ist das dein Ernst? Der ist dick und ich bin der Ass. bug-fix fun-ck hello-world push.it`;

const BAD = `fuck Fuck FUCKING fucked motherfucker clusterfuck fuuuuuck fuckkk f*ck f**k fu*k f*cking sh*t b*tch c*nt s**t
shit Shitty bullshit sh1t $hit 5hit shiiiit sh!t asshole a$$hole @sshole a55h0le bitch b1tch bi+ch b!tch bitches cunt CUNTS wh0re
fück fúck ｆｕｃｋ ⓕⓤⓒⓚ fuсk fu\u200Bck f\u0301uck sl\u00ADut fu-ck fu.ck sh_it f-u-c-k f.u.c.k f_u_c_k
nigger n1gger niggers faggot f4ggot retarded bastard bastards dickhead cocksucker wanker
Scheiße scheisse SCHEISSE sche1ße scheiß Scheißdreck beschissen Arschloch arschlöcher 4rschloch Fotze f0tze Hurensohn hur3nsohn
Wichser W1chser wixxer Schlampe schlampen Missgeburt Fick ficken gefickt verfickte verpiss Schwuchtel Spasti Miststück Drecksau ärsche`;

describe('word-filter', async () => {
  await describeBuilds('word-filter', (start) => {
    it('leaves what is innocent alone: whole lines, and word by word', async () => {
      const sut = await start();
      for (const line of INNOCENT.split('\n')) {
        expect(send(sut, line), line).toEqual(PASS);
        for (const word of line.split(' ')) expect(send(sut, word), word).toEqual(PASS);
      }
      expect(send(sut, INNOCENT)).toEqual(PASS);
    });

    it('finds what is meant, however it is written', async () => {
      const sut = await start({ config: { wordAction: 'reject' } });
      for (const word of BAD.split(/[ \n]/)) {
        for (const text of [word, `You ${word}!`, `"${word}",`, `${word}!!!`, `*${word}*`, `😀${word}😀`]) {
          expect(send(sut, text).action, text).toBe('reject');
        }
      }
      for (const text of [
        'f u c k',
        'so f u c k you',
        'F  U  C  K',
        'f-u c.k',
        's h i t',
        'a r s c h',
        'you b i t c h e s',
      ])
        expect(send(sut, text).action, text).toBe('reject');
    });

    it('puts dots in the place of what it finds, and of nothing else', async () => {
      const sut = await start();

      expect(send(sut, 'Grüße 😀, you fucking Scheißkerl! f u c k.\nNext')).toEqual({
        action: 'rewrite',
        text: 'Grüße 😀, you f•••••• S•••••••••! f • • •.\nNext',
      });
    });

    it('takes words of the admin, and leaves those that are allowed', async () => {
      const sut = await start({
        config: { moreWords: 'gadzooks\n zounds* \n*heck*', allowedWords: 'shit, Bastard', wordAction: 'reject' },
      });
      for (const text of ['Gadzooks', 'g4dzooks', 'zoundsome', 'what-the-heckers'])
        expect(send(sut, text).action, text).toBe('reject');
      for (const text of ['shit', 'sh1t', 'bastard', 'gadzookery']) expect(send(sut, text), text).toEqual(PASS);

      sut.configure({ english: false });
      expect(send(sut, 'gadzooks fuck')).toEqual(PASS);
      expect(send(sut, 'Arschloch').action).toBe('rewrite');
      sut.configure({ german: false });
      expect(send(sut, 'Arschloch')).toEqual(PASS);
    });

    it('does not read code, unless told to', async () => {
      const sut = await start();
      expect(send(sut, 'brainfuck();', code)).toEqual(PASS);
      sut.configure({ readCode: true });
      expect(send(sut, 'brainfuck();', code).action).toBe('rewrite');
    });

    it('allows no links, only those listed, or all but those', async () => {
      const links = [
        'https://evil.example/x',
        'HTTP://EVIL.EXAMPLE',
        'see http://www.evil.example:8080/?q=1.',
        'https:\\\\evil.example',
        'https:///evil.example',
        'https://good.org@evil.example/',
        'https://good.org:pass@evil.example',
        'https://ev%69l.example',
        'https://evil。example',
        'https://evil.example.',
        '(https://evil.example)',
        '[text](https://evil.example)',
        'https://good.org.evil.example',
        'xhttps://good.org,https://evil.example',
        'ftp://evil.example',
        'www.evil.example',
        'https://ev\u200Bil.example/',
        'https://evil.example#good.org',
        'https://evil.example?good.org',
        'https://evil.example\\@good.org',
      ];
      const none = await start({ config: { links: 'none' } });
      const onlyListed = await start({
        config: { links: 'only listed', domains: 'good.org\nhttps://also.good.net/path' },
      });
      const notListed = await start({ config: { links: 'not listed', domains: 'evil.example\n' } });
      for (const text of links) {
        expect(send(none, text).action, text).toBe('reject');
        expect(send(onlyListed, text).action, text).toBe('reject');
        expect(send(notListed, text).action, text).toBe('reject');
      }
      for (const text of [
        'https://good.org',
        'https://www.good.org/evil.example',
        'https://also.good.net:443/?evil',
        'good.org/x',
      ]) {
        expect(send(none, text), text).toEqual({ action: 'reject', reason: 'Links are not allowed here.' });
        expect(send(onlyListed, text), text).toEqual(PASS);
        expect(send(notListed, text), text).toEqual(PASS);
      }
      expect(send(notListed, 'https://notevil.example.com').action).toBe('pass');
      expect(send(notListed, 'https://not-evil.example').action).toBe('pass');
      expect(send(notListed, 'a https://evil.example b')).toEqual({
        action: 'reject',
        reason: 'Links to evil.example are not allowed here.',
      });
    });

    it('takes names of files, numbers, mail addresses and sentences for no links', async () => {
      const sut = await start({ config: { links: 'none' } });
      for (const text of [
        'see main.rs and foo.py, README.md',
        'src/lib.rs',
        'v1.2.3',
        '3.14',
        '10.0.0.1 is here',
        'e.g. this',
        'Ende.Und weiter',
        'a.b.c',
        'ada@example.com',
        'node:fs',
        'C:\\temp',
        'std::io::Read',
        '12:30',
        'foo.bar()',
        'and/or',
        'x/y.z',
        'http:',
        '://',
        'https://',
        '...',
        '///',
      ])
        expect(send(sut, text), text).toEqual(PASS);
      for (const text of ['discord.gg/abc', 'example.com', 'go to bit.ly/2 now', 'spam.xyz!', 'example.rs/offer'])
        expect(send(sut, text).action, text).toBe('reject');
    });

    it('takes a link out where it is to be masked, and reads no words in one that stays', async () => {
      const sut = await start({ config: { links: 'not listed', domains: 'evil.example', linkAction: 'mask' } });

      expect(send(sut, 'look: https://evil.example/a?b and https://good.org/shit.')).toEqual({
        action: 'rewrite',
        text: 'look: [link removed] and https://good.org/shit.',
      });
      expect(send(sut, 'https://evil.example '.repeat(190)).action).toBe('rewrite');
    });

    it('answers the longest message, whatever is in it', async () => {
      const sut = await start();
      const alphabets = ['*', '!1|', 'f u c k ', 'a.', 'ß', '\u0301', 'https://', '%25', '😀', 'uu', 'x-', '@', 'fuc'];
      for (const letters of alphabets) {
        const text = letters.repeat(4_000).slice(0, 4_000).toWellFormed();
        expect(['pass', 'rewrite', 'reject']).toContain(send(sut, text).action);
      }
    });

    it('gets on with the longest messages, with as many words of the admin as there is room for', async () => {
      const moreWords = Array.from({ length: 400 }, (_, n) => `*w${n}*`).join('\n');
      const sut = await start({ config: { moreWords, links: 'only listed', domains: 'good.org' } });
      for (const unit of ['f ', 'a.b.', 'w-', 'w** ', ',://', 'https://a.b,']) {
        const text = `https://good.org/${unit.repeat(4_000)}`.slice(0, 4_000);
        for (let n = 0; n < 40; n++) expect(['pass', 'rewrite', 'reject']).toContain(send(sut, text).action);
      }
    });

    it('takes no more memory after 100,000 messages', async () => {
      const sut = await start({ limits: { memoryPages: 24 } });
      for (let n = 0; n < 100_000; n++) send(sut, n % 2 === 0 ? 'What a beautiful day' : 'you fucking bastard');
      expect(send(sut, 'fuck').action).toBe('rewrite');
    });
  });
});
