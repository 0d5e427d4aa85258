/** Order of names of refs with numbers in them, as `--sort=version:refname` has it: that of the C library's `strverscmp`. */
export function refVersionOrder(a: string, b: string): number {
  let at = 0
  while (at < a.length && a[at] === b[at]) at += 1
  // Numbers are told apart by all of their digits, those that are the same too.
  const same = /\d*$/.exec(a.slice(0, at))?.[0] ?? ''
  const [mine, others] = [digitsAt(a, at), digitsAt(b, at)]
  const order = (a.charCodeAt(at) || 0) - (b.charCodeAt(at) || 0)
  if (same === '' || /^0+$/.test(same)) return afterZeros({ mine, others, order, hasZeros: same !== '' })
  // What begins with a zero is compared as what stands behind a point.
  if (same.startsWith('0')) return order
  return mine.length - others.length || order
}

interface Apart {
  readonly mine: string
  readonly others: string
  readonly order: number
  readonly hasZeros: boolean
}

/** Where nothing but zeros, or no digit at all, is the same in front: a number that begins with a zero comes before one that does not. */
function afterZeros({ mine, others, order, hasZeros }: Apart): number {
  if (!hasZeros) {
    const isWhole = mine !== '' && others !== '' && !mine.startsWith('0') && !others.startsWith('0')
    return isWhole ? mine.length - others.length || order : order
  }
  if ((mine === '') === (others === '')) return order
  // More digits behind zeros are a smaller number than none.
  return mine === '' ? 1 : -1
}

function digitsAt(text: string, at: number): string {
  return /^\d*/.exec(text.slice(at))?.[0] ?? ''
}
