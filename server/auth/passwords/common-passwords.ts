/** Those of eight characters and more that head every list of leaked passwords, in lower case; and what people call a server like this. */
const LIST = `
  00000000 01234567 0123456789 0987654321 10203040 11111111 1111111111 11223344 11235813 12121212 123123123 12341234
  12344321 1234512345 12345678 123456789 1234567890 12345678910 123456789a 123456abc 1234abcd 1234qwer 123654789 123qweasd
  123qwe123 12qwaszx 13131313 147258369 14789632 147852369 159357456 1a2b3c4d 1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx
  1qazxsw2 20102010 21212121 22222222 31415926 55555555 66666666 69696969 77777777 78945612 789456123 87654321 88888888
  987654321 9876543210 99999999 a1b2c3d4 a1234567 a12345678 a123456789 aa123456 aaaaaaaa abc12345 abcd1234 abcdefgh
  abcdefg1 access14 adminadmin admin123 admin1234 admin12345 administrator alexander asdasdasd asdf1234 asdfasdf asdfghjk
  asdfghjkl azertyuiop babygirl baseball basketball blink182 butterfly changeme changeme1 charlie1 chocolate computer
  corvette default1 dragon123 einstein elephant facebook fenerbahce football football1 fuckyou1 gfhjkm123 guest1234
  hello123 hellohello iloveyou iloveyou1 iloveyou2 internet jennifer jessica1 jordan23 killer123 letmein1 letmein123
  liverpool liverpool1 logitech manchester maverick mercedes metallica michael1 michelle midnight minecraft monkey123
  mustang1 myspace1 nicholas p@ssw0rd p@ssword pa55word passw0rd password password! password1 password12 password123
  password1234 passwort pokemon1 pokemon123 princess princess1 q1w2e3r4 q1w2e3r4t5 qazwsxedc qwer1234 qwerasdf qwerqwer
  qwerty12 qwerty123 qwerty1234 qwerty12345 qwertyui qwertyuiop qwertz123 qwertzuiop rainbow1 rootroot samantha samsung1
  secret123 secretsecret security september silverado snowball spiderman starwars starwars1 stephanie summer123 sunshine
  sunshine1 superman superman1 superstar switchboard teamspeak test1234 testtest test12345 trustno1 victoria voicechat
  walkietalkie welcome1 welcome123 whatever william1 zaq12wsx zaq1zaq1 zxcvbnm1 zxcvbnm123
`;

export const COMMON_PASSWORDS: ReadonlySet<string> = new Set(LIST.trim().split(/\s+/));
