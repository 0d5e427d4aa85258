const COLOR_NAMES: Readonly<Record<string, string>> = {
  normal: '',
  black: '30',
  red: '31',
  green: '32',
  yellow: '33',
  blue: '34',
  magenta: '35',
  cyan: '36',
  white: '37',
  default: '39',
  bold: '1',
  dim: '2',
  italic: '3',
  ul: '4',
  blink: '5',
  reverse: '7',
  strike: '9',
  reset: '',
}

/** The bytes that switch a colour on, by git's names for them. */
export function colorCode(names: string): string {
  const codes: string[] = []
  let isBackground = false
  for (const name of names.split(/[\s,]+/)) {
    if (name === 'reset') return '\x1b[m'
    const bright = name.startsWith('bright') ? COLOR_NAMES[name.slice(6)] : undefined
    const code = /^\d+$/.test(name)
      ? `${isBackground ? 48 : 38};5;${name}`
      : bright === undefined
        ? COLOR_NAMES[name]
        : String(Number(bright) + 60)
    if (code !== undefined && code !== '') codes.push(/^3\d$|^9\d$/.test(code) && isBackground ? String(Number(code) + 10) : code)
    if (/^(3|9)\d$/.test(code ?? '') || name === 'normal' || /^\d+$/.test(name)) isBackground = true
  }
  const attributes = codes.filter((code) => /^\d$/.test(code))
  const rest = codes.filter((code) => !/^\d$/.test(code))
  return codes.length === 0 ? '' : `\x1b[${[...attributes, ...rest].join(';')}m`
}
