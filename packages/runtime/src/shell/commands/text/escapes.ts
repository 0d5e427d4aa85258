const NAMED: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  e: '\u001b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
}

/** A text with its escapes read, and whether `\c` ended it. */
export interface Unescaped {
  readonly latin: string
  readonly isOver: boolean
}

/**
 * Reads backslash escapes of a string of bytes. With `echo` and `%b` octal numbers begin with a zero that does not count;
 * in a format of `printf` they are up to three digits.
 */
export function unescapedBytes(text: string, kind: 'echo' | 'format'): Unescaped {
  const out: string[] = []
  const octal = kind === 'echo' ? '0[0-7]{0,3}' : '[0-7]{1,3}'
  const pattern = new RegExp(`\\\\(?:(${octal})|x([\\da-fA-F]{1,2})|([^]))|([^\\\\]+|\\\\$)`, 'g')
  for (const [all, digits, hex, letter, plain] of text.matchAll(pattern)) {
    if (plain !== undefined) out.push(plain)
    else if (digits !== undefined) out.push(String.fromCharCode((Number.parseInt(digits, 8) || 0) & 255))
    else if (hex !== undefined) out.push(String.fromCharCode(Number.parseInt(hex, 16)))
    else if (letter === 'c') return { latin: out.join(''), isOver: true }
    else if (letter === '"' && kind === 'echo') out.push(all)
    else out.push(NAMED[letter ?? ''] ?? all)
  }
  return { latin: out.join(''), isOver: false }
}
