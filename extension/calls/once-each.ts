/** More different lines than this are not remembered. */
const MAX_LINES = 200;

/** Passes a line on the first time only: sound libraries say the same at every look for devices. */
export function onceEach(log: (line: string) => void): (line: string) => void {
  const said = new Set<string>();
  return (line) => {
    if (said.has(line)) return;
    if (said.size >= MAX_LINES) said.clear();
    said.add(line);
    log(line);
  };
}
