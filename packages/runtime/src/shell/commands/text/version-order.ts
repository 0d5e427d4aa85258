/** Order of names with numbers in them, as `sort -V` and `ls -v` have it. */
export function compareVersions(a: string, b: string): number {
  if (a === b) return 0
  if (a === '' || b === '') return a === '' ? -1 : 1
  if (a.startsWith('.') !== b.startsWith('.')) return a.startsWith('.') ? -1 : 1
  for (const special of ['.', '..']) {
    if (a === special || b === special) return a === special ? -1 : 1
  }
  const aStem = stemOf(a)
  const bStem = stemOf(b)
  const isWhole = aStem === a && bStem === b
  const order = compareParts(aStem, bStem)
  if (order !== 0 || isWhole) return order
  return compareParts(a, b)
}

/** Without suffixes such as `.tar.gz`. */
function stemOf(name: string): string {
  const match = /(?:\.[A-Za-z~][A-Za-z0-9~]*)*$/.exec(name)
  return match === null || match.index === 0 ? name : name.slice(0, match.index)
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}

function rankOf(text: string, at: number): number {
  if (at >= text.length) return -1
  const code = text.charCodeAt(at)
  if (isDigit(code)) return 0
  if ((code >= 65 && code <= 90) || (code >= 97 && code <= 122)) return code
  return code === 126 ? -2 : code + 256
}

/** Runs of other than digits, then of digits, in turn. */
function compareParts(a: string, b: string): number {
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    while ((i < a.length && !isDigit(a.charCodeAt(i))) || (j < b.length && !isDigit(b.charCodeAt(j)))) {
      const order = rankOf(a, i) - rankOf(b, j)
      if (order !== 0) return order
      i += 1
      j += 1
    }
    const aDigits = digitsAt(a, i)
    const bDigits = digitsAt(b, j)
    i += aDigits.length
    j += bDigits.length
    const order = compareDigits(aDigits.replace(/^0+/, ''), bDigits.replace(/^0+/, ''))
    if (order !== 0) return order
  }
  return 0
}

function digitsAt(text: string, at: number): string {
  let end = at
  while (end < text.length && isDigit(text.charCodeAt(end))) end += 1
  return text.slice(at, end)
}

function compareDigits(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length
  return a < b ? -1 : a > b ? 1 : 0
}
