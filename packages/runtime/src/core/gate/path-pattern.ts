const ROOT = '/workspace/'

/**
 * Whether a path is one of those that a pattern stands for, by segment: `*` and `?` stay within one, `**` stands for any number of them. After
 * NFC and case folding, as everything that is said of paths.
 * @param path absolute, without `.` and `..`
 */
export function fitsPath(pattern: string, path: string): boolean {
  const isAbsolute = pattern.startsWith('/')
  if (!isAbsolute && !folded(path).startsWith(ROOT)) return false
  const wanted = folded(isAbsolute ? pattern.slice(1) : pattern).split('/')
  const given = folded(isAbsolute ? path.slice(1) : path.slice(ROOT.length)).split('/')
  // `reached[n]`: the pattern so far stands for the first n segments. No way is tried twice, whatever the pattern.
  let reached = [true, ...given.map(() => false)]
  for (const segment of wanted) {
    let isOpen = false
    reached = reached.map((before, n) => {
      isOpen ||= before
      if (segment === '**') return isOpen
      const one = given[n - 1]
      return n > 0 && reached[n - 1] === true && one !== undefined && fitsSegment(segment, one)
    })
  }
  return reached.at(-1) === true
}

const folded = (path: string): string => path.normalize('NFC').toLowerCase()

function fitsSegment(pattern: string, text: string): boolean {
  const wanted = Array.from(pattern)
  const given = Array.from(text)
  let reached = [true, ...given.map(() => false)]
  for (const letter of wanted) {
    let isOpen = false
    reached = reached.map((before, n) => {
      isOpen ||= before
      if (letter === '*') return isOpen
      return n > 0 && reached[n - 1] === true && (letter === '?' || letter === given[n - 1])
    })
  }
  return reached.at(-1) === true
}
