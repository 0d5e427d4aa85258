import { strippedName } from './patch-names'
import type { FilePatch, Hunk } from './patch-text'

function range(start: number, count: number): string {
  if (count === 0) return `${start - 1},0`
  return count === 1 ? `${start}` : `${start},${count}`
}

const sized = (hunk: Hunk, sign: '-' | '+'): number => hunk.lines.filter((line) => line.sign === ' ' || line.sign === sign).length

function ended(mark: string, text: string): string {
  return text.endsWith('\n') ? mark + text : `${mark}${text}\n\\ No newline at end of file\n`
}

function unified(hunk: Hunk, offset: number): string {
  const { lines, oldStart, newStart, title } = hunk
  const head = `@@ -${range(oldStart + offset, sized(hunk, '-'))} +${range(newStart + offset, sized(hunk, '+'))} @@${title}\n`
  return head + lines.map(({ sign, text }) => ended(sign, text)).join('')
}

function contextRange(start: number, count: number): string {
  if (count === 0) return `${start - 1}`
  return count === 1 ? `${start}` : `${start},${start + count - 1}`
}

function context(hunk: Hunk, offset: number, isNormal: boolean): string {
  const { lines, oldStart, newStart, title } = hunk
  const marks = changeMarks(hunk)
  const side = (own: '-' | '+'): string =>
    lines.flatMap(({ sign, text }, i) => (sign === ' ' || sign === own ? [ended(`${marks[i] ?? ' '} `, text)] : [])).join('')
  const [old, now] = [contextRange(oldStart + offset, sized(hunk, '-')), contextRange(newStart + offset, sized(hunk, '+'))]
  const [stars, dashes] = isNormal ? ['', ' -----'] : [' ****', ' ----']
  return `***************${title}\n*** ${old}${stars}\n${side('-')}--- ${now}${dashes}\n${side('+')}`
}

/** `!` where lines go and others come in their place. */
function changeMarks({ lines }: Hunk): readonly string[] {
  const marks: string[] = lines.map(({ sign }) => sign)
  for (let at = 0; at < lines.length; at++) {
    if (lines[at]?.sign === ' ') continue
    let end = at
    while (end < lines.length && lines[end]?.sign !== ' ') end += 1
    const signs = new Set(lines.slice(at, end).map(({ sign }) => sign))
    if (signs.size === 2) marks.fill('!', at, end)
    at = end
  }
  return marks
}

/** A name of a head without its folders, its time kept. */
function strippedHead(text: string, strip: number | undefined): string {
  const tab = text.indexOf('\t')
  const name = tab < 0 ? text : text.slice(0, tab)
  return (strippedName(name, strip) ?? name) + (tab < 0 ? '' : text.slice(tab))
}

/** What could not be put in, as a patch of its own. */
export function rejectText(
  patch: FilePatch,
  failed: readonly { readonly hunk: Hunk; readonly offset: number }[],
  how: { readonly name: string; readonly strip: number | undefined; readonly isContext: boolean; readonly isReversed: boolean },
): string {
  const heads = patch.heads ?? (patch.style === 'normal' ? ['--- /dev/null', '+++ /dev/null'] : [`--- ${how.name}`, `+++ ${how.name}`])
  const names = heads.map((line) => strippedHead(line.slice(4), how.strip))
  const [a = '', b = ''] = how.isReversed ? names.toReversed() : names
  const head = how.isContext ? `*** ${a}\n--- ${b}\n` : `--- ${a}\n+++ ${b}\n`
  return (
    head +
    failed.map(({ hunk, offset }) => (how.isContext ? context(hunk, offset, patch.style === 'normal') : unified(hunk, offset))).join('')
  )
}
