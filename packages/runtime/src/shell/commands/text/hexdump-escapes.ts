const NAMED: Readonly<Record<string, string>> = { a: '\u0007', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '0': '\0' }

/** Backslashes in the format of hexdump: the letters of C; before anything else they go. */
export function unescapedC(text: string): string {
  return text.replace(/\\([^])/g, (_, letter: string) => NAMED[letter] ?? letter)
}
