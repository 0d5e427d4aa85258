import { wildmatch } from './wildmatch'

/** One line of a `.gitignore`. */
export interface IgnoreRule {
  readonly source: string
  readonly line: number
  /** As it was written. */
  readonly text: string
  readonly isNot: boolean
}

/** A line and what it means. @see parseRules */
export interface Rule extends IgnoreRule {
  readonly base: string
  readonly pattern: string
  readonly isFolderOnly: boolean
  readonly isName: boolean
}

/** @param base the folder that the file is in, without a slash at its end */
export function parseRules(text: string, source: string, base: string): Rule[] {
  return text.split('\n').flatMap((raw, index) => {
    const line = raw.replace(/\r$/, '').replace(/(?<!\\)\s+$/, '')
    if (line === '' || line.startsWith('#')) return []
    const isNot = line.startsWith('!')
    let pattern = isNot ? line.slice(1) : line
    if (/^\\[!#]/.test(pattern)) pattern = pattern.slice(1)
    const isFolderOnly = pattern.endsWith('/')
    if (isFolderOnly) pattern = pattern.slice(0, -1)
    const isName = !pattern.includes('/')
    if (pattern.startsWith('/')) pattern = pattern.slice(1)
    return [{ source, line: index + 1, text: line, isNot, base, pattern, isFolderOnly, isName }]
  })
}

/** Whether a line is about a path; folders above it are not asked. */
export function matches(rule: Rule, path: string, isFolder: boolean): boolean {
  if (rule.isFolderOnly && !isFolder) return false
  if (rule.isName) return wildmatch(rule.pattern, path.slice(path.lastIndexOf('/') + 1))
  const inner = rule.base === '' ? path : path.slice(rule.base.length + 1)
  return wildmatch(rule.pattern, inner, { isPath: true })
}
