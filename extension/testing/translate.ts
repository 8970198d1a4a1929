/** English as the editor shows it: with the values in their places. */
export function translate(sentence: string, ...values: (string | number)[]): string {
  return sentence.replaceAll(/\{(\d+)\}/g, (whole, index: string) => String(values[Number(index)] ?? whole));
}
