/** A glob of ripgrep as JS source: stars stop at slashes, `**` does not, `{a,b}` are alternatives. */
function globSource(glob: string): string {
  let out = ''
  let depth = 0
  for (let at = 0; at < glob.length; at++) {
    const char = glob.charAt(at)
    if (glob.startsWith('**', at)) {
      const isHead = at === 0 || glob.charAt(at - 1) === '/'
      const next = glob.charAt(at + 2)
      if (isHead && next === '/') {
        out += '(?:.*/)?'
        at += 2
      } else if (isHead && next === '') {
        out += '.+'
        at += 1
      } else {
        out += '[^/]*'
        at += 1
      }
    } else if (char === '*') out += '[^/]*'
    else if (char === '?') out += '[^/]'
    else if (char === '[') {
      const end = classEnd(glob, at)
      if (end < 0) return '(?!)'
      out += classSource(glob.slice(at + 1, end))
      at = end
    } else if (char === '{') {
      depth += 1
      out += '(?:'
    } else if (char === '}' && depth > 0) {
      depth -= 1
      out += ')'
    } else if (char === ',' && depth > 0) out += '|'
    else if (char === '\\') {
      at += 1
      out += quoted(glob.charAt(at))
    } else out += quoted(char)
  }
  return out
}

function quoted(char: string): string {
  return char.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
}

function classEnd(glob: string, from: number): number {
  const start = /^\[[!^]?\]?/.exec(glob.slice(from))?.[0].length ?? 1
  return glob.indexOf(']', from + start)
}

function classSource(body: string): string {
  const isNegated = /^[!^]/.test(body)
  const members = body.slice(isNegated ? 1 : 0).replace(/[\\\]^[]/g, '\\$&')
  return isNegated ? `[^/${members}]` : `[${members}]`
}

/** A line of an ignore file, or a `-g`. */
export interface IgnoreRule {
  readonly isNegated: boolean
  readonly isFolderOnly: boolean
  readonly pattern: RegExp
}

/** Reads a rule as git does; undefined for a comment and an empty line. */
export function ignoreRule(line: string, ignoreCase = false): IgnoreRule | undefined {
  if (line.startsWith('#')) return undefined
  let glob = line.replace(/\r$/, '').replace(/(?<!\\)\s+$/, '')
  if (glob === '') return undefined
  const isNegated = glob.startsWith('!')
  if (isNegated) glob = glob.slice(1)
  else if (/^\\[!#]/.test(glob)) glob = glob.slice(1)
  const isRooted = glob.startsWith('/')
  if (isRooted) glob = glob.slice(1)
  const isFolderOnly = glob.endsWith('/')
  if (isFolderOnly) glob = glob.slice(0, -1)
  const isAnchored = isRooted || glob.includes('/')
  // What is in a folder that `x/**` leaves out is meant, not the folder.
  const source = isAnchored ? globSource(glob) : `(?:.*/)?${globSource(glob)}`
  return { isNegated, isFolderOnly, pattern: new RegExp(`^${source}$`, ignoreCase ? 'si' : 's') }
}

/** What a list of rules says about a path below its folder: the last that fits counts. */
export function verdict(rules: readonly IgnoreRule[], path: string, isFolder: boolean): 'ignore' | 'keep' | undefined {
  const last = rules.findLast((rule) => (isFolder || !rule.isFolderOnly) && rule.pattern.test(path))
  if (last === undefined) return undefined
  return last.isNegated ? 'keep' : 'ignore'
}
