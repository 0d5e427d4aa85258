import type { SessionScreen } from '@tabwright/protocol'
import { cleanTitle } from '@tabwright/ui'
import { t } from '@tabwright/ui/language'

const LONGEST = 60
const WORDS = 8

/** A session's first title: the first words of its first message. A person can change it. */
export function titleOf(text: string): string {
  const line = cleanTitle(text.trim().split('\n')[0] ?? '') ?? ''
  const words = line.split(/\s+/)
  const start = words
    .slice(0, WORDS)
    .join(' ')
    .slice(0, LONGEST)
    .replace(/[,;:.–-]+$/, '')
  if (start === '') return 'New session'
  return start.length < line.length && !line.startsWith(`${start}.`) ? `${start} …` : start
}

/** Whether nothing goes on before a person has said something: a card is open, or the turn ended with a question. */
export function needsPerson({ status, lastStop }: Pick<SessionScreen, 'status' | 'lastStop'>): boolean {
  return status.type === 'waiting' || (status.type === 'idle' && (lastStop === 'requires-action' || lastStop === 'budget'))
}

/** What stands in front of the title and on the icon. */
export type PageMark = 'working' | 'waiting' | 'done'

/** Undefined: the session rests. */
export function pageMark(status: 'idle' | 'running' | 'waiting' | 'retrying' | undefined): PageMark | undefined {
  if (status === 'waiting') return 'waiting'
  return status === 'running' || status === 'retrying' ? 'working' : undefined
}

/** What the browser's tab says: a mark first, since a narrow tab shows little else. */
export function pageTitle(mark: PageMark | undefined, title: string | undefined): string {
  const name = title === undefined ? 'Tabwright' : `${title} – Tabwright`
  switch (mark) {
    case 'waiting':
      return t('⚠ needs you · {name}', { name })
    case 'working':
      return t('● working · {name}', { name })
    case 'done':
      return t('✓ done · {name}', { name })
    default:
      return name
  }
}
