/** What people paste, by the language that it is in; several of each, one apart from the other by a line of `~~~`. */
export const CODE: Readonly<Record<string, string>> = {
  python: `def mean(values):
    if not values:
        return None
    return sum(values) / len(values)
~~~
import sys
from pathlib import Path

for path in Path(".").glob("*.txt"):
    print(path.name, len(path.read_text()))
~~~
class Gate:
    def __init__(self, level):
        self.level = level

    @property
    def is_open(self):
        return self.level > 3
~~~
try:
    value = int(text)
except ValueError as error:
    print(f"no number: {error}")`,
  javascript: `const total = items.map((item) => item.price).reduce((a, b) => a + b, 0);
if (total === 0) {
  console.log('nothing');
}
~~~
function debounce(fn, ms) {
  let timer;
  return (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => fn(...args), ms);
  };
}
~~~
document.querySelector('#go').addEventListener('click', async () => {
  const answer = await fetch('/api');
  window.location = answer.url;
});`,
  typescript: `interface Room {
  readonly id: string;
  members: number;
}
export function nameOf(room: Room): string {
  return room.id;
}
~~~
export type Handler = (event: string) => Promise<void>;
const handlers: Record<string, Handler> = {};
export async function call(name: string): Promise<void> {
  await handlers[name]?.(name);
}`,
  rust: `fn main() {
    let mut sum = 0;
    for value in vec![1, 2, 3] {
        sum += value;
    }
    println!("{}", sum);
}
~~~
use std::collections::HashMap;

pub fn count(words: &[&str]) -> HashMap<String, usize> {
    let mut counts = HashMap::new();
    for word in words {
        *counts.entry(word.to_string()).or_insert(0) += 1;
    }
    counts
}
~~~
match parse(text) {
    Ok(value) => Some(value),
    Err(_) => None,
}`,
  c: `#include <stdio.h>

int main(void) {
    printf("hello\\n");
    return 0;
}
~~~
static int count(const char *text, char wanted) {
    int found = 0;
    for (int i = 0; text[i] != 0; i++)
        if (text[i] == wanted) found++;
    return found;
}
~~~
struct node *node = malloc(sizeof(struct node));
if (node == NULL) return NULL;
node->next = list;
free(other);`,
  cpp: `#include <iostream>
#include <vector>

int main() {
    std::vector<int> values{1, 2, 3};
    for (const auto& value : values) std::cout << value << "\\n";
}
~~~
template <typename T>
class Stack {
public:
    void push(T value) { items.push_back(std::move(value)); }
private:
    std::vector<T> items;
};`,
  java: `public class Main {
    public static void main(String[] args) {
        System.out.println("hi");
    }
}
~~~
@Override
public String toString() {
    return name.equals("") ? "nobody" : name;
}
~~~
import java.util.ArrayList;
List<String> names = new ArrayList<>();
names.add("Ada");`,
  csharp: `using System;
namespace Demo {
    class Program {
        static void Main() {
            Console.WriteLine("hi");
        }
    }
}
~~~
public class Person {
    public string Name { get; set; }
    public override string ToString() => $"I am {Name}";
}`,
  go: `package main

import "fmt"

func main() {
	fmt.Println("hi")
}
~~~
func read(path string) ([]byte, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return data, nil
}`,
  php: `<?php
$names = array('Ada', 'Bo');
foreach ($names as $name) {
    echo "Hello $name\\n";
}
~~~
public function find($id) {
    $row = $this->db->query($id);
    return $row;
}`,
  ruby: `class Greeter
  attr_reader :name

  def greet
    puts "Hello #{name}"
  end
end
~~~
words.each do |word|
  next unless word.size > 3
  puts word
end`,
  shellscript: `#!/bin/bash
for file in *.txt; do
  echo "$file"
done
~~~
git add .
git commit -m "fix"
git push origin main
~~~
sudo apt update
sudo apt install -y curl
curl -s https://example.org | grep title
~~~
if [ -f "$HOME/.env" ]; then
  export $(cat "$HOME/.env")
fi`,
  sql: `SELECT name, count(*)
FROM members
WHERE muted = 0
GROUP BY name
ORDER BY 2 DESC;
~~~
create table rooms (
  id integer primary key,
  name varchar(64) not null
);
~~~
insert into rooms (id, name)
values (1, 'Lobby'),
       (2, 'Kitchen');`,
  html: `<!DOCTYPE html>
<html>
  <body><p>Hi</p></body>
</html>
~~~
<div class="card">
  <img src="a.png">
  <a href="/x">more</a>
</div>`,
  css: `.card {
  color: red;
  padding: 4px;
}
~~~
@media (max-width: 600px) {
  nav { display: none; }
  main { margin: 0 auto; }
}`,
  json: `{
  "name": "demo",
  "version": [1, 2]
}
~~~
[
  { "id": 1 },
  { "id": 2 }
]`,
  yaml: `services:
  web:
    image: nginx
    ports:
      - 80:80
~~~
name: build
on:
  push:
    branches: [main]
jobs:
  test:
    runs-on: ubuntu-latest`,
};

/** What is no code, though it has words, signs and indentation that code has. */
export const PROSE: readonly string[] = [
  'Hello everyone!\nHow are you today?\nSee you at eight.',
  'Hallo zusammen,\n\nwir treffen uns morgen um 10 Uhr.\nBitte bringt etwas zu essen mit.\n\nViele Grüße\nAda',
  'import fees are too high\nfrom my point of view we should return it\nif they let us\nfor free',
  'class starts at nine, let me know\nwhile you are here, do try the cake\nelse we eat it\nfunction follows form',
  'Shopping list:\n- milk\n- eggs (12)\n- bread; the dark one\n- 2 x butter',
  'Name: Ada\nAge: 36\nCity: London\nLanguage: English',
  'Questions:\n1. Where do we meet?\n2. When?\n3. Who brings what?',
  '> quoted line\n> another one\nI agree with that, select the best from the list where it is not null.',
  'https://example.org/a?b=c&d=e\nhttps://example.org/x_y(z)\nhttps://example.com/#top',
  'a = b + c\nso c = a - b\nand that is all there is to it, really.',
  'x^2 + y^2 = z^2\nand then\n(a + b) * c',
  ':) :D xD\n<3 <3 <3\n^_^',
  '10:15 Ada: hi\n10:16 Bo: hello (again)\n10:17 Ada: what is up?',
  'Roses are red,\n  violets are blue,\n    I have to return;\n      and so do you.',
  'def. a nice evening!\nlet us do that again\nimport export business, they said\npublic transport was late, as always',
  'The command is git push, you know\nand then npm install\nafter that it should work for everybody',
  'Update: the server is back\nSet your clocks\nWhere are you?\nFrom Berlin?',
  '|\\_/|\n(o.o)\n > ^ <',
  'TODO\n* call mum\n* buy "that" thing (#3)\n* 50% off @ store = go!',
  'Ich liebe dich :)\nif you know, you know\nconst. irritation\nvar. options;\nnull problemo',
  'error: could not find the file\nwarning: it is Monday\nnote: drink water',
  'today:\nwork\ntomorrow:\nrest',
  '**bold** and _soft_ and `code` here\n# a title\n## another (title)\ntext below it, of several words.',
];
