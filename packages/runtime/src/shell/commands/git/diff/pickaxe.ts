import { compilePattern } from '../../../regex/pattern'
import { textOf } from '../../../text'
import type { GitArgs } from '../args'
import type { FileChange } from './file-change'
import { lineChanges } from './line-diff'
import { linesOf } from './lines'

/** `-S` and `-G`: whether a change is one that is looked for; undefined where none is. */
export function pickaxeOf(args: GitArgs): ((change: FileChange) => boolean) | undefined {
  const fixed = args.value('S')
  const grep = args.value('G')
  const ignoreCase = args.has('regexp-ignore-case')
  if (fixed !== undefined) {
    const expression = args.has('pickaxe-regex') ? compilePattern(fixed, { dialect: 'ere', isMultiline: true, ignoreCase }) : undefined
    const count = (text: string): number => {
      if (expression === undefined)
        return ignoreCase ? text.toLowerCase().split(fixed.toLowerCase()).length - 1 : text.split(fixed).length - 1
      let found = 0
      for (let match = expression.exec(text); match !== undefined; match = expression.exec(text, Math.max(match.end, match.start + 1)))
        found += 1
      return found
    }
    return ({ old, fresh }) => count(textOf(old?.read() ?? new Uint8Array())) !== count(textOf(fresh?.read() ?? new Uint8Array()))
  }
  if (grep === undefined) return undefined
  const expression = compilePattern(grep, { dialect: 'ere', ignoreCase })
  return ({ old, fresh }) => {
    const a = linesOf(textOf(old?.read() ?? new Uint8Array()))
    const b = linesOf(textOf(fresh?.read() ?? new Uint8Array()))
    const changed = lineChanges(a, b).flatMap(({ a0, a1, b0, b1 }) => [...a.slice(a0, a1), ...b.slice(b0, b1)])
    return changed.some((line) => expression.test(line.replace(/\n$/, '')))
  }
}
