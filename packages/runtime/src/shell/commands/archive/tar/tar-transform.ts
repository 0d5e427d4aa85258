import { compilePattern, RegexError } from '../../../regex/pattern'
import { CommandError } from '../../command'
import { replacementOf } from '../../sed/sed-text'
import type { Replacing } from '../../sed/sed-script'
import { substituted } from '../../sed/sed-substitute'

/** What a name is: of a member, or where a link leads. */
export type NameUse = 'name' | 'symbolic' | 'hard'

/** Changes a name. */
export type Transform = (name: string, use: NameUse) => string

const FLAGS: Readonly<Record<string, NameUse>> = { r: 'name', s: 'symbolic', h: 'hard' }

/** Reads `s/from/to/flags`, several with semicolons between them. */
export function transformOf(source: string): Transform {
  const steps: Transform[] = []
  let uses = new Set<NameUse>(['name', 'symbolic', 'hard'])
  for (let at = 0; at < source.length;) {
    if (source.startsWith('flags=', at)) {
      const end = source.indexOf(';', at)
      const text = source.slice(at + 6, end < 0 ? undefined : end)
      uses = usesOf(text, new Set())
      at = end < 0 ? source.length : end + 1
      continue
    }
    if (source.charAt(at) !== 's') throw invalid()
    const { parts, end } = threeParts(source, at + 1)
    const [from = '', to = '', flags = ''] = parts
    steps.push(stepOf(from, to, { flags, uses: usesOf(flags, uses) }))
    at = end
  }
  return (name, use) => steps.reduce((text, step) => step(text, use), name)
}

function invalid(): CommandError {
  return new CommandError('Invalid transform expression', 2)
}

function threeParts(source: string, from: number): { readonly parts: readonly string[]; readonly end: number } {
  const mark = source.charAt(from)
  const parts: string[] = []
  let part = ''
  let at = from + 1
  for (; at < source.length && parts.length < 2; at++) {
    const letter = source.charAt(at)
    if (letter === '\\') {
      at += 1
      part += source.charAt(at) === mark ? mark : `\\${source.charAt(at)}`
    } else if (letter === mark) {
      parts.push(part)
      part = ''
    } else part += letter
  }
  if (parts.length < 2) throw invalid()
  const semicolon = source.indexOf(';', at)
  const end = semicolon < 0 ? source.length : semicolon
  return { parts: [...parts, source.slice(at, end)], end: end + 1 }
}

function usesOf(flags: string, usual: ReadonlySet<NameUse>): Set<NameUse> {
  const uses = new Set(usual)
  for (const letter of flags) {
    const use = FLAGS[letter.toLowerCase()]
    if (use === undefined) continue
    if (letter === letter.toLowerCase()) uses.add(use)
    else uses.delete(use)
  }
  return uses
}

interface StepHow {
  readonly flags: string
  readonly uses: ReadonlySet<NameUse>
}

function stepOf(from: string, to: string, { flags, uses }: StepHow): Transform {
  if (!/^[gixrshRSH\d]*$/.test(flags))
    throw new CommandError(`Unknown flag in transform expression: ${flags.replace(/[gixrshRSH\d]/g, '').charAt(0)}`, 2)
  try {
    const pattern = compilePattern(from, { dialect: flags.includes('x') ? 'ere' : 'bre', ignoreCase: flags.includes('i') })
    const action: Replacing = {
      parts: replacementOf(to),
      isGlobal: flags.includes('g'),
      from: Number(/\d+/.exec(flags)?.[0] ?? 1),
    }
    return (name, use) => (uses.has(use) ? (substituted(name, pattern, action) ?? name) : name)
  } catch (thrown) {
    if (thrown instanceof RegexError) throw new CommandError(`Invalid transform expression: ${thrown.message}`, 2)
    throw thrown
  }
}
